#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "connection.hpp"
#include "faults.hpp"
#include "stamp.hpp"

namespace livegrid::bench {

/// How ticks are published.
struct pace {
  /// Ticks a second, evenly; 0 for as fast as the other limits allow.
  double rate = 0;

  std::uint32_t batch = 1; ///< ticks in a request

  /// Most ticks published and not yet delivered everywhere; 0 for no limit.
  std::uint64_t window = 0;

  std::uint32_t pipeline = 16; ///< most requests without an answer

  std::uint64_t limit = 0; ///< ticks, then it stops; 0 for no limit
};

/// Posts stamped ticks over one connection. Only the loop calls it.
class publisher {
public:
  /// Connects; gives up if it cannot.
  /// @param symbols of the market: ticks go to each in turn.
  publisher(std::uint16_t port, bool secure, std::uint32_t symbols);

  publisher(const publisher&) = delete;

  publisher& operator=(const publisher&) = delete;

  int fd() const noexcept {
    return socket_.fd();
  }

  void start(const pace& how);

  void stop() noexcept {
    running_ = false;
  }

  bool running() const noexcept {
    return running_;
  }

  /// Whether all requests were answered.
  bool idle() const noexcept {
    return unanswered_ == 0;
  }

  /// Sends what is due.
  /// @param delivered ticks delivered everywhere, of those since start().
  void pump(std::uint64_t delivered);

  /// When the next request is due; `never` unless the clock decides it.
  usec next_due() const noexcept;

  static constexpr usec never = INT64_MAX;

  /// Ticks sent since start().
  std::uint64_t sent() const noexcept {
    return ticks_ - first_;
  }

  /// All ticks sent.
  std::uint64_t ticks() const noexcept {
    return ticks_;
  }

  /// The last stamp of each symbol.
  const std::vector<stamp>& last() const noexcept {
    return last_;
  }

  /// By how long a request was at most behind its time since start().
  usec late() const noexcept {
    return late_;
  }

  /// Takes answers from the socket.
  void on_readable(faults& wrong);

private:
  void send_batch();

  void append_tick();

  connection socket_;
  bool running_ = false;
  pace pace_;
  usec started_ = 0;
  usec late_ = 0;
  std::uint64_t first_ = 0; ///< tick since start()
  std::uint64_t ticks_ = 0;
  std::uint64_t unanswered_ = 0;
  std::vector<stamp> last_;
  std::string body_;
  std::string answers_;
};

} // namespace livegrid::bench
