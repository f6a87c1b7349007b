#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "connection.hpp"
#include "faults.hpp"
#include "percentiles.hpp"
#include "row_scanner.hpp"
#include "stamp.hpp"

namespace livegrid::bench {

/// What a subscriber asks for, and how.
struct subscription {
  /// The first of its symbols; they go on from there, and from the last of the
  /// market with the first one.
  std::uint32_t first = 0;

  /// How many symbols it wants; 0 for all.
  std::uint32_t count = 0;

  /// Of wsEndpoint, such as `cells=changed`.
  std::string query = {};

  /// Whether the kernel holds little for it: 16 KiB in Ethernet's segments.
  /// The loopback's segments of 64 KiB let megabytes pass before a node can
  /// notice that nobody reads.
  bool narrow = false;
};

/// What all subscribers share.
struct tally {
  std::uint32_t symbols = 0; ///< of the market

  /// Whether only every 16th connection's rows are read, and of the others
  /// just the frames' headers.
  bool sampled = false;

  /// Whether rows count for the latency.
  bool timed = false;

  std::uint64_t rows = 0; ///< received; where not read, the text frames

  /// The longest that a connection had nothing new of one of its symbols, from
  /// one row to the next, since this was last set to 0.
  usec silence = 0;

  percentiles latency;
  faults wrong;
  row_scanner scanner;
};

/// The client's end of one WebSocket. Only the loop calls it.
class subscriber {
public:
  enum class phase { handshake, open, closed };

  /// How a client leaves.
  enum class farewell { close_frame, fin, reset };

  /// Connects and asks for the upgrade; gives up if it cannot.
  /// @param secure whether to speak TLS.
  /// @param number gives the source address and whether it is in the sample.
  subscriber(std::uint16_t port, bool secure, std::uint32_t number,
             subscription wants, tally& all);

  subscriber(const subscriber&) = delete;

  subscriber& operator=(const subscriber&) = delete;

  int fd() const noexcept {
    return socket_.fd();
  }

  phase state() const noexcept {
    return phase_;
  }

  bool narrow() const noexcept {
    return wants_.narrow;
  }

  /// Whether each of its symbols had a row.
  bool complete() const noexcept {
    return seen_ == last_.size();
  }

  /// How many of its symbols' rows are not the one stamped in `published`,
  /// which has all symbols of the market.
  std::uint32_t behind(const std::vector<stamp>& published) const noexcept;

  /// Takes what the socket holds, but one read of it at most.
  void on_readable();

  /// Leaves now; what is still under way does not matter.
  void leave(farewell how);

private:
  void on_bytes(std::string_view bytes, usec at);

  /// Returns true once the upgrade is done, with what came behind it in
  /// `bytes`.
  bool on_upgrade(std::string_view& bytes);

  void on_frames(std::string_view bytes, usec at);

  void on_message(std::string_view text, usec at);

  void subscribe();

  void send_frame(std::uint8_t head, std::string_view payload);

  void fail(const char* what);

  connection socket_;
  phase phase_ = phase::handshake;
  bool checked_;
  subscription wants_;
  tally& all_;
  std::uint32_t seen_ = 0;
  std::vector<stamp> last_;   ///< of each of its symbols
  std::vector<usec> arrived_; ///< when that came
  std::string rest_;          ///< the begin of a frame
};

} // namespace livegrid::bench
