#pragma once

#include <chrono>
#include <string>

#include "livegrid/http/message/http_request.hpp"

namespace livegrid {

/// A time as HTTP writes it (RFC 9110, 5.6.7): Sun, 06 Nov 1994 08:49:37 GMT.
std::string http_date(std::chrono::sys_seconds x);

/// That of now, put together once a second at most. Belongs to one thread.
class http_clock {
public:
  const std::string& now();

private:
  std::chrono::sys_seconds when_;
  std::string text_;
};

/// Adds what every answer says, whatever it is about: when it was made, that
/// its type is what it says, and, unless its route knows better, that nobody
/// may keep it, since prices are of the moment and some are for one key alone.
/// @param pinned whether a browser has to use TLS for this host from now on.
void add_common_headers(http_reply& to, const std::string& date, bool pinned);

/// Whether the browser may be told to use nothing but TLS for that host. Not
/// for localhost: that would be all that listens on the user's own machine.
/// @param host as the Host header has it.
bool may_be_pinned(std::string_view host) noexcept;

} // namespace livegrid
