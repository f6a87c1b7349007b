#pragma once

#include <utility>

#include <caf/all.hpp>

namespace livegrid {

/// A handle of an actor that is told to end when this goes.
template <class Handle>
class owned_actor {
public:
  explicit owned_actor(Handle x) noexcept : handle_(std::move(x)) {
    // nop
  }

  owned_actor(const owned_actor&) = delete;

  owned_actor& operator=(const owned_actor&) = delete;

  ~owned_actor() {
    caf::anon_send_exit(handle_, caf::exit_reason::user_shutdown);
  }

  const Handle& get() const noexcept {
    return handle_;
  }

private:
  Handle handle_;
};

} // namespace livegrid
