#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "livegrid/actors/base/error.hpp"
#include "livegrid/actors/base/expected.hpp"
#include "livegrid/actors/prices/subscription.hpp"
#include "livegrid/http/readers/symbol_params.hpp"

namespace livegrid {

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
