#include "livegrid/actors/delivery/subscriber.hpp"

#include <algorithm>
#include <utility>

#include "livegrid/actors/base/log.hpp"
#include "livegrid/actors/prices/symbol_filter.hpp"
#include "livegrid/actors/prices/view.hpp"
#include "livegrid/actors/stats/counters.hpp"
#include "livegrid/actors/stats/load.hpp"
#include "livegrid/frame_sink.hpp"

namespace livegrid {

namespace {

/// How often, and how long each time, a set waits for names that it has to turn
/// out to be symbols.
constexpr int max_tries = 20;
constexpr std::chrono::milliseconds try_again{100};

} // namespace

double subscriber_state::cost() const {
  return static_cast<double>(wanted->what == subscription::change::all
                               ? get(stats->symbols)
                               : wanted->symbols.size());
}

void subscriber_state::change_set() {
  // The change that waits has its place; this takes it over.
  if (!wanted || stepping || box->closed())
    return;
  auto now = self->clock().now();
  auto due = box->account().free_at(now);
  reserved = cost() + last_cost;
  box->account().charge(reserved, now);
  if (due <= now)
    return step();
  stepping = true;
  self->delayed_send(self, due - now, step_atom_v);
}

void subscriber_state::step() {
  stepping = false;
  if (!wanted || box->closed())
    return;
  if (awaits_too_many()) {
    stepping = true;
    self->delayed_send(self, try_again, step_atom_v);
    return;
  }
  box->account().charge(cost() + last_cost - std::exchange(reserved, 0),
                        self->clock().now());
  last_cost = cost();
  self->send(fanout, join_atom_v, box, std::move(*wanted));
  wanted.reset();
}

bool subscriber_state::awaits_too_many() {
  if (wanted->symbols.empty())
    return false;
  auto others = box->account().awaited - box->awaited();
  auto most = viewer_account::max_awaited;
  if (others + wanted->symbols.size() <= most) {
    tries = 0;
    return false;
  }
  if (++tries <= max_tries)
    return true;
  tries = 0;
  wanted->symbols.resize(others < most ? most - others : 0);
  refuse("over " + std::to_string(most)
         + " names without a row for this key or address: the first ones of "
           "this message count");
  return false;
}

void subscriber_state::subscribe(const subscription& what) {
  if (++subscriptions == 1)
    log->info("subscribed", {{"subscriber", self->id()},
                             {"key", key_name},
                             {"all", what.what == subscription::change::all},
                             {"symbols", what.symbols.size()}});
  if (what.what != subscription::change::keep) {
    wanted = what;
    change_set();
  }
  if (!what.bad.empty()) {
    std::string why = "no symbol name: ";
    for (std::size_t i = 0; i < what.bad.size(); ++i) {
      if (i > 0)
        why += ", ";
      if (i == 10) {
        why += "and " + std::to_string(what.bad.size() - i) + " more";
        break;
      }
      why += '\'' + what.bad[i] + '\'';
    }
    refuse(why);
  }
  if (!what.denied.empty())
    refuse("this API key may not see " + some_names(what.denied));
  if (what.too_many)
    refuse("over 1000 symbols: the first 1000 count");
}

void subscriber_state::read_on() {
  if (box->requests > 0 && --box->requests == 0)
    box->sink().read_on();
}

void subscriber_state::refuse(const std::string& why) {
  if (box->closed())
    return;
  ++bad_messages;
  add(stats->bad_messages);
  log->info(
    "bad_message",
    {{"subscriber", self->id()}, {"peer", box->sink().peer()}, {"why", why}});
  if (recently_bad.note(self->clock().now())) {
    box->close(close_code::policy, livegrid::bad_messages::reason);
    return;
  }
  // Without a row id the client would take it for a row.
  if (box->shown().has_row_id())
    box->sink().send_error(why);
}

void subscriber_state::leave(std::uint16_t code, const std::string& reason) {
  // To leave costs as much as to come; what was not done costs nothing.
  box->account().charge(last_cost - std::exchange(reserved, 0),
                        self->clock().now());
  box->abandon();
  self->send(fanout, leave_atom_v, box);
  add(stats->subscribers_closed);
  const auto& books = box->books();
  log->info("subscriber_closed", {{"subscriber", self->id()},
                                  {"peer", box->sink().peer()},
                                  {"code", code},
                                  {"reason", reason},
                                  {"delivered", books.delivered},
                                  {"merged", books.merged},
                                  {"discarded", books.discarded}});
  self->quit();
}

actor_status subscriber_state::status() const {
  actor_status result{name, std::to_string(self->id()), {}, load_of(self)};
  auto put = [&](const char* key, auto value) {
    result.facts.emplace_back(key, value);
  };
  result.facts.emplace_back("peer", box->sink().peer());
  result.facts.emplace_back("origin", origin.empty() ? "none" : origin);
  result.facts.emplace_back("user_agent",
                            user_agent.empty() ? "none" : user_agent);
  put("key", key_name);
  put("age_ms", std::chrono::duration_cast<std::chrono::milliseconds>(
                  self->clock().now() - since)
                  .count());
  const auto& options = box->options();
  result.facts.emplace_back("cells", options.changes_only ? "changed" : "all");
  result.facts.emplace_back("batch", options.as_array ? "array" : "rows");
  put("interval_ms", options.interval.count());
  put("subscriptions", subscriptions);
  put("bad_messages", bad_messages);
  const auto& books = box->books();
  put("published", books.published);
  put("delivered", books.delivered);
  put("merged", books.merged);
  put("discarded", books.discarded);
  put("waiting", books.waiting());
  put("unsent_bytes", box->sink().unsent());
  auto link = box->sink().link();
  put("tcp_rtt_us", link.rtt_us);
  put("tcp_unsent_bytes", link.unsent);
  put("tcp_unacked_bytes", link.unacked);
  put("tcp_window_bytes", link.window);
  put("tcp_retransmits", link.retransmits);
  put("tcp_since_ack_ms", link.since_ack_ms);
  return result;
}

subscriber_actor::behavior_type
subscriber(subscriber_actor::stateful_pointer<subscriber_state> self,
           subscriber_config config) {
  auto& state = self->state;
  state.self = self;
  state.fanout = std::move(config.fanout);
  state.box = std::move(config.box);
  state.stats = std::move(config.stats);
  state.log = std::move(config.log);
  state.origin = std::move(config.origin);
  state.user_agent = std::move(config.user_agent);
  state.key_name = std::move(config.key);
  state.since = self->clock().now();
  state.box->owner = self;
  state.box->since = state.since;
  add(state.stats->subscribers_opened);
  state.log->info("subscriber_opened", {{"subscriber", self->id()},
                                        {"peer", state.box->sink().peer()},
                                        {"key", state.key_name},
                                        {"origin", state.origin}});
  self->send(state.fanout, join_atom_v, state.box, subscription{});
  return {
    [self](const subscription& what) {
      self->state.subscribe(what);
      self->state.read_on();
    },
    [self](refuse_atom, const std::string& why) {
      self->state.refuse(why);
      self->state.read_on();
    },
    [self](resume_atom) {
      self->send(self->state.fanout, resume_atom_v, self->state.box);
    },
    [self](gone_atom, std::uint16_t code, const std::string& reason) {
      self->state.leave(code, reason);
    },
    [self](step_atom) { self->state.step(); },
    [self](close_atom, const std::string& reason) {
      self->state.box->close(close_code::policy, reason);
    },
    [self](status_atom) { return self->state.status(); },
  };
}

} // namespace livegrid
