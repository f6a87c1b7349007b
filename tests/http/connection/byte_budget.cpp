#define CAF_SUITE http.connection.byte_budget

#include <memory>
#include <string>
#include <vector>

#include "livegrid/http/connection/byte_budget.hpp"

#include "unit_test.hpp"

using namespace livegrid;

namespace {

constexpr std::uint64_t most = 400 * 1024;
constexpr std::uint64_t part = most / byte_budget::parts;

struct fixture {
  std::shared_ptr<byte_budget> budget = std::make_shared<byte_budget>(most);

  byte_share share(std::string owner) {
    return {budget, std::move(owner)};
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(byte_budget_tests, fixture)

CAF_TEST(what goes is given back) {
  {
    auto a = share("a");
    CAF_CHECK(a.resize(1000));
    CAF_CHECK(a.resize(50'000));
    auto b = share("b");
    CAF_CHECK(b.resize(500));
    CAF_CHECK_EQUAL(budget->used(), 50'500u);
    auto moved = std::move(a);
    CAF_CHECK(moved.resize(200));
    CAF_CHECK_EQUAL(budget->used(), 700u);
  }
  CAF_CHECK_EQUAL(budget->used(), 0u);
  CAF_CHECK_EQUAL(budget->refused(), 0u);
}

CAF_TEST(one client gets his part and the others the rest) {
  auto a = share("a");
  CAF_CHECK(a.resize(part));
  CAF_CHECK(!a.resize(part + 1));
  CAF_CHECK_EQUAL(a.size(), part);
  auto another = share("a");
  CAF_CHECK(!another.resize(byte_budget::small));
  CAF_CHECK(another.resize(byte_budget::small - 1));
  auto b = share("b");
  CAF_CHECK(b.resize(part));
  CAF_CHECK(a.resize(part / 2));
  CAF_CHECK(another.resize(part / 2));
}

CAF_TEST(together they get no more than there is) {
  std::vector<byte_share> all;
  for (auto name : {"a", "b", "c", "d"}) {
    all.push_back(share(name));
    CAF_CHECK(all.back().resize(part));
  }
  auto e = share("e");
  CAF_CHECK(!e.resize(1));
  CAF_CHECK_EQUAL(budget->refused(), 1u);
  CAF_CHECK(e.resize(0));
  all.pop_back();
  CAF_CHECK(e.resize(part));
}

CAF_TEST(what has another owner counts as his) {
  auto a = share("a");
  CAF_CHECK(a.resize(part));
  CAF_CHECK(a.give_to("b"));
  auto again = share("a");
  CAF_CHECK(again.resize(part));
  CAF_CHECK(!again.give_to("b"));
  CAF_CHECK_EQUAL(again.size(), 0u);
  CAF_CHECK_EQUAL(budget->used(), part);
}

CAF_TEST_FIXTURE_SCOPE_END()
