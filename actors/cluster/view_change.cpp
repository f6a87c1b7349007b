#include "livegrid/actors/cluster/view_change.hpp"

#include <cstdint>
#include <map>
#include <vector>

namespace livegrid {

namespace {

std::map<std::string, std::vector<symbol_name>> pins_of(const cluster_view& x) {
  std::map<std::string, std::vector<symbol_name>> result;
  for (const auto& y : x.members)
    if (!y.pinned.empty())
      result[y.instance] = y.pinned;
  return result;
}

} // namespace

view_change change_of(const cluster_view& before, const cluster_view& next) {
  std::map<std::string, std::uint64_t> since;
  for (const auto& x : before.members)
    since[x.instance] = x.since;
  view_change result;
  for (const auto& x : next.members)
    if (auto i = since.find(x.instance);
        i == since.end() || i->second != x.since)
      result.newcomers.insert(x.instance);
  result.pins_moved = pins_of(before) != pins_of(next);
  return result;
}

} // namespace livegrid
