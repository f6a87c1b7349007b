#include "livegrid/actors/access/limiter.hpp"

#include <algorithm>

namespace livegrid {

bool limiter::take(const std::string& whom, std::uint64_t rate, std::uint64_t n,
                   time_point now) {
  if (rate == 0)
    return true;
  auto most = static_cast<double>(rate);
  auto [i, fresh] = buckets_.try_emplace(whom);
  auto& x = i->second;
  if (fresh) {
    x = {most, now};
  } else {
    std::chrono::duration<double> span = now - x.filled;
    x.left = std::min(most, x.left + std::max(0., span.count()) * most);
    x.filled = now;
  }
  auto wanted = static_cast<double>(n);
  if (x.left < std::min(wanted, most))
    return false;
  x.left -= wanted;
  if (buckets_.size() >= tidy_at_)
    tidy(now);
  return true;
}

void limiter::tidy(time_point now) {
  // Who owes more than a second's worth is none of these for a while yet.
  std::erase_if(buckets_, [&](const auto& x) {
    return x.second.left >= 0
           && now - x.second.filled > std::chrono::seconds{1};
  });
  tidy_at_ = std::max<std::size_t>(1024, 2 * buckets_.size());
}

std::shared_ptr<void> limiter::enter(const std::string& whom,
                                     std::uint64_t most) {
  auto& n = (*counts_)[whom];
  if (most > 0 && n >= most)
    return nullptr;
  ++n;
  return {static_cast<void*>(this), [all = counts_, whom](void*) {
            if (auto i = all->find(whom); --i->second == 0)
              all->erase(i);
          }};
}

} // namespace livegrid
