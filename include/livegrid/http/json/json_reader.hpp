#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

#include "livegrid/actors/base/error.hpp"
#include "livegrid/actors/base/expected.hpp"

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

/// How the objects of a text stand in it.
enum class object_layout : std::uint8_t {
  single, ///< one object, which may go over several lines
  lines,  ///< one object a line; blank lines between them do not count
};

/// Reads a text that is one object, or one object a line, a byte order mark
/// before it allowed. Before each object `begin` is called with the number of
/// the line (from 0) on which it begins. Returns the layout, or an
/// `errc::malformed` that says what is wrong and where; `handler` then got the
/// part before it.
expected<object_layout, refusal>
for_each_object(std::string_view text, json_handler& handler,
                const std::function<void(std::int64_t line)>& begin);

/// The first byte of what a JSON text says, behind a byte order mark and
/// blanks; nothing if there is no more than these.
std::optional<char> first_of_json(std::string_view text) noexcept;

/// Whether half of a surrogate pair is in a text, otherwise UTF-8: RapidJSON
/// lets an escaped low one without a high one pass.
bool has_surrogate(std::string_view text) noexcept;

/// The size of the byte order mark at the start of `text`: 0 or 3.
std::size_t byte_order_mark(std::string_view text) noexcept;

} // namespace livegrid
