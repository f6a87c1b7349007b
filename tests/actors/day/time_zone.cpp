#define CAF_SUITE actors.day.time_zone

#include "livegrid/actors/day/time_zone.hpp"

#include <string>

#include "unit_test.hpp"

using namespace livegrid;
using namespace std::chrono;

namespace {

time_zone zone(const std::string& name) {
  auto x = time_zone::find(name);
  CAF_REQUIRE(x);
  return *x;
}

local_seconds clocks(year_month_day day, hours h, minutes m = 0min) {
  return local_seconds{local_days{day} + h + m};
}

sys_seconds utc(year_month_day day, hours h, minutes m = 0min) {
  return sys_seconds{sys_days{day} + h + m};
}

} // namespace

CAF_TEST(without a name it is UTC) {
  CAF_CHECK_EQUAL(time_zone{}.name(), "UTC");
  CAF_CHECK(time_zone{}.first(clocks(2024y / March / 1, 5h))
            == utc(2024y / March / 1, 5h));
  CAF_CHECK(time_zone{}.local(utc(2024y / March / 1, 5h))
            == clocks(2024y / March / 1, 5h));
}

CAF_TEST(what is no zone has its reason) {
  for (auto name :
       {"", "Nowhere", "America", "../../etc/passwd", "america/new_york"}) {
    CAF_MESSAGE(name);
    auto x = time_zone::find(name);
    CAF_REQUIRE(!x);
    CAF_CHECK_EQUAL(x.error(),
                    "is no time zone that the system's tzdata knows");
  }
}

CAF_TEST(a time over which the clocks are put forward is when they are) {
  auto x = zone("America/New_York");
  CAF_CHECK_EQUAL(x.name(), "America/New_York");
  auto change = utc(2026y / March / 8, 7h);
  CAF_CHECK(x.first(clocks(2026y / March / 8, 2h, 30min)) == change);
  CAF_CHECK(x.last(clocks(2026y / March / 8, 2h, 30min)) == change);
  CAF_CHECK(x.local(change - 1s) == clocks(2026y / March / 8, 2h) - 1s);
  CAF_CHECK(x.local(change) == clocks(2026y / March / 8, 3h));
}

CAF_TEST(a time that clocks show twice has a first and a last time) {
  auto x = zone("America/New_York");
  auto time = clocks(2026y / November / 1, 1h, 30min);
  CAF_CHECK(x.first(time) == utc(2026y / November / 1, 5h, 30min));
  CAF_CHECK(x.last(time) == utc(2026y / November / 1, 6h, 30min));
  CAF_CHECK(x.local(x.first(time)) == time);
  CAF_CHECK(x.local(x.last(time)) == time);
}
