#include <chrono>

#include "fuzz.hpp"
#include "memory_file.hpp"

#include "livegrid/http/readers/sessions_file.hpp"

// Files of markets: whatever they say, every moment belongs to one part of one
// trade date, and dates follow one another.

using namespace livegrid;

namespace {

using namespace std::chrono;

void expect_days(const venue& x, timestamp at) {
  auto part = x.part_of(at);
  auto day = x.day_of(at);
  // The clock's last moment is the end of all.
  if (at != timestamp::max())
    fuzz::expect(part.span.holds(at), "a moment is in its part");
  fuzz::expect(part.date == day.date, "a part is of its day");
  fuzz::expect(day.span.begin <= part.span.begin
                 && part.span.end <= day.span.end,
               "a part is within its day");
  if (day.span.end < timestamp::max()) {
    auto next = x.day_of(day.span.end);
    fuzz::expect(next.span.begin == day.span.end, "days leave no gap");
    fuzz::expect(next.date > day.date, "dates go on");
  }
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::memory_file file{fuzz::as_text(data, size)};
  auto result = read_sessions_file(file.path());
  if (!result) {
    file.expect_told(result.error());
    return 0;
  }
  fuzz::expect(result->of("AAPL") != nullptr, "a symbol has a venue");
  constexpr auto begin = sys_days{2026y / March / 1};
  for (const auto& x : result->venues()) {
    // Over both changes of the clocks, by steps that meet no hour twice.
    for (auto at = timestamp{begin}; at < begin + days{370}; at += 3701min)
      expect_days(*x, at);
    expect_days(*x, timestamp::min());
    expect_days(*x, timestamp::max());
  }
  return 0;
}
