#define CAF_SUITE actors.stats.sampler

#include "livegrid/actors/stats/sampler.hpp"

#include "unit_test.hpp"

using namespace livegrid;
using namespace std::chrono_literals;

namespace {

double first(const std::optional<sampler::rates>& x) {
  return x.value().at(0);
}

struct fixture {
  sampler xs;
  sampler::time_point start{1h};
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(sampler_tests, fixture)

CAF_TEST(a rate takes two looks) {
  CAF_CHECK(!xs.look(7, start, {1000, 5}));
  auto x = xs.look(7, start + 500ms, {1010, 5});
  CAF_REQUIRE(x);
  CAF_CHECK_EQUAL(x->at(0), 20.);
  CAF_CHECK_EQUAL(x->at(1), 0.);
  // Each has its own.
  CAF_CHECK(!xs.look(8, start + 500ms, {1010, 5}));
}

CAF_TEST(what was before the last look does not count) {
  xs.look(7, start, {0, 0});
  xs.look(7, start + 1s, {1'000'000, 0});
  CAF_CHECK_EQUAL(first(xs.look(7, start + 2s, {1'000'010, 3})), 10.);
}

CAF_TEST(looks that come close together show the same) {
  CAF_CHECK(!xs.look(7, start, {0, 0}));
  CAF_CHECK(!xs.look(7, start + 199ms, {100, 0}));
  CAF_CHECK_EQUAL(first(xs.look(7, start + 200ms, {200, 0})), 1000.);
  CAF_CHECK_EQUAL(first(xs.look(7, start + 201ms, {999, 0})), 1000.);
  CAF_CHECK_EQUAL(first(xs.look(7, start + 400ms, {200, 0})), 0.);
}

CAF_TEST(a look of long ago is none) {
  xs.look(7, start, {0, 0});
  xs.look(7, start + 1s, {10, 0});
  CAF_CHECK(!xs.look(7, start + 1s + 30s + 1ns, {20, 0}));
  CAF_CHECK(xs.look(7, start + 61s, {30, 0}));
}

CAF_TEST(a counter that starts again has no rate yet) {
  xs.look(7, start, {100, 100});
  CAF_CHECK(!xs.look(7, start + 1s, {200, 99}));
  CAF_CHECK_EQUAL(first(xs.look(7, start + 2s, {201, 99})), 1.);
}

CAF_TEST(whom nobody looks at is forgotten) {
  xs.look(7, start, {0, 0});
  xs.look(8, start + 20s, {0, 0});
  xs.tidy(start + 20s);
  CAF_CHECK_EQUAL(xs.size(), 2u);
  xs.tidy(start + 51s);
  CAF_CHECK_EQUAL(xs.size(), 0u);
  xs.look(9, start + 60s, {0, 0});
  xs.tidy(start + 82s);
  CAF_CHECK_EQUAL(xs.size(), 1u);
}

CAF_TEST_FIXTURE_SCOPE_END()
