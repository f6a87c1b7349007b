#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "livegrid/actors/stats/tcp_status.hpp"
#include "livegrid/fwd.hpp"

namespace livegrid {

/// Why a connection is closed, as RFC 6455 numbers it.
enum class close_code : std::uint16_t {
  normal = 1000,
  going_away = 1001,
  protocol_error = 1002,
  bad_utf8 = 1007,
  policy = 1008,
  too_big = 1009,
  fault = 1011,
};

/// What became of bytes that were handed to a sink.
enum class sent : std::uint8_t {
  all,    ///< the kernel has them
  partly, ///< the sink keeps the rest, and says when it is out
  closed, ///< nobody will read them
};

/// The way out to one connection. Belongs to the thread of its connection: all
/// calls must come from there.
class frame_sink {
public:
  virtual ~frame_sink() = default;

  /// Takes whole frames. After `sent::partly` nothing more may be sent until
  /// the sink has told its owner (a `resume_atom`) that the rest is out.
  virtual sent send(const bytes_ptr& frames) = 0;

  /// Tells the client what was wrong with its message, in the form that its
  /// protocol has for that; it waits behind what is under way.
  virtual void send_error(std::string_view detail) = 0;

  /// Sends a close frame behind what is under way, then ends the connection.
  /// Its owner hears nothing more of it.
  virtual void close(close_code code, std::string_view reason) = 0;

  /// Goes on reading what the client sends, after its owner was busy.
  virtual void read_on() = 0;

  /// Bytes that the kernel has not taken yet, of rows and of the sink's own
  /// output, with what it costs to keep them.
  virtual std::size_t unsent() const noexcept = 0;

  /// What the kernel knows of the way to the peer; all zero once it is gone.
  virtual tcp_status link() noexcept = 0;

  /// The peer's address and port.
  virtual const std::string& peer() const noexcept = 0;
};

/// Puts a text message into a frame, behind what `out` holds.
using framer = void (*)(std::string& out, std::string_view text);

} // namespace livegrid
