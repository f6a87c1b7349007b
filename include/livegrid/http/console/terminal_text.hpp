#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace livegrid {

/// Text that a terminal may be given: `?` stands for control characters (C0,
/// DEL and C1, line feeds included), for marks that turn the direction of
/// writing, and for each byte that is no UTF-8.
std::string printable(std::string_view text);

/// How many columns of a terminal printable text takes.
std::size_t columns_of(std::string_view text) noexcept;

/// Printable text, cut to so many columns, with dots where something is
/// missing.
std::string fit(std::string_view text, std::size_t width);

/// The same text with U+FFFD for each byte that is no UTF-8.
std::string as_utf8(std::string_view text);

} // namespace livegrid
