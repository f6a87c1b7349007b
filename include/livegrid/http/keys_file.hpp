#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "livegrid/access_key.hpp"

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
/// @returns one line that says what is wrong and where.
std::variant<keyring, std::string> parse_keys(std::string_view text);

std::string to_json(const keyring& keys);

/// Reads a file of secrets that nobody else may read or write: one of this
/// user's or root's (or, for root, of anybody's), without any permission for
/// others, that the group cannot write.
/// @param[out] text receives at most 4 MiB.
/// @returns an empty string, or what is wrong with it.
std::string read_private_file(const std::string& path, std::string& text);

/// Puts a file in its place, all of it or nothing, for this user alone; if that
/// is root, for the one whose directory it is.
/// @param replace whether one that is there gives way; else it stays as it is,
///        and that is no fault.
/// @returns an empty string, or what went wrong.
std::string write_private_file(const std::string& path, std::string_view text,
                               bool replace = true);

/// Reads a file of keys.
std::variant<keyring, std::string> read_keys_file(const std::string& path);

} // namespace livegrid
