#define CAF_SUITE actors.access.access_key

#include "livegrid/actors/access/access_key.hpp"

#include <chrono>
#include <string>
#include <string_view>

#include "unit_test.hpp"

using namespace livegrid;
using namespace std::chrono_literals;

CAF_TEST(scopes have names) {
  CAF_CHECK_EQUAL(to_string(scope::read), "read");
  CAF_CHECK_EQUAL(to_string(scope::publish), "publish");
  CAF_CHECK_EQUAL(to_string(scope::operate), "operate");
  for (auto x : all_scopes)
    CAF_CHECK(parse_scope(to_string(x)) == x);
  for (auto bad : {"", "Read", "read ", "reads", "none", "read,publish"})
    CAF_CHECK(!parse_scope(bad));
}

CAF_TEST(a key may do what it was granted and nothing else) {
  access_key x;
  for (auto y : all_scopes)
    CAF_CHECK(!x.may(y));
  x.grant(scope::publish);
  x.grant(scope::publish);
  CAF_CHECK(!x.may(scope::read));
  CAF_CHECK(x.may(scope::publish));
  CAF_CHECK(!x.may(scope::operate));
  x.grant(scope::read);
  CAF_CHECK(x.may(scope::read));
  CAF_CHECK(x.may(scope::publish));
  CAF_CHECK(!x.may(scope::operate));
}

CAF_TEST(a key expires with the second that it names) {
  const access_key::seconds t{1'000'000s};
  access_key x;
  CAF_CHECK(!x.expired(t));
  x.expires = t;
  CAF_CHECK(!x.expired(t - 1s));
  CAF_CHECK(x.expired(t));
  CAF_CHECK(x.expired(t + 1s));
}

CAF_TEST(a name is 1 to 64 letters and digits and hyphens and underlines) {
  for (auto good : {"a", "Z", "0", "-", "_", "alice-2_B"})
    CAF_CHECK(is_key_name(good));
  CAF_CHECK(is_key_name(std::string(64, 'x')));
  CAF_CHECK(!is_key_name(std::string(65, 'x')));
  for (auto bad : {"", " ", "a b", "a.b", "a/b", "a\n", "\xC3\xA9", "a@b"})
    CAF_CHECK(!is_key_name(bad));
  CAF_CHECK(!is_key_name(std::string_view{"a\0", 2}));
}
