#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace livegrid {

/// The bytes in base64 with the alphabet of RFC 4648, padded.
std::string to_base64(std::string_view bytes);

/// The bytes that `text` stands for; nothing if it is not exactly what
/// `to_base64` writes.
std::optional<std::string> from_base64(std::string_view text);

/// Base64 that needs no escape in a URL or a header (RFC 4648, 5), without
/// padding.
std::string to_base64url(std::string_view bytes);

/// The bytes that `text` stands for; nothing if it is not exactly what
/// `to_base64url` writes.
std::optional<std::string> from_base64url(std::string_view text);

} // namespace livegrid
