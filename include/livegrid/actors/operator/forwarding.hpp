#pragma once

#include <string>

#include "livegrid/actors/operator/asker.hpp"
#include "livegrid/actors/operator/console_command.hpp"

// How other nodes of the cluster answer the operator.

namespace livegrid {

/// Why a node alone cannot be asked about its cluster.
caf::error alone_error();

/// Has another node of the cluster answer, or all of them.
/// @param node its name, or `all`.
void forward(asker& ask, const std::string& node, const std::string& line,
             console_promise to);

/// Has the node answer that owns the symbol. There must be a grid.
void forward_to_owner(asker& ask, const symbol_name& which, console_command x,
                      console_promise to);

} // namespace livegrid
