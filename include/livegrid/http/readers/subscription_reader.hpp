#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "livegrid/actors/base/error.hpp"
#include "livegrid/actors/base/expected.hpp"
#include "livegrid/actors/prices/subscription.hpp"

namespace livegrid {

/// Reads a subscriber's text message,
/// `{"type":"params","params":{"symbol":...}}`. `type` may be absent; `symbol`
/// is a text of names with commas between them or an array of such texts, and
/// may be called `symbols`, which wins where both have a value. Other keys are
/// ignored; of a key given twice the last counts.
///
/// Absent, null, or blank (`""`, `[""]`) keeps what is subscribed; only `[]`
/// ends it; `*` anywhere stands for every symbol. An empty name between commas
/// is a bad name.
expected<subscription, refusal> read_subscription(std::string_view message);

/// Reads a text of symbol names with commas between them, as in a query.
/// Blanks around the names do not count.
subscription split_symbols(std::string_view names);

/// Whether a parameter of that name says which symbols.
constexpr bool is_symbol_param(std::string_view name) noexcept {
  return name == "symbol" || name == "symbols";
}

/// Reads what the parameters of a query say of symbols: the lists of all
/// `symbols` as one; where there is none, those of all `symbol`.
subscription
read_symbols(const std::vector<std::pair<std::string, std::string>>& params);

} // namespace livegrid
