#pragma once

#include "livegrid/actors/delivery/audiences.hpp"
#include "livegrid/actors/delivery/outbox.hpp"

// Subscribers that are behind: for them nothing is kept, but the latest row of
// one symbol after the other is looked up when their socket has room for it.

namespace livegrid {

/// Lets an outbox fall behind if more waits for its account than may. If its
/// rows have no id, it discards what waits instead: what comes twice would be
/// appended twice.
/// @returns whether it is behind now.
bool keep_in_share(outbox& box, outbox::time_point now);

/// Gives an outbox more of what it is behind with, as long as its socket takes
/// it.
/// @param where its audience.
/// @param due sends what is due until then: `now`, or for ever to send it all.
void catch_up(outbox& box, const audience& where, const audiences& all,
              outbox::time_point now, outbox::time_point due);

} // namespace livegrid
