#define CAF_SUITE actors.delivery.turns

#include "livegrid/actors/delivery/turns.hpp"

#include "unit_test.hpp"

using namespace livegrid;
using namespace std::chrono_literals;

namespace {

constexpr turns::time_point start{};

} // namespace

CAF_TEST(rows wait as long as others come) {
  turns x;
  x.begin(start);
  CAF_CHECK(x.wait(1, 40, start));
  CAF_CHECK(x.wait(2, 40, start));
  // Fewer than 50 subscribers do not wait for a turn without a new row.
  CAF_CHECK(!x.wait(2, 40, start));
}

CAF_TEST(for many subscribers more turns without a row are waited) {
  turns x;
  x.begin(start);
  CAF_CHECK(x.wait(1, 100, start));
  CAF_CHECK(x.wait(1, 100, start));
  CAF_CHECK(x.wait(1, 100, start));
  CAF_CHECK(!x.wait(1, 100, start));
  x.reset();
  x.begin(start);
  CAF_CHECK(x.wait(1, 100, start));
}

CAF_TEST(many rows do not wait) {
  turns x;
  x.begin(start);
  CAF_CHECK(x.wait(255, 1000, start));
  CAF_CHECK(!x.wait(256, 1000, start));
}

CAF_TEST(rows wait no longer than it takes to send them) {
  turns x;
  x.begin(start);
  CAF_CHECK(x.wait(1, 100, start + 299us));
  CAF_CHECK(!x.wait(2, 100, start + 300us));
  // Without subscribers nothing waits.
  x.begin(start);
  CAF_CHECK(!x.wait(3, 0, start));
}
