#pragma once

#include <atomic>
#include <chrono>
#include <tuple>
#include <utility>

#include <caf/all.hpp>

#include "livegrid/actors/stats/load.hpp"

namespace livegrid {

/// A stateful actor that counts its messages and the time they take, and that
/// may be pinned to one execution unit, whoever wakes it: the owner of a socket
/// runs on the I/O loop of that socket, and so needs no lock.
template <class Handle, class State>
class node_actor final
  : public caf::stateful_actor<State, typename Handle::base>,
    public load_meter {
public:
  using super = caf::stateful_actor<State, typename Handle::base>;

  node_actor(caf::actor_config& cfg, caf::execution_unit* home)
    : super(cfg), home_(home) {
    // nop
  }

  using super::enqueue;

  void enqueue(caf::mailbox_element_ptr what,
               caf::execution_unit* unit) override {
    super::enqueue(std::move(what), home_ != nullptr ? home_ : unit);
  }

  using super::consume;

  caf::invoke_message_result consume(caf::mailbox_element& x) override {
    ++messages_;
    return super::consume(x);
  }

  caf::resumable::resume_result resume(caf::execution_unit* unit,
                                       std::size_t max) override {
    using clock = std::chrono::steady_clock;
    auto begin = clock::now();
    auto result = super::resume(unit, max);
    // Another thread may run it by now.
    busy_ns_.fetch_add((clock::now() - begin).count(),
                       std::memory_order_relaxed);
    return result;
  }

  void read(actor_load& x) const noexcept override {
    x.messages = messages_;
    x.busy_us = static_cast<std::uint64_t>(
      busy_ns_.load(std::memory_order_relaxed) / 1000);
  }

private:
  caf::execution_unit* home_;
  std::uint64_t messages_ = 0;
  std::atomic<std::int64_t> busy_ns_{0};
};

/// Spawns `fun(self, args...)` on `home`, which must outlive the actor. Without
/// a home it runs where its messages come from, or on the system's scheduler.
template <caf::spawn_options Options = caf::no_spawn_options, class State,
          class... Sigs, class... Params, class... Args>
caf::typed_actor<Sigs...>
spawn_on(caf::actor_system& sys, caf::execution_unit* home,
         caf::typed_behavior<Sigs...> (*fun)(
           caf::stateful_actor<State, caf::typed_event_based_actor<Sigs...>>*,
           Params...),
         Args&&... args) {
  using impl = node_actor<caf::typed_actor<Sigs...>, State>;
  caf::actor_config cfg{home};
  cfg.init_fun = caf::actor_config::init_fun_type{
    [fun, xs = std::make_tuple(std::forward<Args>(args)...)](
      caf::local_actor* self) mutable -> caf::behavior {
      auto start = [&](auto&... ys) {
        return fun(static_cast<impl*>(self), std::move(ys)...);
      };
      return std::move(std::apply(start, xs).unbox());
    }};
  return sys.spawn_class<impl, Options>(cfg, home);
}

} // namespace livegrid
