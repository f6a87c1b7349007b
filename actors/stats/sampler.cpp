#include "livegrid/actors/stats/sampler.hpp"

namespace livegrid {

std::optional<sampler::rates> sampler::look(std::uint64_t id, time_point now,
                                            counts x) {
  auto [i, fresh] = known_.try_emplace(id);
  auto& last = i->second;
  auto span = now - last.at;
  if (fresh || span > most_span || x[0] < last.was[0] || x[1] < last.was[1]) {
    last = {now, x, std::nullopt};
    return std::nullopt;
  }
  if (span < least_span)
    return last.rate;
  auto s = std::chrono::duration<double>{span}.count();
  rates grown{};
  for (std::size_t k = 0; k < grown.size(); ++k)
    grown[k] = static_cast<double>(x[k] - last.was[k]) / s;
  last = {now, x, grown};
  return grown;
}

void sampler::tidy(time_point now) {
  if (now - tidied_ <= most_span)
    return;
  tidied_ = now;
  std::erase_if(known_,
                [&](const auto& x) { return now - x.second.at > most_span; });
}

} // namespace livegrid
