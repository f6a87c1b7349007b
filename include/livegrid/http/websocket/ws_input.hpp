#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string_view>

#include <wslay/wslay.h>

namespace livegrid {

/// Gives wslay what it reads: the front of `input`, which moves on. Without
/// any it would block, as of a socket.
inline ssize_t take_input(wslay_event_context_ptr ctx, std::string_view& input,
                          std::uint8_t* buf, std::size_t size) noexcept {
  auto n = std::min(size, input.size());
  if (n == 0) {
    wslay_event_set_error(ctx, WSLAY_ERR_WOULDBLOCK);
    return -1;
  }
  std::memcpy(buf, input.data(), n);
  input.remove_prefix(n);
  return static_cast<ssize_t>(n);
}

} // namespace livegrid
