#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "livegrid/actors/base/expected.hpp"

namespace livegrid {

/// A value as text, or a list of such.
using ini_value = std::variant<std::string, std::vector<std::string>>;

/// One `key = value`.
struct ini_entry {
  std::string key;
  ini_value value;
  std::size_t line = 0; ///< where the key stands, from 1
};

/// The entries behind one `[name]`.
struct ini_section {
  std::string name;     ///< empty before the first `[name]`
  std::size_t line = 0; ///< where the name stands, from 1
  std::vector<ini_entry> entries;
};

/// Why a text is not INI.
struct ini_error {
  std::size_t line = 0;
  std::string message;
};

/// Reads a settings file: CAF's INI, as far as scalars and lists of them go,
/// and bare words beside it.
///
///     ; a comment, and # is one too
///     http.port = 7779           ; keys before the first section are whole
///     [http]
///     max-body = 1MiB            ; up to the end of the line
///     widgets-file = "/a b.json" ; \" \\ \n \r \t are known in here
///     allowed-origins = ["https://a.example",
///                        "https://b.example"]
///
/// Names are of `A-Z a-z 0-9 _ - .`. A bare value ends before `;` and before a
/// `#` that follows a blank, and its blanks at both ends do not count. Text in
/// `'...'` is taken as it is. A list may run over several lines and may end in
/// a comma. A section or a key may come again. There are no maps.
expected<std::vector<ini_section>, ini_error> parse_ini(std::string_view text);

} // namespace livegrid
