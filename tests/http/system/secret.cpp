#define CAF_SUITE http.system.secret

#include "livegrid/http/system/secret.hpp"

#include <set>
#include <string>
#include <string_view>

#include "unit_test.hpp"

using namespace livegrid;
using namespace std::literals;

CAF_TEST(random bytes are as many as are asked for and never the same) {
  std::set<std::string> seen;
  for (int i = 0; i < 100; ++i) {
    auto x = random_bytes(32);
    CAF_CHECK_EQUAL(x.size(), 32u);
    CAF_CHECK(seen.insert(x).second);
  }
  CAF_CHECK_EQUAL(random_bytes(0), "");
  CAF_CHECK_EQUAL(random_bytes(1).size(), 1u);
}

CAF_TEST(digests are those of the standards) {
  // FIPS 180-2, B.
  CAF_CHECK_EQUAL(
    to_hex(sha256("")),
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CAF_CHECK_EQUAL(
    to_hex(sha256("abc")),
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  // RFC 4231, 4.3 and 4.7: a key shorter and one longer than a block.
  CAF_CHECK_EQUAL(
    to_hex(hmac_sha256("Jefe", "what do ya want for nothing?")),
    "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  CAF_CHECK_EQUAL(
    to_hex(hmac_sha256(std::string(131, '\xaa'),
                       "Test Using Larger Than Block-Size Key - Hash Key "
                       "First")),
    "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

CAF_TEST(digests are the same if all of their bytes are) {
  auto x = sha256("abc");
  CAF_CHECK(same(x, sha256("abc")));
  for (std::size_t i = 0; i < x.size(); ++i) {
    auto y = x;
    y[i] ^= 1;
    CAF_CHECK(!same(x, y));
  }
}

CAF_TEST(a digest is read as it is written and in no other way) {
  auto x = sha256("abc");
  auto hex = to_hex(x);
  CAF_CHECK_EQUAL(hex.size(), 64u);
  CAF_CHECK(parse_digest(hex) == x);
  for (auto& bad : {""s, hex.substr(1), hex + "0", hex.substr(2) + "0g",
                    hex.substr(2) + " 0", hex.substr(2) + "AA",
                    "0x" + hex.substr(2), std::string(64, '\0')}) {
    CAF_MESSAGE(bad);
    CAF_CHECK(!parse_digest(bad));
  }
}
