#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace livegrid {

/// Appends `text` as a JSON string with its quotes. Bytes that are no UTF-8
/// come out as U+FFFD, so that the result is always valid JSON. Control
/// characters and line separators, Unicode's too, are escaped, so that no
/// reader takes it for more than one line.
void append_json_string(std::string& out, std::string_view text);

/// The text that a JSON string stands for, which has its quotes. What is no
/// such string comes back as it is.
std::string json_string_text(std::string_view json);

/// The text without blanks, tabs and line ends around it.
std::string_view trimmed(std::string_view text) noexcept;

/// The parts between commas, without the blanks around them; none for a blank
/// text.
std::vector<std::string> split_list(std::string_view text);

/// `text` fit for a line of an error message: in quotes, shortened, without
/// control characters.
std::string quote(std::string_view text);

/// The first `max_size` bytes of `text` or a little less, so that no UTF-8
/// character is cut in two.
std::string_view cut_text(std::string_view text, std::size_t max_size) noexcept;

/// Whether a name matches a pattern in which `*` stands for anything and `?`
/// for one character.
bool matches(std::string_view name, std::string_view pattern) noexcept;

} // namespace livegrid
