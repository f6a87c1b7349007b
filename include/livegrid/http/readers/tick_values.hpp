#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "livegrid/actors/base/error.hpp"
#include "livegrid/actors/prices/tick.hpp"

namespace livegrid {

/// Bytes that a text of an extra cell may have.
constexpr std::size_t max_extra_text = 256;

/// What a key of a tick stands for.
struct tick_key {
  enum class kind : std::uint8_t {
    number, ///< one of `field`
    symbol,
    time,
    seq,
    clear,   ///< says which cells are taken back
    ignored, ///< a cell that the node computes
    extra,   ///< a cell of the source's own
    bad,     ///< cannot name a cell
  };

  kind what = kind::bad;
  field which = field::price; ///< of a number

  /// The name of a cell that the node knows; else empty.
  std::string_view name;
};

/// Tells the keys of a tick apart, by their exact names.
tick_key classify(std::string_view name) noexcept;

// Each of these sets one part of a tick, or says why it cannot be; the tick
// then stays as it was. The refusals name the field, but no element.

/// Takes a symbol's name.
std::optional<refusal> set_symbol(tick& out, std::string_view text);

/// Takes a number that is acceptable for `f`.
std::optional<refusal> set_number(tick& out, field f, double x);

/// Takes a numeric text.
std::optional<refusal> set_number(tick& out, field f, std::string_view text);

/// Takes what `parse_time` takes.
std::optional<refusal> set_time(tick& out, std::string_view text);

/// Takes a number as an epoch time: 20240102 is none, although it is a day as a
/// text.
std::optional<refusal> set_epoch_time(tick& out, std::string_view text);

/// Takes an integer from 0 to 2^63 - 1, also one written as 5.0 or 1e3.
std::optional<refusal> set_seq(tick& out, std::string_view text);

/// Takes back the cell of that name: of a field, or of the source's own unless
/// the tick brings that.
std::optional<refusal> set_cleared(tick& out, std::string_view name);

/// Adds an extra cell or replaces the one of that name. `name` must be valid;
/// `json` must be a JSON scalar.
std::optional<refusal> set_extra(tick& out, std::string_view name,
                                 std::string_view json);

/// Like `set_extra`, for a text.
std::optional<refusal> set_extra_text(tick& out, std::string_view name,
                                      std::string_view text);

/// Like `set_extra`, for a number: integers keep all of their digits.
std::optional<refusal> set_extra_number(tick& out, std::string_view name,
                                        std::string_view text, double x);

/// The refusal of a value that is of the wrong type for its key.
refusal wrong_type(tick_key key, std::string_view name);

/// The refusal of a key that cannot name a cell.
refusal bad_name(std::string_view name);

/// The refusal of a tick without the name of its symbol.
refusal missing_symbol();

/// The refusal of a tick that brings nothing.
refusal missing_fields();

} // namespace livegrid
