#include "livegrid/actors/ingress.hpp"

#include <chrono>

namespace livegrid {

namespace {

constexpr std::chrono::seconds publish_timeout{10};

} // namespace

void ingress_state::publish(tick_batch& batch, const replier_ptr& to) {
  ++batches;
  self->request(market, publish_timeout, publish_atom_v, std::move(batch))
    .then([to](std::uint64_t n) { to->reply(accepted{n}); },
          [this, to](caf::error& why) {
            ++refused;
            to->reply(std::move(why));
          });
}

actor_status ingress_state::status() const {
  return {name,
          "",
          {{"batches", std::to_string(batches)},
           {"refused", std::to_string(refused)}}};
}

ingress_actor::behavior_type
ingress(ingress_actor::stateful_pointer<ingress_state> self,
        market_actor market) {
  self->state.self = self;
  self->state.market = std::move(market);
  return {
    [self](publish_atom, tick_batch& batch, const replier_ptr& to) {
      self->state.publish(batch, to);
    },
    [self](status_atom) { return self->state.status(); },
  };
}

} // namespace livegrid
