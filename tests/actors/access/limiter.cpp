#define CAF_SUITE actors.access.limiter

#include "livegrid/actors/access/limiter.hpp"

#include "unit_test.hpp"

using namespace livegrid;
using namespace std::chrono_literals;

CAF_TEST(what is allowed a second may be taken at once and comes back) {
  limiter x;
  limiter::time_point t{1h};
  for (int i = 0; i < 10; ++i)
    CAF_CHECK(x.take("a", 10, 1, t));
  CAF_CHECK(!x.take("a", 10, 1, t));
  CAF_CHECK(!x.take("a", 10, 1, t + 99ms));
  CAF_CHECK(x.take("a", 10, 1, t + 200ms));
  // Others are others.
  CAF_CHECK(x.take("b", 10, 1, t));
  CAF_CHECK(x.take("a", 0, 1'000'000, t));
}

CAF_TEST(what is more than that at once is rested from) {
  limiter x;
  limiter::time_point t{1h};
  CAF_CHECK(x.take("a", 10, 100, t));
  CAF_CHECK(!x.take("a", 10, 1, t + 8s));
  CAF_CHECK(x.take("a", 10, 1, t + 9500ms));
  CAF_CHECK(!x.take("a", 10, 100, t + 9500ms));
}

CAF_TEST(a clock that goes back gives nothing) {
  limiter x;
  limiter::time_point t{1h};
  CAF_CHECK(x.take("a", 1, 1, t));
  CAF_CHECK(!x.take("a", 1, 1, t - 1h));
}

CAF_TEST(who rests is forgotten) {
  limiter x;
  limiter::time_point t{1h};
  for (int i = 0; i < 100'000; ++i)
    CAF_CHECK(x.take(std::to_string(i), 1, 1, t + i * 1ms));
  CAF_CHECK_LESS(x.size(), 10'000u);
}

CAF_TEST(so many may be in at the same time) {
  limiter x;
  auto a = x.enter("a", 2);
  auto b = x.enter("a", 2);
  CAF_CHECK(a && b);
  CAF_CHECK(!x.enter("a", 2));
  CAF_CHECK(x.enter("b", 2));
  CAF_CHECK(x.enter("a", 0));
  a.reset();
  CAF_CHECK(x.enter("a", 2));
  b.reset();
  CAF_CHECK_EQUAL(x.size(), 0u);
}
