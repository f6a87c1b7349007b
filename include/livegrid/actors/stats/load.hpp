#pragma once

#include <cstdint>

#include <caf/meta/type_name.hpp>

namespace livegrid {

/// How much an actor has to do.
struct actor_load {
  std::uint64_t id = 0;
  std::uint64_t mailbox = 0;  ///< messages that wait for it
  std::uint64_t messages = 0; ///< that it has handled
  std::uint64_t busy_us = 0;  ///< microseconds that this took

  friend bool operator==(const actor_load&, const actor_load&) = default;

  template <class Inspector>
  friend auto inspect(Inspector& f, actor_load& x) {
    return f(caf::meta::type_name("actor_load"), x.id, x.mailbox, x.messages,
             x.busy_us);
  }
};

/// Keeps the books of one actor's work.
class load_meter {
public:
  virtual ~load_meter() = default;

  /// Puts in what it has counted. From the actor's own thread.
  virtual void read(actor_load& x) const noexcept = 0;
};

/// The load of an actor, which must be the caller. One that was spawned without
/// a meter tells no more than what waits for it.
template <class Actor>
actor_load load_of(Actor* self) {
  actor_load result;
  result.id = self->id();
  result.mailbox = self->mailbox().size();
  if (auto* meter = dynamic_cast<const load_meter*>(self))
    meter->read(result);
  return result;
}

} // namespace livegrid
