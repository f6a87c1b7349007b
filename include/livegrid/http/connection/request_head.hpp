#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace livegrid {

/// Why a request is refused before it is whole.
struct request_fault {
  std::uint16_t status; ///< of the answer
  std::string_view why; ///< lives for ever

  bool operator==(const request_fault&) const = default;
};

/// Request line and fields of one request. Refers to the bytes that it was read
/// from, but for its facts.
struct request_head {
  std::string_view method;
  std::string_view target;
  bool http_1_0 = false;
  bool last = false; ///< the client wants no other after it
  bool chunked = false;
  bool expects_continue = false;
  std::uint64_t length = 0; ///< of the body, in bytes; of chunks unknown

  /// Names and values, as sent, but for blanks around the values.
  std::vector<std::pair<std::string_view, std::string_view>> fields;

  bool has_body() const noexcept {
    return chunked || length > 0;
  }

  /// The value of the first field of that name; empty if there is none.
  /// @param name in lower case.
  std::string_view field(std::string_view name) const noexcept;

  /// Whether there is such a field.
  bool has(std::string_view name) const noexcept;

  /// The values of all fields of that name as one: a list may come on several
  /// lines (RFC 9110, 5.3).
  /// @param separator what stands between them.
  std::string list(std::string_view name, std::string_view separator) const;
};

/// Reads the head of a request, which is whole.
/// @param text up to the blank line, with it.
/// @param into is overwritten.
/// @returns what is wrong with it.
std::optional<request_fault> read_head(std::string_view text,
                                       request_head& into);

/// Reads a request line, without its end, into method, target and version.
std::optional<request_fault> read_request_line(std::string_view line,
                                               request_head& into);

/// Reads the line of one field, without its end.
std::optional<request_fault> read_field(std::string_view line,
                                        std::string_view& name,
                                        std::string_view& value);

/// Whether a field of that name may stand behind a body: none that says where
/// the request ends, or whose it is (RFC 9110, 6.5.1).
bool may_trail(std::string_view name) noexcept;

} // namespace livegrid
