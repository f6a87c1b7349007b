#include "livegrid/actors/market/market_report.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <utility>

namespace livegrid {

namespace {

std::uint64_t milli(double x) {
  return static_cast<std::uint64_t>(std::llround(x * 1000));
}

std::uint64_t age_ms(const pulse& x, feed_entry::time_point now) {
  if (!x.started())
    return UINT64_MAX;
  auto age =
    std::chrono::duration_cast<std::chrono::milliseconds>(now - x.last());
  return static_cast<std::uint64_t>(std::max<std::int64_t>(0, age.count()));
}

} // namespace

symbol_ref ref_of(const symbol_slot& x, feed_entry::time_point now) {
  return {.symbol = x.first,
          .owner = x.second.owner,
          .fresh = static_cast<std::uint8_t>(x.second.fresh),
          .milli_rate = milli(x.second.beat.rate(now)),
          .age_ms = age_ms(x.second.beat, now)};
}

actor_status status_of(const symbol_map& symbols, const symbol_name& which,
                       const char* kind, feed_entry::time_point now) {
  actor_status result{kind, which.str(), {}, {}};
  auto put = [&](const char* key, fact_value value) {
    result.facts.emplace_back(key, std::move(value));
  };
  auto i = symbols.find(which);
  if (i == symbols.end()) {
    put("freshness", std::string{to_string(freshness::never)});
    return result;
  }
  const auto& x = i->second;
  put("freshness", std::string{to_string(x.fresh)});
  put("feed", x.from ? x.from->first.str() : "none");
  if (x.beat.started()) {
    auto tenths = [](double y) {
      auto n = static_cast<std::uint64_t>(std::llround(y * 10));
      return fact_value::json(std::to_string(n / 10) + '.'
                              + std::to_string(n % 10));
    };
    put("age_ms", age_ms(x.beat, now));
    put("ticks_per_s", tenths(x.beat.rate(now)));
    if (x.beat.usual_gap() > 0)
      put("usual_gap_s", tenths(x.beat.usual_gap()));
    auto patience = std::chrono::round<std::chrono::seconds>(x.beat.quiet_at()
                                                             - x.beat.last());
    put("quiet_after_s", patience.count());
  }
  put("refused", x.refused ? x.refused->ticks : 0);
  if (x.refused)
    put("last_refusal", x.refused->last);
  return result;
}

std::vector<feed_summary> summaries_of(const feed_map& feeds,
                                       feed_entry::time_point now) {
  std::vector<feed_summary> result;
  for (const auto& [id, x] : feeds)
    result.push_back({.id = id,
                      .peer = x.peer,
                      .state = !x.up      ? "down"
                               : x.paused ? "paused"
                                          : "up",
                      .symbols = x.symbols,
                      .ticks = x.ticks,
                      .milli_rate = milli(x.beat.rate(now)),
                      .age_ms = age_ms(x.beat, now),
                      .refused = x.refused,
                      .last_refusal = x.last_refusal});
  return result;
}

} // namespace livegrid
