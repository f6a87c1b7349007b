#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>

#include <caf/error.hpp>
#include <caf/meta/load_callback.hpp>
#include <caf/sec.hpp>

namespace livegrid {

/// The name of a symbol: 1 to 32 bytes of `A-Z a-z 0-9 . - _ : / = ^ @ & +`.
/// Made from text in one place, `parse`, so that whoever holds one need not
/// check it again.
class symbol_name {
public:
  static constexpr std::size_t max_size = 32;

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

} // namespace livegrid

template <>
struct std::hash<livegrid::symbol_name> {
  std::size_t operator()(const livegrid::symbol_name& x) const noexcept {
    return std::hash<std::string_view>{}(x.str());
  }
};
