#pragma once

#include <functional>
#include <string>

#include <sys/types.h>

namespace livegrid::test {

/// Two network namespaces with one cable between them, whose addresses are for
/// documentation (RFC 5737). Needs root and iproute2. They have no names, and
/// go with their holder, however it ends; nothing else is touched.
class two_networks {
public:
  two_networks();

  two_networks(const two_networks&) = delete;
  two_networks& operator=(const two_networks&) = delete;

  ~two_networks();

  /// Whether this machine lets us make them.
  bool there() const noexcept {
    return there_;
  }

  static constexpr const char* near_address = "192.0.2.1";
  static constexpr const char* far_address = "192.0.2.2";

  /// Does something in the near one: processes and sockets that it makes stay
  /// there. It has a loopback device.
  void near_side(const std::function<void()>& f) const;

  /// Does something in the far one.
  void far_side(const std::function<void()>& f) const;

  /// Pulls the cable out: what is sent from then on is lost without a word.
  void unplug() const;

  void plug() const;

private:
  pid_t near_ = -1;
  pid_t far_ = -1;
  bool there_ = false;
};

} // namespace livegrid::test
