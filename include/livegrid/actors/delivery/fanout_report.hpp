#pragma once

#include <chrono>
#include <cstdint>
#include <vector>

#include "livegrid/actors.hpp"
#include "livegrid/actors/delivery/audiences.hpp"
#include "livegrid/actors/stats/counters.hpp"

// What the operator sees of a fan-out's subscribers.

namespace livegrid {

/// The next subscribers by age, no more than the rows of others can wait for.
/// @param from the number of the first one, see `audience_member`.
subscriber_slice summaries(const audiences& all, std::uint64_t from,
                           outbox::time_point now);

/// Those of them who get that symbol.
subscriber_slice summaries(const audiences& all, const symbol_name& which,
                           std::uint64_t from, outbox::time_point now);

/// The subscriber with that id, or an invalid handle.
subscriber_actor subscriber_of(const audiences& all, std::uint64_t id);

/// The handles of the next subscribers by age.
handle_slice subscribers(const audiences& all, std::uint64_t from);

/// What a subscriber shows of a symbol, as long as nothing of it is staged.
/// @param today the time of day at `now`.
viewer_cell explain(const audiences& all, const audience_member& who,
                    const symbol_name& which, outbox::time_point now,
                    timestamp today);

/// How many subscribers get each of these symbols.
std::vector<std::uint64_t> count(const audiences& all,
                                 const std::vector<symbol_name>& xs);

/// How many subscribers get any of these symbols.
std::uint64_t reach(const audiences& all, const std::vector<symbol_name>& xs);

/// Whether the ledgers add up.
ledger_audit audit(const audiences& all, const counters& stats);

/// What there is to know of one subscriber here.
/// @param kind the kind of the actor that tells it.
actor_status status_of(const audiences& all, const audience_member& who,
                       const char* kind, outbox::time_point now,
                       std::chrono::nanoseconds loop_lag);

} // namespace livegrid
