#pragma once

#include <chrono>

#include "livegrid/http/cluster/etcd_port.hpp"

namespace livegrid {

class etcd_member;

/// A way to etcd that the thread of a membership drives.
class etcd_carrier : public etcd_port {
public:
  /// Waits until something may have come, for `limit` at most.
  virtual void wait(std::chrono::milliseconds limit) = 0;

  /// Ends the wait under way or, if there is none, the next. Thread-safe.
  virtual void wake() noexcept = 0;

  /// Tells the member what has come.
  virtual void deliver(etcd_member& to) = 0;
};

} // namespace livegrid
