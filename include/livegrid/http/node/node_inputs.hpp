#pragma once

#include <optional>
#include <string>
#include <vector>

#include "livegrid/actors/base/expected.hpp"
#include "livegrid/actors/day/venue_table.hpp"
#include "livegrid/actors/prices/tick.hpp"
#include "livegrid/actors/settings/settings.hpp"
#include "livegrid/fwd.hpp"
#include "livegrid/http/node/feeds.hpp"
#include "livegrid/http/widgets/widgets.hpp"

namespace livegrid {

/// What the files say that the settings name.
struct node_inputs {
  widget_set widgets;

  /// Of the symbols that are there from the start.
  std::vector<tick> first_states;

  /// Where each symbol is traded; never null.
  venue_table_ptr venues;

  /// Where ticks come from; nothing if the settings name no feed.
  std::optional<prepared_feed> feed;
};

/// Reads those files. What the operator should know of them is logged.
/// @returns what is wrong, in one line, if anything is.
expected<node_inputs, std::string> read_inputs(const settings& values,
                                               const log_ptr& log);

} // namespace livegrid
