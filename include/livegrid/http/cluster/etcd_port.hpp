#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace livegrid {

/// Carries a member's requests to etcd and tells it what came of them. See
/// `etcd_member`.
class etcd_port {
public:
  /// Names a request of one member; none is named twice, nor 0.
  using post_id = std::uint64_t;

  struct order {
    std::string endpoint; ///< one of those of the membership's configuration
    std::string path;
    std::string body;
    std::string authorization; ///< a header's value; empty for none

    /// The answer is a stream, of which each line is told when it comes.
    bool by_lines = false;

    std::chrono::milliseconds connect_limit{0};
    std::chrono::milliseconds limit{0}; ///< for all of it
  };

  virtual ~etcd_port() = default;

  /// Starts a request. Nothing is told of it before this returns, and later
  /// that it is over, unless it is cancelled.
  virtual void post(post_id id, order what) = 0;

  /// Gives up one that is not over. What is told of it still does nothing.
  virtual void cancel(post_id id) = 0;
};

} // namespace livegrid
