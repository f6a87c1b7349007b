#define CAF_SUITE http.access.access_token

#include "livegrid/http/access/access_token.hpp"

#include "livegrid/http/system/secret.hpp"

#include "unit_test.hpp"

using namespace livegrid;
using namespace std::chrono_literals;

namespace {

using seconds = access_key::seconds;

access_key_ptr make_key(const std::string& name, const std::string& secret) {
  access_key x;
  x.name = name;
  x.hash = sha256(secret);
  x.grant(scope::read);
  return std::make_shared<access_key>(x);
}

constexpr seconds today{std::chrono::seconds{1'700'000'000}};

} // namespace

CAF_TEST(a token stands for its key for its time) {
  token_mint mint{std::string(32, 's')};
  auto a = make_key("a", "1");
  keyring keys{{"a", a}, {"b", make_key("b", "1")}};
  auto token = mint.make(*a, today + 10s);
  CAF_CHECK(mint.find(token, keys, today) == a);
  CAF_CHECK(mint.find(token, keys, today + 9s) == a);
  CAF_CHECK(mint.find(token, keys, today + 10s) == nullptr);
  CAF_CHECK(token_mint{std::string(32, 't')}.find(token, keys, today)
            == nullptr);
  // Of another key, one made anew, or none.
  auto other = token;
  other[2] = 'b';
  CAF_CHECK(mint.find(other, keys, today) == nullptr);
  CAF_CHECK(mint.find(token, {{"a", make_key("a", "2")}}, today) == nullptr);
  CAF_CHECK(mint.find(token, {}, today) == nullptr);
}

CAF_TEST(no byte of a token may change and none may be missing) {
  token_mint mint{std::string(32, 's')};
  auto a = make_key("a", "1");
  keyring keys{{"a", a}};
  auto token = mint.make(*a, today + 10s);
  for (std::size_t i = 0; i < token.size(); ++i) {
    CAF_CHECK(mint.find(token.substr(0, i), keys, today) == nullptr);
    CAF_CHECK(mint.find(token.substr(i + 1), keys, today) == nullptr);
    for (auto c : {'.', '0', 'A', '-', '\0'}) {
      auto forged = token;
      forged[i] = c;
      if (forged != token)
        CAF_CHECK(mint.find(forged, keys, today) == nullptr);
    }
  }
  CAF_CHECK(mint.find(token + 'A', keys, today) == nullptr);
  CAF_CHECK(mint.find(token + '=', keys, today) == nullptr);
}

CAF_TEST(digests are those of everybody) {
  CAF_CHECK_EQUAL(
    to_hex(sha256("abc")),
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  // RFC 4231, case 2.
  CAF_CHECK_EQUAL(
    to_hex(hmac_sha256("Jefe", "what do ya want for nothing?")),
    "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  CAF_CHECK(parse_digest(to_hex(sha256("x"))) == sha256("x"));
  CAF_CHECK(!parse_digest("ab"));
  // One text for each, so that a file is compared as it stands.
  CAF_CHECK(!parse_digest(std::string(64, 'A')));
  CAF_CHECK(!parse_digest(std::string(63, 'a') + 'g'));
  CAF_CHECK(!parse_digest(std::string(65, 'a')));
}
