#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "livegrid/actors/stats/counters.hpp"

namespace livegrid {

class ws_session;

/// What a WebSocket connection is for. Called on the loop of the connection.
class ws_endpoint {
public:
  virtual ~ws_endpoint() = default;

  /// What it is counted as.
  virtual counters::endpoint kind() const noexcept = 0;

  /// The connection is up; `way_out` stays usable until `on_gone`.
  virtual void on_open(const std::shared_ptr<ws_session>& way_out) = 0;

  // Each returns why the connection has to be closed (1008), or nothing.
  virtual std::string on_text(std::string&& text) = 0;

  virtual std::string on_binary() = 0;

  /// All that was given to `send` is out, after it was not at first.
  virtual void on_writable() = 0;

  /// The connection is over; nothing else is called after this.
  virtual void on_gone(std::uint16_t code, std::string_view reason) = 0;

  /// Whether the client's next message should wait for now.
  virtual bool busy() const noexcept = 0;

  /// All is dealt with that was read in this turn of the loop: answers that
  /// are there may go out, together.
  virtual void on_turn_end() {
    // nop
  }

  /// Whether the client has got all that is due to it, so that its connection
  /// may be closed when the node goes down.
  virtual bool settled() const noexcept = 0;
};

} // namespace livegrid
