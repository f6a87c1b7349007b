#pragma once

#include <string>
#include <string_view>

#include "livegrid/actors/access/access_key.hpp"
#include "livegrid/actors/base/expected.hpp"

namespace livegrid {

/// Reads keys:
///
///     {"keys": [{"name": "alice", "hash": "sha256:0123...",
///                "scopes": ["read"], "symbols": ["AAPL", "MS*"],
///                "created": "2026-01-31T12:00:00Z",
///                "expires": "2027-01-31T12:00:00Z",
///                "limits": {"connections": 10, "symbols": 100,
///                           "requests": 50, "ticks": 1000}}]}
///
/// `expires`, `limits` and each of these may be missing.
/// @returns them, or one line that says what is wrong and where.
expected<keyring, std::string> parse_keys(std::string_view text);

/// The text that `parse_keys` reads as these keys.
std::string to_json(const keyring& keys);

/// Reads a file of keys.
/// @returns them, or what is wrong, with the path.
expected<keyring, std::string> read_keys_file(const std::string& path);

} // namespace livegrid
