#include "livegrid/http/readers/refused_ticks.hpp"

#include <algorithm>
#include <utility>

namespace livegrid {

void refused_ticks::add(refusal x) {
  ++all;
  auto behind = std::upper_bound(
    told.begin(), told.end(), x.element,
    [](std::int64_t element, const refusal& y) { return element < y.element; });
  if (told.size() == max_told) {
    if (behind == told.end())
      return;
    told.pop_back();
  }
  told.insert(behind, std::move(x));
}

} // namespace livegrid
