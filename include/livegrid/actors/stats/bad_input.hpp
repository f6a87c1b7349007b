#pragma once

#include <string_view>

#include "livegrid/actors/stats/counters.hpp"
#include "livegrid/fwd.hpp"

namespace livegrid {

/// What the metrics and the log call a kind of bad input.
std::string_view to_string(counters::fault x) noexcept;

/// Counts and logs input of a client's that could not be taken. Ticks and
/// subscriptions are logged by those who read them, with more to tell.
/// @param peer address and port.
/// @param what was asked for; never a query, which may hold secrets.
void note_bad_input(counters& stats, logger& log, counters::fault kind,
                    std::string_view peer, std::string_view what,
                    std::string_view why);

/// Counts and logs that a client was turned away since there are as many
/// connections as there may be.
void note_connection_refused(counters& stats, logger& log,
                             std::string_view peer);

} // namespace livegrid
