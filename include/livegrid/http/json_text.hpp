#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "livegrid/error.hpp"

namespace livegrid {

/// Appends `text` as a JSON string with its quotes. Bytes that are no UTF-8
/// come out as U+FFFD, so that the result is always valid JSON.
void append_json_string(std::string& out, std::string_view text);

/// The first `max_size` bytes of `text` or a little less, so that no UTF-8
/// character is cut in two.
std::string_view cut_text(std::string_view text, std::size_t max_size) noexcept;

/// The JSON body of an error answer, as FastAPI writes it: `detail` is a list
/// for `errc::invalid` and a string for all others.
/// @param where the first part of the list's `loc`: `body` or `query`.
std::string error_body(const refusal& x, std::string_view where = "body");

} // namespace livegrid
