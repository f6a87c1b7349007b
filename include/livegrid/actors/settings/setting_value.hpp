#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace livegrid {

/// Why a value cannot be; nothing if it can.
using complaint = std::optional<std::string>;

/// A whole number in decimal digits alone.
std::optional<std::uint64_t> parse_count(std::string_view text) noexcept;

/// Bytes, or a whole number of B, KiB, MiB or GiB, such as `64KiB`.
std::optional<std::uint64_t> parse_size(std::string_view text) noexcept;

/// In the largest unit that has a whole number of them.
std::string size_text(std::uint64_t bytes);

/// A whole number of ms, s, min or h, such as `20s`.
std::optional<std::chrono::milliseconds>
parse_span(std::string_view text) noexcept;

/// In the largest unit that has a whole number of them.
std::string span_text(std::chrono::milliseconds x);

/// true, yes, on or 1; false, no, off or 0.
std::optional<bool> parse_switch(std::string_view text) noexcept;

/// An IPv4 or IPv6 address in its canonical form; `localhost` is 127.0.0.1.
std::optional<std::string> parse_address(std::string_view text);

/// Whether an address that `parse_address` made is of this host alone.
bool is_loopback(std::string_view address) noexcept;

/// Reads `scheme://host[:port]` as a browser would write it: in lower case and
/// without the port that the scheme has anyway. `*` reads as itself.
/// @param out keeps its value if there is a complaint.
complaint parse_origin(std::string_view text, std::string& out);

/// Reads origins, each once. `*` can only stand alone.
/// @param out keeps its value if there is a complaint.
complaint parse_origins(const std::vector<std::string>& texts,
                        std::vector<std::string>& out);

} // namespace livegrid
