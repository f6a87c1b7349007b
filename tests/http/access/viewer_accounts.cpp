#define CAF_SUITE http.access.viewer_accounts

#include "livegrid/http/access/viewer_accounts.hpp"

#include <chrono>
#include <string>
#include <vector>

#include "callers.hpp"

#include "unit_test.hpp"

using namespace livegrid;
using namespace livegrid::test;
using namespace std::chrono_literals;

CAF_TEST(an account is kept while it owes something) {
  viewer_accounts accounts;
  viewer_account::time_point t{1h};
  auto owes = accounts.of(with_key("a"), t);
  CAF_CHECK(accounts.of(with_key("a", "192.0.2.7"), t) == owes);
  CAF_CHECK(accounts.of(from("192.0.2.1"), t) != owes);
  owes->charge(2 * viewer_account::changes_at_once, t);
  auto* known = owes.get();
  owes.reset();
  auto pass_by = [&](viewer_account::time_point when) {
    for (int i = 0; i < 1000; ++i)
      accounts.of(
        from("10.0." + std::to_string(i % 10) + '.' + std::to_string(i / 10)),
        when);
  };
  pass_by(t);
  CAF_CHECK(accounts.of(with_key("a"), t).get() == known);
  CAF_CHECK_LESS(accounts.size(), 200u);
  CAF_CHECK(accounts.of(with_key("a"), t)->free_at(t) > t + 900ms);
  CAF_CHECK(accounts.of(with_key("a"), t)->free_at(t + 2s) == t + 2s);
}

CAF_TEST(an account is kept while somebody has it or it holds something) {
  viewer_accounts accounts;
  viewer_account::time_point t{1h};
  std::vector<viewer_account_ptr> held;
  for (int i = 0; i < 500; ++i)
    held.emplace_back(accounts.of(from("10.1.0." + std::to_string(i)), t));
  CAF_CHECK_EQUAL(accounts.size(), 500u);
  for (int i = 0; i < 500; ++i)
    CAF_CHECK(accounts.of(from("10.1.0." + std::to_string(i)), t) == held[i]);
  auto owed = held[7];
  owed->held = 1;
  auto awaits = held[8];
  awaits->awaited = 1;
  auto* first = owed.get();
  auto* second = awaits.get();
  held.clear();
  owed.reset();
  awaits.reset();
  for (int i = 0; i < 3000; ++i)
    accounts.of(from("10.2.0." + std::to_string(i)), t);
  CAF_CHECK_LESS(accounts.size(), 200u);
  CAF_CHECK(accounts.of(from("10.1.0.7"), t).get() == first);
  CAF_CHECK(accounts.of(from("10.1.0.8"), t).get() == second);
}

CAF_TEST(an account that is found is not tidied away) {
  viewer_accounts accounts;
  viewer_account::time_point t{1h};
  for (int i = 0; i < 1000; ++i) {
    auto who = from("10.3.0." + std::to_string(i));
    auto found = accounts.of(who, t);
    CAF_CHECK(accounts.of(who, t) == found);
  }
}
