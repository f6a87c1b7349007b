#pragma once

#include <vector>

#include "livegrid/actors/delivery/audiences.hpp"
#include "livegrid/actors/delivery/outbox.hpp"

namespace livegrid {

/// Gives a subscriber whose set has changed the rows of now that it did not
/// have before: those of names in the order asked. Who wants all of very many
/// symbols falls behind instead. The caller sends what is due.
/// @returns whether it is behind now.
bool give_snapshot(const audience_member& who, const audiences::change& what,
                   const audiences& all, outbox::time_point now);

} // namespace livegrid
