#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "livegrid/frame_sink.hpp"

namespace livegrid {

/// Appends a whole, unmasked text frame (RFC 6455, 5.2), as servers send it.
void append_text_frame(std::string& out, std::string_view text);

/// Appends a close frame. The reason is cut to the 123 bytes that a control
/// frame has room for; it must be ASCII.
void append_close_frame(std::string& out, close_code code,
                        std::string_view reason);

/// Appends an empty ping.
void append_ping_frame(std::string& out);

/// Appends the answer to a ping with that payload, of 125 bytes at most.
void append_pong_frame(std::string& out, std::string_view payload);

/// The bytes of a client's frame header for a payload of that size.
constexpr std::uint64_t client_header_size(std::uint64_t payload) noexcept {
  return payload < 126 ? 6 : payload < 65536 ? 8 : 14;
}

} // namespace livegrid
