#pragma once

#include <string_view>

#include "livegrid/actors/base/error.hpp"
#include "livegrid/actors/base/expected.hpp"
#include "livegrid/actors/prices/subscription.hpp"

namespace livegrid {

/// Reads a subscriber's text message,
/// `{"type":"params","params":{"symbol":...}}`. `type` may be absent; `symbol`
/// is a text of names with commas between them or an array of such texts.
/// Other keys are ignored; of a key given twice the last counts.
///
/// Absent, null, or blank (`""`, `[""]`) keeps what is subscribed; only `[]`
/// ends it; `*` anywhere stands for every symbol. An empty name between commas
/// is a bad name.
expected<subscription, refusal> read_subscription(std::string_view message);

/// Reads a text of symbol names with commas between them, as in a query.
/// Blanks around the names do not count.
subscription split_symbols(std::string_view names);

} // namespace livegrid
