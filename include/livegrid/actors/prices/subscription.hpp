#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <caf/meta/load_callback.hpp>

#include "livegrid/actors/prices/symbol_name.hpp"

namespace livegrid {

/// What someone wants to see.
struct subscription {
  /// Names that one may ask for at once.
  static constexpr std::size_t max_symbols = 1000;

  /// What becomes of the set of symbols.
  enum class change : std::uint8_t {
    keep,    ///< it stays as it is
    replace, ///< `symbols` take its place, which may be none
    all,     ///< every symbol of the node, also those to come
  };

  change what = change::keep;

  /// In the order asked, each once, at most `max_symbols`; only of `replace`.
  std::vector<symbol_name> symbols;

  /// Texts that are no names, each cut to 64 bytes.
  std::vector<std::string> bad;

  /// Whether more than `max_symbols` were asked: the first ones count.
  bool too_many = false;

  /// Names that whoever asks may not see, which are not among `symbols`.
  std::vector<symbol_name> denied;

  friend bool operator==(const subscription&, const subscription&) = default;

  template <class Inspector>
  friend auto inspect(Inspector& f, subscription& x) {
    auto what = static_cast<std::uint8_t>(x.what);
    auto load = [&]() -> caf::error {
      x.what = static_cast<change>(what);
      return caf::none;
    };
    return f(what, x.symbols, x.bad, x.too_many, x.denied,
             caf::meta::load_callback(load));
  }
};

} // namespace livegrid
