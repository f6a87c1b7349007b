#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "livegrid/actors/prices/subscription.hpp"

namespace livegrid {

/// Which parameters of a widget say of which symbols its rows are.
struct symbol_params {
  /// Their names; the first of them that is given counts.
  std::vector<std::string> names{"symbols", "symbol"};

  /// Whether the widget has one. Then whoever gives none asks for nothing, as
  /// Workspace does where a list has been emptied; else for all.
  bool declared = true;

  /// The other parameters of the widget, which nobody writes by mistake for
  /// one of `names`.
  std::vector<std::string> others;

  /// Whether a parameter of that name says which symbols.
  bool has(std::string_view name) const noexcept;

  /// The name by which somebody who does not know is told to ask.
  const std::string& main_name() const;

  /// What whoever asks for nothing, or gives no such parameter, asks for.
  subscription unasked() const;

  /// Lets the names of another widget count as well.
  void join(const symbol_params& x);

  friend bool operator==(const symbol_params&, const symbol_params&) = default;
};

/// Whether a parameter of that name says which symbols, whatever the widget.
constexpr bool is_symbol_param(std::string_view name) noexcept {
  return name == "symbol" || name == "symbols";
}

} // namespace livegrid
