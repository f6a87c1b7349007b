#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "livegrid/actors/access/access_key.hpp"

namespace livegrid {

/// Bytes that nobody can guess.
std::string random_bytes(std::size_t n);

/// The SHA-256 of the bytes.
access_key::digest sha256(std::string_view bytes);

/// The HMAC of the bytes with SHA-256 (RFC 2104).
access_key::digest hmac_sha256(std::string_view key, std::string_view bytes);

/// Whether two digests are equal. Takes the same time wherever they differ, so
/// that nobody can guess one digit by digit.
bool same(const access_key::digest& a, const access_key::digest& b) noexcept;

/// The digest as 64 hexadecimal digits in lower case.
std::string to_hex(const access_key::digest& x);

/// The digest that `to_hex` writes like this; nothing for any other text.
std::optional<access_key::digest> parse_digest(std::string_view hex) noexcept;

} // namespace livegrid
