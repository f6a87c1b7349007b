#pragma once

#include <optional>
#include <string_view>

#include "livegrid/actors/base/error.hpp"
#include "livegrid/actors/prices/tick.hpp"

namespace livegrid {

/// Which field of a tick somebody means who writes that name, which is none:
/// another case, other signs between the words, a slip, or what exchanges call
/// it. Empty if it may be any name.
std::string_view meant_field(std::string_view name);

/// The refusal of a tick without numbers of the table whose own cells look like
/// some: it would be taken, and show nothing of them. Its symbol is known, and
/// so no cell is meant to be that.
std::optional<refusal> misnamed_field(const tick& x);

/// The refusal of a tick without the name of its symbol, and what it may be
/// called there.
refusal missing_symbol(const tick& x);

} // namespace livegrid
