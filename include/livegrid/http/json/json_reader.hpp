#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "livegrid/actors/base/error.hpp"

namespace livegrid {

/// Deeper nested JSON is refused.
constexpr std::size_t max_json_depth = 32;

/// Gets what a JSON text says, piece by piece in its order. Texts are valid
/// UTF-8 without escapes, and live as long as the call.
class json_handler {
public:
  virtual ~json_handler() = default;

  virtual void null() = 0;

  virtual void boolean(bool x) = 0;

  /// @param text the number as it stands in the JSON, with all of its digits.
  /// @param x its value, the nearest double; finite.
  virtual void number(std::string_view text, double x) = 0;

  virtual void string(std::string_view text) = 0;

  virtual void key(std::string_view name) = 0;

  virtual void begin_object() = 0;

  virtual void end_object() = 0;

  virtual void begin_array() = 0;

  virtual void end_array() = 0;
};

/// Reads a text that is one JSON value, blanks around it and a byte order mark
/// before it allowed. Returns an `errc::malformed` that says what is wrong and
/// where; `handler` then got the part before it.
std::optional<refusal> read_json(std::string_view text, json_handler& handler);

/// Reads one JSON value from `position`, and moves `position` behind it.
/// Whatever follows is not looked at.
std::optional<refusal> read_json_value(std::string_view text,
                                       std::size_t& position,
                                       json_handler& handler);

/// The `errc::malformed` for byte `position` (from 0) of `text`, with its line
/// (from 1) if there are several.
refusal malformed_at(std::string_view text, std::size_t position,
                     std::string_view what);

/// Whether half of a surrogate pair is in a text, otherwise UTF-8: RapidJSON
/// lets an escaped low one without a high one pass.
bool has_surrogate(std::string_view text) noexcept;

/// The first byte from `position` that is none of JSON's blanks; the size of
/// `text` if there is none.
std::size_t skip_blanks(std::string_view text, std::size_t position) noexcept;

/// The size of the byte order mark at the start of `text`: 0 or 3.
std::size_t byte_order_mark(std::string_view text) noexcept;

} // namespace livegrid
