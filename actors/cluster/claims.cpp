#include "livegrid/actors/cluster/claims.hpp"

#include <utility>

namespace livegrid {

namespace {

/// So long does a claim wait for a member that is said to be there but does not
/// answer, if all it can have are rows that it has seen. Together with the time
/// after which a silent member is said to be gone it is less than what a viewer
/// may have to wait.
constexpr std::chrono::milliseconds row_patience{1500};

/// And so long for one that may have taken ticks of this node's share: without
/// it they would be lost. Connections that were cut may need some seconds more
/// than the membership to be there again.
constexpr std::chrono::milliseconds tick_patience{8000};

} // namespace

void claims::begin(std::set<std::string> whom, time_point now) {
  settled_ = false;
  open_ = std::move(whom);
  begun_ = now;
}

void claims::end(const std::string& whom) {
  open_.erase(whom);
  in_doubt_.erase(whom);
}

void claims::give_up(const std::string& whom, bool may_hold) {
  open_.erase(whom);
  if (may_hold)
    in_doubt_.insert(whom);
}

std::chrono::milliseconds claims::patience_for(bool may_hold) noexcept {
  return may_hold ? tick_patience : row_patience;
}

} // namespace livegrid
