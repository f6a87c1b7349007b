#define CAF_SUITE actors.base.expected

#include "livegrid/actors/base/expected.hpp"

#include <memory>
#include <string>
#include <vector>

#include "unit_test.hpp"

using namespace livegrid;

namespace {

expected<int, std::string> half(int x) {
  if (x % 2 != 0)
    return unexpected{"odd"};
  return x / 2;
}

expected<void, std::string> check(int x) {
  if (x < 0)
    return unexpected{std::string{"negative"}};
  return {};
}

} // namespace

CAF_TEST(there is a value or why there is none) {
  auto x = half(4);
  CAF_REQUIRE(x);
  CAF_CHECK(x.has_value());
  CAF_CHECK_EQUAL(*x, 2);
  auto y = half(3);
  CAF_REQUIRE(!y);
  CAF_CHECK_EQUAL(y.error(), "odd");
  y = half(8);
  CAF_REQUIRE(y);
  CAF_CHECK_EQUAL(*y, 4);
}

CAF_TEST(value and reason may be of one type) {
  expected<std::string, std::string> good{"x"};
  CAF_REQUIRE(good);
  CAF_CHECK_EQUAL(good->size(), 1u);
  expected<std::string, std::string> bad{unexpected{"y"}};
  CAF_REQUIRE(!bad);
  CAF_CHECK_EQUAL(bad.error(), "y");
}

CAF_TEST(what can only be moved moves in and out) {
  expected<std::unique_ptr<int>, std::string> x{std::make_unique<int>(7)};
  CAF_REQUIRE(x);
  CAF_CHECK_EQUAL(**x, 7);
  auto out = *std::move(x);
  CAF_CHECK_EQUAL(*out, 7);
  expected<int, std::unique_ptr<int>> y{unexpected{std::make_unique<int>(8)}};
  auto why = std::move(y).error();
  CAF_CHECK_EQUAL(*why, 8);
}

CAF_TEST(something that is only done has no value) {
  CAF_CHECK(check(1));
  auto x = check(-1);
  CAF_REQUIRE(!x);
  CAF_CHECK_EQUAL(x.error(), "negative");
}
