#include "livegrid/actors/cluster/births.hpp"

#include <utility>

namespace livegrid {

std::uint64_t births::await(const batch_id& id, names unborn) {
  awaited_[id] = {++times_, std::move(unborn)};
  return times_;
}

births::names births::remove(const batch_id& id) {
  auto i = awaited_.find(id);
  if (i == awaited_.end())
    return {};
  auto result = std::move(i->second.unborn);
  awaited_.erase(i);
  return result;
}

births::names births::remove_if(const batch_id& id, std::uint64_t time) {
  auto i = awaited_.find(id);
  return i != awaited_.end() && i->second.time == time ? remove(id) : names{};
}

std::vector<batch_id> births::of_node(std::uint64_t node) const {
  std::vector<batch_id> result;
  for (const auto& [id, x] : awaited_)
    if (id.node == node)
      result.emplace_back(id);
  return result;
}

} // namespace livegrid
