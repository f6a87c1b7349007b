#include "livegrid/actors/market/ingress.hpp"

#include <chrono>
#include <string>
#include <utility>

#include "livegrid/actors/stats/load.hpp"

namespace livegrid {

namespace {

constexpr std::chrono::seconds publish_timeout{10};

/// What to tell of ticks that the market did not take.
caf::error told(caf::error why) {
  // A refusal of ours says what was done, and whoever ended before it looked
  // has done nothing. What else went wrong did so on the way.
  if (why.context().match_elements<refusal>()
      || why == caf::sec::request_receiver_down)
    return why;
  return make_error(unsure_of_ticks(to_refusal(why).message));
}

} // namespace

refusal unsure_of_ticks(std::string_view why) {
  return {.code = errc::unsure,
          .message =
            std::string{why} + ": the ticks may have been taken, or may yet be",
          .type = "unsure"};
}

void ingress_state::publish(tick_batch& batch, const replier_ptr& to) {
  auto id = ++batches;
  std::uint64_t n = batch.ticks.size();
  if (under_way > 0 && under_way + n > max_under_way) {
    ++refused;
    return to->reply(
      make_error(refusal{.code = errc::unavailable,
                         .message = "the node has " + std::to_string(under_way)
                                    + " ticks under way: try again in a second",
                         .type = "busy"}));
  }
  under_way += n;
  waiting.emplace(id, pending{to, self->clock().now() + publish_timeout});
  watch_clock();
  self->request(market, caf::infinite, publish_atom_v, std::move(batch))
    .then(
      [this, id, n](std::uint64_t taken) {
        under_way -= n;
        answer(id, accepted{taken});
      },
      [this, id, n](caf::error& why) {
        under_way -= n;
        answer(id, told(std::move(why)));
      });
}

void ingress_state::answer(std::uint64_t id, livegrid::answer what) {
  auto i = waiting.find(id);
  if (i == waiting.end())
    return;
  if (std::holds_alternative<caf::error>(what))
    ++refused;
  auto to = std::move(i->second.to);
  waiting.erase(i);
  to->reply(std::move(what));
}

void ingress_state::watch_clock() {
  if (watching || waiting.empty())
    return;
  watching = true;
  self->delayed_send(self, waiting.begin()->second.due - self->clock().now(),
                     check_atom_v);
}

void ingress_state::check() {
  watching = false;
  auto now = self->clock().now();
  while (!waiting.empty() && waiting.begin()->second.due <= now)
    answer(waiting.begin()->first,
           make_error(unsure_of_ticks("no answer in time")));
  watch_clock();
}

actor_status ingress_state::status() const {
  return {name,
          "",
          {{"batches", batches},
           {"refused", refused},
           {"ticks_under_way", under_way}},
          load_of(self)};
}

ingress_actor::behavior_type
ingress(ingress_actor::stateful_pointer<ingress_state> self,
        entry_actor market) {
  self->state.self = self;
  self->state.market = std::move(market);
  return {
    [self](publish_atom, tick_batch& batch, const replier_ptr& to) {
      self->state.publish(batch, to);
    },
    [self](feed_atom, const feed_id& which, bool up, const std::string& peer) {
      self->send(self->state.market, feed_atom_v, which, up, peer);
    },
    [self](gone_atom, const feed_id& which) {
      self->send(self->state.market, gone_atom_v, which);
    },
    [self](refuse_atom, const feed_id& from, const std::string& symbol,
           const std::string& why, std::uint64_t n) {
      self->send(self->state.market, refuse_atom_v, from, symbol, why, n);
    },
    [self](check_atom) { self->state.check(); },
    [self](load_atom) { return load_of(self); },
    [self](status_atom) { return self->state.status(); },
  };
}

} // namespace livegrid
