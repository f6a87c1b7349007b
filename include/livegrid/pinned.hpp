#pragma once

#include <functional>
#include <utility>

#include <caf/all.hpp>

namespace livegrid {

/// A stateful actor that runs on one execution unit only, whoever wakes it. The
/// owner of a socket runs on the I/O loop of that socket, and so needs no lock.
template <class Handle, class State>
class pinned_actor final
  : public caf::stateful_actor<State, typename Handle::base> {
public:
  using super = caf::stateful_actor<State, typename Handle::base>;
  using behavior_type = typename Handle::behavior_type;
  using init_function = std::function<behavior_type(super*)>;

  pinned_actor(caf::actor_config& cfg, caf::execution_unit* home,
               init_function init)
    : super(cfg), home_(home), init_(std::move(init)) {
    // nop
  }

  using super::enqueue;

  void enqueue(caf::mailbox_element_ptr what, caf::execution_unit*) override {
    super::enqueue(std::move(what), home_);
  }

protected:
  behavior_type make_behavior() override {
    return std::exchange(init_, nullptr)(this);
  }

private:
  caf::execution_unit* home_;
  init_function init_;
};

/// Spawns `fun(self, args...)` on `home`, which must outlive the actor. Without
/// a home it is an ordinary actor of the system's scheduler.
template <class State, class... Sigs, class... Params, class... Args>
caf::typed_actor<Sigs...>
spawn_on(caf::actor_system& sys, caf::execution_unit* home,
         caf::typed_behavior<Sigs...> (*fun)(
           caf::stateful_actor<State, caf::typed_event_based_actor<Sigs...>>*,
           Params...),
         Args&&... args) {
  using handle = caf::typed_actor<Sigs...>;
  using impl = pinned_actor<handle, State>;
  if (home == nullptr)
    return sys.spawn(fun, std::forward<Args>(args)...);
  caf::actor_config cfg{home};
  auto init = [fun, ... xs = std::forward<Args>(args)](auto* self) mutable {
    return fun(self, std::move(xs)...);
  };
  return sys.spawn_class<impl, caf::no_spawn_options>(
    cfg, home, typename impl::init_function{std::move(init)});
}

} // namespace livegrid
