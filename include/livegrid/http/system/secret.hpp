#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "livegrid/actors/access/access_key.hpp"

namespace livegrid {

/// Bytes that nobody can guess.
std::string random_bytes(std::size_t n);

/// Base64 that needs no escape in a URL or a header (RFC 4648, 5), without
/// padding.
std::string to_base64url(std::string_view bytes);

/// The bytes that `text` stands for; nothing if it is not exactly what
/// `to_base64url` writes.
std::optional<std::string> from_base64url(std::string_view text);

access_key::digest sha256(std::string_view bytes);

access_key::digest hmac_sha256(std::string_view key, std::string_view bytes);

/// Takes the same time wherever they differ.
bool same(const access_key::digest& a, const access_key::digest& b) noexcept;

std::string to_hex(const access_key::digest& x);

std::optional<access_key::digest> parse_digest(std::string_view hex) noexcept;

} // namespace livegrid
