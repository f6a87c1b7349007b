#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "livegrid/actors/base/error.hpp"
#include "livegrid/actors/base/expected.hpp"
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

/// Reads a subscriber's text message,
/// `{"type":"params","params":{"symbol":...}}`. `type` may be absent; `symbol`
/// is a text of names with commas between them or an array of such texts, and
/// may have any of the names that `which` has. Other keys are ignored; of a key
/// given twice the last counts.
///
/// `[]` and what is blank (`""`, `[""]`) stand for no symbol, `*` anywhere for
/// every one. Null is as absent: no symbol where the widget has such a
/// parameter, else every one. Without `params` the set stays as it is, unless
/// it can only be every symbol. An empty name between commas is a bad name.
expected<subscription, refusal>
read_subscription(std::string_view message, const symbol_params& which = {});

/// Reads a text of symbol names with commas between them, as in a query.
/// Blanks around the names do not count; a blank text has no wish.
subscription split_symbols(std::string_view names);

/// Reads what the parameters of a query say of symbols, to mean the same as in
/// a message: the lists of all parameters of one name as one.
subscription
read_symbols(const std::vector<std::pair<std::string, std::string>>& params,
             const symbol_params& which = {});

} // namespace livegrid
