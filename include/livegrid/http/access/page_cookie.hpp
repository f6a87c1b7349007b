#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace livegrid {

/// The token that the page's cookie holds; empty without one. What has come
/// through TLS has a cookie of another name, which nobody can set but the node:
/// neither a page without TLS nor one of another host (RFC 6265bis, 4.1.3.2).
/// @param header Cookie, as sent.
/// @param secure whether the request has come through TLS.
std::string read_page_cookie(std::string_view header, bool secure);

/// What Set-Cookie says, so that the node's own page gets that cookie.
std::string make_page_cookie(const std::string& token,
                             std::chrono::seconds lifetime, bool secure);

} // namespace livegrid
