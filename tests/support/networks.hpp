#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <sys/types.h>

#include "wait.hpp"

namespace livegrid::test {

/// Carries packets between devices, by the last byte of an IPv4 address: 1 for
/// the first device.
class network_switch {
public:
  /// @param devices descriptors of TUN devices, which it takes over.
  explicit network_switch(std::vector<int> devices);

  network_switch(const network_switch&) = delete;
  network_switch& operator=(const network_switch&) = delete;

  ~network_switch();

  /// Whether packets from one device reach another, which they do at first.
  void open(std::size_t from, std::size_t to, bool x) {
    open_[from * devices_.size() + to] = x;
  }

  /// How long a packet takes to any device, of those from then on.
  void delay(std::chrono::milliseconds x) {
    delay_ = x;
  }

private:
  struct packet {
    clock::time_point due;
    std::size_t to;
    std::string bytes;
  };

  void run();

  void take(std::size_t from);

  void deliver();

  std::vector<int> devices_;
  std::vector<std::atomic<bool>> open_; ///< from each to each
  int wake_;
  std::atomic<bool> stopping_ = false;
  std::atomic<std::chrono::milliseconds> delay_ = std::chrono::milliseconds{0};
  std::deque<packet> under_way_;
  std::thread thread_;
};

/// Some network namespaces with cables between them, whose addresses are for
/// documentation (RFC 5737). Needs root, iproute2 and /dev/net/tun. They have
/// no names, and go with their holder, however it ends; nothing else is
/// touched. Each has a loopback device of its own.
class networks {
public:
  explicit networks(std::size_t n);

  networks(const networks&) = delete;
  networks& operator=(const networks&) = delete;

  ~networks();

  /// Whether this machine lets us make them.
  bool there() const noexcept {
    return switch_.has_value();
  }

  static std::string address(std::size_t i);

  /// Does something in one of them: processes and sockets that it makes stay
  /// there, threads that it starts as well.
  void inside(std::size_t i, const std::function<void()>& f) const;

  /// Pulls the cable between two of them out, or plugs it in: what is sent
  /// while it is out is lost without a word.
  void plug(std::size_t a, std::size_t b, bool in);

  /// The same for what is sent in one direction.
  void plug_one_way(std::size_t from, std::size_t to, bool in) {
    switch_->open(from, to, in);
  }

  /// The same for all cables of one of them.
  void plug_all(std::size_t which, bool in);

  /// Makes the cables long.
  void delay(std::chrono::milliseconds x) {
    switch_->delay(x);
  }

private:
  std::vector<pid_t> keepers_;
  std::optional<network_switch> switch_;
};

/// Two of them, by name.
class two_networks : private networks {
public:
  two_networks() : networks(2) {
    // nop
  }

  static constexpr const char* near_address = "192.0.2.1";
  static constexpr const char* far_address = "192.0.2.2";

  using networks::delay;
  using networks::there;

  void near_side(const std::function<void()>& f) const {
    inside(0, f);
  }

  void far_side(const std::function<void()>& f) const {
    inside(1, f);
  }

  void unplug() {
    networks::plug(0, 1, false);
  }

  void plug() {
    networks::plug(0, 1, true);
  }
};

} // namespace livegrid::test
