#include "livegrid/actors/cluster/row_audit.hpp"

#include <algorithm>
#include <utility>

namespace livegrid {

namespace {

/// Symbols whose versions a member is asked for at a time.
constexpr std::size_t audit_size = 256;

/// A row that has not come after so long is asked for again.
constexpr std::chrono::seconds row_patience{1};

} // namespace

row_audit::row_audit(ownership& symbols, distant_rows& rows)
  : symbols_(symbols), rows_(rows) {
  // nop
}

row_audit::names row_audit::next_for(const std::string& whom,
                                     std::size_t& next) const {
  names result;
  auto its = [&](const symbol_name& x) {
    auto at = symbols_.look_up(x);
    return at.placed && !at.here && symbols_.name_of(at.placed->owner) == whom;
  };
  for (const auto& [symbol, x] : missing_)
    if (result.size() < audit_size && its(symbol))
      result.emplace_back(symbol);
  // The others in turn, a part each time.
  const auto& all = rows_.all();
  auto buckets = all.bucket_count();
  for (std::size_t n = 0; n < buckets && result.size() < audit_size; ++n) {
    auto at = (next + n) % buckets;
    for (auto i = all.begin(at); i != all.end(at); ++i)
      if (rows_.is_wanted(i->second) && !missing_.contains(i->first)
          && its(i->first))
        result.emplace_back(i->first);
    if (result.size() >= audit_size)
      next = at + 1;
  }
  return result;
}

row_audit::names row_audit::note(const names& which,
                                 const std::vector<std::uint64_t>& orders,
                                 time_point now) {
  names again;
  for (std::size_t n = 0; n < which.size(); ++n) {
    const auto* known = rows_.find(which[n]);
    row_order there{.epoch = orders[2 * n], .version = orders[2 * n + 1]};
    auto wanted = known != nullptr && rows_.is_wanted(*known);
    auto came = [&](const row_order& x) {
      const auto& held = known->held;
      return held
             && std::pair{held->order().epoch, held->version()}
                  >= std::pair{x.epoch, x.version};
    };
    auto late = missing_.find(which[n]);
    if (late != missing_.end() && (!wanted || came(late->second.order))) {
      missing_.erase(late);
      late = missing_.end();
    }
    if (!wanted || there.version == 0 || came(there))
      continue;
    if (late == missing_.end()) {
      missing_.emplace(which[n], missing_row{there, now});
    } else if (!late->second.asked
               && now - late->second.since >= row_patience) {
      late->second.asked = true;
      again.emplace_back(which[n]);
    }
  }
  return again;
}

std::size_t row_audit::missing_for(std::chrono::seconds time,
                                   time_point now) const {
  return static_cast<std::size_t>(
    std::count_if(missing_.begin(), missing_.end(),
                  [&](const auto& x) { return now - x.second.since >= time; }));
}

} // namespace livegrid
