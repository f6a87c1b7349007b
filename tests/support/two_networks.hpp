#pragma once

#include <atomic>
#include <chrono>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <thread>

#include <sys/types.h>

#include "wait.hpp"

namespace livegrid::test {

/// Carries packets between two devices.
class cable {
public:
  /// @param near, far descriptors of TUN devices, which it takes over.
  cable(int near, int far);

  cable(const cable&) = delete;
  cable& operator=(const cable&) = delete;

  ~cable();

  void plug(bool in) {
    plugged_ = in;
  }

  /// How long a packet takes in either direction, of those from then on.
  void delay(std::chrono::milliseconds x) {
    delay_ = x;
  }

private:
  struct packet {
    clock::time_point due;
    int to;
    std::string bytes;
  };

  void run();

  void take(int from);

  void deliver();

  int ends_[2];
  int wake_;
  std::atomic<bool> stopping_ = false;
  std::atomic<bool> plugged_ = true;
  std::atomic<std::chrono::milliseconds> delay_ = std::chrono::milliseconds{0};
  std::deque<packet> under_way_;
  std::thread thread_;
};

/// Two network namespaces with one cable between them, whose addresses are for
/// documentation (RFC 5737). Needs root, iproute2 and /dev/net/tun. They have
/// no names, and go with their holder, however it ends; nothing else is
/// touched. Each has a loopback device of its own.
class two_networks {
public:
  two_networks();

  two_networks(const two_networks&) = delete;
  two_networks& operator=(const two_networks&) = delete;

  ~two_networks();

  /// Whether this machine lets us make them.
  bool there() const noexcept {
    return cable_.has_value();
  }

  static constexpr const char* near_address = "192.0.2.1";
  static constexpr const char* far_address = "192.0.2.2";

  /// Does something in the near one: processes and sockets that it makes stay
  /// there, threads that it starts as well.
  void near_side(const std::function<void()>& f) const;

  /// Does something in the far one.
  void far_side(const std::function<void()>& f) const;

  /// Pulls the cable out: what is sent from then on is lost without a word.
  void unplug() {
    cable_->plug(false);
  }

  void plug() {
    cable_->plug(true);
  }

  /// Makes the cable long: see cable::delay.
  void delay(std::chrono::milliseconds x) {
    cable_->delay(x);
  }

private:
  pid_t near_ = -1;
  pid_t far_ = -1;
  std::optional<cable> cable_;
};

} // namespace livegrid::test
