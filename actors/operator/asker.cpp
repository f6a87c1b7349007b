#include "livegrid/actors/operator/asker.hpp"

namespace livegrid {

asker::asker(console_actor::pointer self, console_config parts)
  : node(std::move(parts)), self_(self), started_(self->clock().now()) {
  // nop
}

asker::time_point asker::now() const {
  return self_->clock().now();
}

std::chrono::nanoseconds asker::loop_lag() const {
  return std::chrono::nanoseconds{get(node.stats->loop_lag)};
}

void asker::check(std::uint64_t number) {
  auto i = open_.find(number);
  if (i == open_.end())
    return;
  // It takes itself off the list.
  auto finish = i->second;
  finish();
}

void asker::after_a_while(std::function<void()> next) {
  auto number = ++questions_;
  open_.emplace(number, [this, number, next = std::move(next)] {
    open_.erase(number);
    next();
  });
  self_->delayed_send(self_, sampler::least_span, check_atom_v, number);
}

} // namespace livegrid
