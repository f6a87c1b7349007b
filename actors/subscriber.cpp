#include "livegrid/actors/subscriber.hpp"

#include <algorithm>
#include <utility>

#include "livegrid/counters.hpp"
#include "livegrid/frame_sink.hpp"
#include "livegrid/load.hpp"
#include "livegrid/log.hpp"
#include "livegrid/symbol_filter.hpp"
#include "livegrid/view.hpp"

namespace livegrid {

namespace {

/// More bad messages than this within the window close the connection.
constexpr std::size_t max_bad_messages = 100;

constexpr std::chrono::seconds bad_message_window{10};

/// Each symbol that enters or leaves a set takes messages to its owner and
/// back. A client that goes back and forth between all and nothing would keep
/// the node busy with those alone.
constexpr double changes_at_once = 50'000;
constexpr double changes_per_s = 50'000;

} // namespace

void subscriber_state::change_set() {
  if (!wanted || box->closed())
    return;
  auto now = self->clock().now();
  std::chrono::duration<double> span = now - credited;
  credit = std::min(changes_at_once, credit + span.count() * changes_per_s);
  credited = now;
  if (credit < 0) {
    if (!std::exchange(stepping, true))
      self->delayed_send(
        self,
        std::chrono::milliseconds{
          static_cast<std::int64_t>(-credit / changes_per_s * 1000) + 1},
        step_atom_v);
    return;
  }
  auto cost = static_cast<double>(wanted->what == subscription::change::all
                                    ? get(stats->symbols)
                                    : wanted->symbols.size());
  credit -= cost + last_cost;
  last_cost = cost;
  self->send(fanout, join_atom_v, box, std::move(*wanted));
  wanted.reset();
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
  auto now = self->clock().now();
  recently_bad.emplace_back(now);
  while (now - recently_bad.front() > bad_message_window)
    recently_bad.pop_front();
  if (recently_bad.size() > max_bad_messages) {
    box->close(close_code::policy, "over 100 bad messages in 10 s");
    return;
  }
  // Without a row id the client would take it for a row.
  if (box->shown().has_row_id())
    box->sink().send_error(why);
}

void subscriber_state::leave(std::uint16_t code, const std::string& reason) {
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
  state.credit = changes_at_once;
  state.credited = state.since;
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
    [self](step_atom) {
      self->state.stepping = false;
      self->state.change_set();
    },
    [self](close_atom, const std::string& reason) {
      self->state.box->close(close_code::policy, reason);
    },
    [self](status_atom) { return self->state.status(); },
  };
}

} // namespace livegrid
