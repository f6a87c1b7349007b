#pragma once

#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "livegrid/actors/prices/tick.hpp"
#include "livegrid/actors/prices/tick_source.hpp"
#include "livegrid/actors/settings/settings.hpp"
#include "livegrid/fwd.hpp"
#include "livegrid/http/widgets/widgets.hpp"

namespace livegrid {

/// What the files say that the settings name.
struct node_inputs {
  widget_set widgets;

  /// Of the symbols that are there from the start.
  std::vector<tick> first_states;

  /// What is to be replayed; null without.
  std::shared_ptr<tick_source> recording;
};

/// Reads those files. What the operator should know of them is logged.
/// @returns what is wrong, in one line, if anything is.
std::variant<node_inputs, std::string> read_inputs(const settings& values,
                                                   const log_ptr& log);

} // namespace livegrid
