#include "livegrid/actors/console.hpp"

#include <chrono>
#include <memory>

#include "livegrid/counters.hpp"
#include "livegrid/version.hpp"

namespace livegrid {

namespace {

constexpr std::chrono::seconds status_timeout{2};

/// Collects answers in the order of the questions.
struct collection {
  caf::typed_response_promise<std::vector<actor_status>> to;
  std::vector<actor_status> answers;
  std::size_t missing = 0;

  void put(std::size_t i, actor_status x) {
    answers[i] = std::move(x);
    if (--missing == 0)
      to.deliver(std::move(answers));
  }
};

} // namespace

caf::typed_response_promise<std::vector<actor_status>>
console_state::ask_all() {
  using promise = caf::typed_response_promise<std::vector<actor_status>>;
  auto all = std::make_shared<collection>();
  all->to = self->make_response_promise<promise>();
  all->missing =
    2 + config.fanouts.size() + config.ingresses.size() + config.feeds.size();
  all->answers.resize(all->missing);
  std::size_t next = 0;
  auto ask = [&](const auto& whom, const char* kind) {
    auto i = next++;
    self->request(whom, status_timeout, status_atom_v)
      .then([all, i](actor_status& x) { all->put(i, std::move(x)); },
            [all, i, kind](caf::error& why) {
              all->put(i, {kind, "", {{"error", to_refusal(why).message}}});
            });
  };
  all->put(next++, node());
  ask(config.market, "market");
  for (const auto& x : config.fanouts)
    ask(x, "fanout");
  for (const auto& x : config.ingresses)
    ask(x, "ingress");
  for (const auto& x : config.feeds)
    ask(x, "feed");
  return all->to;
}

caf::typed_response_promise<actor_status>
console_state::ask_symbol(symbol_name which) {
  using promise = caf::typed_response_promise<actor_status>;
  auto to = self->make_response_promise<promise>();
  auto fail = [to](caf::error& why) mutable { to.deliver(std::move(why)); };
  self
    ->request(config.market, status_timeout, resolve_atom_v, std::vector{which})
    .then(
      [this, to, which, fail](std::vector<symbol_ref>& found) mutable {
        if (!found.at(0).owner) {
          to.deliver(
            make_error(errc::invalid, which.str() + " has not traded here"));
          return;
        }
        self->request(found[0].owner, status_timeout, status_atom_v)
          .then([to](actor_status& x) mutable { to.deliver(std::move(x)); },
                fail);
      },
      fail);
  return to;
}

actor_status console_state::node() const {
  actor_status result{"node", std::string{version}, {}};
  auto put = [&](const char* key, const counters::value& x) {
    result.facts.emplace_back(key, std::to_string(get(x)));
  };
  const auto& x = *config.stats;
  put("symbols", x.symbols);
  put("ticks_applied", x.ticks_applied);
  put("ticks_repeated", x.ticks_repeated);
  put("ticks_refused", x.ticks_refused);
  put("subscribers_opened", x.subscribers_opened);
  put("subscribers_closed", x.subscribers_closed);
  put("rows_published", x.rows_published);
  put("rows_delivered", x.rows_delivered);
  put("rows_merged", x.rows_merged);
  put("rows_discarded", x.rows_discarded);
  put("bad_messages", x.bad_messages);
  return result;
}

console_actor::behavior_type
console(console_actor::stateful_pointer<console_state> self,
        console_config config) {
  self->state.self = self;
  self->state.config = std::move(config);
  return {
    [self](join_atom, const feed_actor& x) {
      self->state.config.feeds.emplace_back(x);
    },
    [self](status_atom) { return self->state.ask_all(); },
    [self](status_atom, const symbol_name& which) {
      return self->state.ask_symbol(which);
    },
  };
}

} // namespace livegrid
