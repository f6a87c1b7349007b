#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace livegrid {

/// A name or value of a query string, without its escapes; a plus is a blank.
/// Nothing if an escape is broken.
std::optional<std::string> decode_query(std::string_view text);

/// The parameters of a query string, decoded, in order. Nothing if an escape
/// is broken.
std::optional<std::vector<std::pair<std::string, std::string>>>
parse_query(std::string_view query);

/// The text with all bytes escaped that are not ASCII: of a header nobody knows
/// what else they are (RFC 9110, 5.5).
std::string escape_for_header(std::string_view text);

/// What `parse_query` reads as that text: all but letters, digits and `-._~` is
/// escaped.
std::string escape_query(std::string_view text);

} // namespace livegrid
