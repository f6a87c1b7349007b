#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>

#include <caf/error.hpp>
#include <caf/meta/load_callback.hpp>
#include <caf/sec.hpp>

namespace livegrid {

/// The name of a symbol, as markets have them: 1 to 64 bytes of UTF-8. Of ASCII
/// all that can be printed, but `,` (lists), `"` and `\` (JSON, so that a name
/// is written there as it is), `*` and `?` (patterns); of all else letters and
/// their marks, none that cannot be seen. Blanks stand only inside. Two names
/// are one if all bytes are. Made from text in one place, `parse`, so that
/// whoever holds one need not check it again.
class symbol_name {
public:
  static constexpr std::size_t max_size = 64;

  /// What a text must be, for whoever is told that it is not: `must be` goes
  /// before it.
  static constexpr std::string_view rule =
    "1 to 64 bytes of printable ASCII and UTF-8 letters, without , \" \\ * ? "
    "and without blanks at its ends";

  /// No name; only containers and deserializers make one.
  symbol_name() = default;

  /// Returns nothing if `text` is not a name. Does not trim.
  static std::optional<symbol_name> parse(std::string_view text);

  /// Whether `text` is a name.
  static bool valid(std::string_view text) noexcept;

  const std::string& str() const noexcept {
    return text_;
  }

  friend auto operator<=>(const symbol_name&, const symbol_name&) = default;

  /// Loading a text that is not a name is an error.
  template <class Inspector>
  friend auto inspect(Inspector& f, symbol_name& x) {
    auto load = [&]() -> caf::error {
      if (valid(x.text_))
        return caf::none;
      x.text_.clear();
      return caf::sec::invalid_argument;
    };
    return f(x.text_, caf::meta::load_callback(load));
  }

private:
  explicit symbol_name(std::string_view text) : text_(text) {
    // nop
  }

  std::string text_;
};

/// A text with its letters in lower case, of whichever script, for those who
/// look for a name by a part of it.
std::string letters_to_lower(std::string_view text);

} // namespace livegrid

template <>
struct std::hash<livegrid::symbol_name> {
  std::size_t operator()(const livegrid::symbol_name& x) const noexcept {
    return std::hash<std::string_view>{}(x.str());
  }
};
