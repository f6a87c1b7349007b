#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "publisher.hpp"
#include "subscriber.hpp"

namespace livegrid::bench {

/// A market of made-up symbols, the publisher of their ticks and all
/// subscribers, served by the one thread that calls it.
class load {
public:
  /// Connects a publisher to that port and publishes a first tick of each
  /// symbol.
  /// @param secure whether to speak TLS.
  load(std::uint16_t port, std::uint32_t symbols, bool secure = false)
    : load(port, port, symbols, secure) {
    // nop
  }

  /// The same where subscribers connect elsewhere: to the second port.
  load(std::uint16_t publish_port, std::uint16_t port, std::uint32_t symbols,
       bool secure = false);

  load(const load&) = delete;

  load& operator=(const load&) = delete;

  ~load();

  /// Connects subscribers, a hundred at a time; returns once each has had its
  /// first rows.
  void connect(const std::vector<subscription>& xs);

  /// Starts to connect one more; returns its number.
  std::size_t add(subscription x);

  /// Lets that one go.
  void remove(std::size_t number, subscriber::farewell how);

  /// Lets all go.
  void disconnect();

  /// How many subscribers there have been.
  std::size_t count() const noexcept {
    return subscribers_.size();
  }

  /// Whether all of them are still to be served.
  bool nobody_left() const noexcept {
    return open_ == subscribers_.size();
  }

  void publish(const pace& how);

  void stop_publishing() noexcept {
    publisher_.stop();
  }

  /// Stops reading from the narrow ones, or starts again.
  void stall_narrow(bool stalled);

  /// Serves all for that long.
  void serve(double seconds);

  /// Serves all until `done`, which is asked after each round of the loop.
  /// @returns false if that took too long.
  bool serve_until(const std::function<bool()>& done, double seconds);

  /// Serves all until the publisher is done and everybody has had the last row
  /// of each symbol; who has not within 20 s is a fault.
  /// @returns the milliseconds it took.
  double catch_up();

  /// Publishes one more tick of each symbol, and sees that all get it.
  void settle();

  tally& all() noexcept {
    return all_;
  }

  const publisher& source() const noexcept {
    return publisher_;
  }

  /// How often deliveries stood still for 250 ms and were written off.
  std::uint64_t stalls() const noexcept {
    return stalls_;
  }

private:
  void watch(int op, int fd, subscriber* x);

  void turn(usec until);

  std::uint64_t delivered();

  bool all_current();

  void publish_each();

  std::uint16_t port_;
  bool secure_;
  int epoll_ = -1;
  tally all_;
  publisher publisher_;
  std::vector<std::unique_ptr<subscriber>> subscribers_;
  std::uint64_t open_ = 0; ///< of `subscribers_`, those that were not let go

  std::uint64_t written_off_ = 0; ///< rows before those counted as delivered
  std::uint64_t last_rows_ = 0;   ///< when there was progress
  usec last_progress_ = 0;
  std::uint64_t forgiven_ = 0; ///< ticks written off as delivered
  std::uint64_t stalls_ = 0;
  std::size_t laggard_ = 0; ///< the last one seen behind
};

} // namespace livegrid::bench
