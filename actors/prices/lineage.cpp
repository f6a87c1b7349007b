#include "livegrid/actors/prices/lineage.hpp"

namespace livegrid {

void lineage::add(const state_id& last) {
  if (last.version == 0)
    return;
  auto next = body_ ? *body_ : body{};
  auto& xs = next.states;
  // An owner that has taken no tick leaves nothing of its own.
  while (!xs.empty() && xs.back().epoch >= last.epoch)
    xs.pop_back();
  xs.emplace_back(last);
  if (xs.size() > max_size) {
    xs.erase(xs.begin());
    next.cut = true;
  }
  body_ = std::make_shared<body>(std::move(next));
}

state_id lineage::last() const noexcept {
  return body_ ? body_->states.back() : state_id{};
}

knowledge lineage::of(const state_id& x) const noexcept {
  // No tick has made it.
  if (x.version == 0)
    return knowledge::all;
  if (!body_)
    return knowledge::none;
  for (auto i = body_->states.rbegin(); i != body_->states.rend(); ++i)
    if (i->epoch <= x.epoch)
      return i->epoch == x.epoch && x.version <= i->version ? knowledge::all
                                                            : knowledge::none;
  return body_->cut ? knowledge::unknown : knowledge::none;
}

bool operator==(const lineage& x, const lineage& y) noexcept {
  if (x.body_ == y.body_)
    return true;
  return x.body_ && y.body_ && x.body_->states == y.body_->states
         && x.body_->cut == y.body_->cut;
}

} // namespace livegrid
