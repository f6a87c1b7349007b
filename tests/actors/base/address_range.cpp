#define CAF_SUITE actors.base.address_range

#include "livegrid/actors/base/address_range.hpp"

#include "unit_test.hpp"

using namespace livegrid;

CAF_TEST(addresses are in ranges or not ) {
  struct {
    const char* list;
    const char* address;
    bool in;
  } cases[] = {
    {"", "127.0.0.1", false},
    {"127.0.0.1", "127.0.0.1", true},
    {"127.0.0.1", "127.0.0.2", false},
    {"10.0.0.0/8", "10.255.0.1", true},
    {"10.0.0.0/8", "11.0.0.1", false},
    {"10.0.0.0/9", "10.128.0.1", false},
    {"0.0.0.0/0", "8.8.8.8", true},
    {"0.0.0.0/0", "::1", false},
    {"::/0", "::1", true},
    {"::1", "::1", true},
    {"2001:db8::/32", "2001:db8:1::9", true},
    {"2001:db8::/32", "2001:db9::9", false},
    {"10.0.0.0/8", "::ffff:10.1.1.1", true},
    {"192.0.2.1,10.0.0.0/8", "10.1.1.1", true},
    {"::/0", "nonsense", false},
    {"::/0", "", false},
  };
  for (const auto& c : cases) {
    CAF_MESSAGE(c.list << ' ' << c.address);
    auto x = address_ranges::parse(c.list);
    CAF_REQUIRE(x);
    CAF_CHECK_EQUAL(x->contains(c.address), c.in);
  }
}

CAF_TEST(what is no range is named) {
  for (auto bad : {"x", "10.0.0.0/33", "::/129", "10.0.0.0/", "10.0.0.0/-1",
                   "10.0.0.0/8x", "10.0.0/8", "10.0.0.1,,10.0.0.2", " ::1"}) {
    CAF_MESSAGE(bad);
    CAF_CHECK(!address_ranges::parse(bad));
  }
}

CAF_TEST(who has one address of IPv6 has its network) {
  struct {
    const char* address;
    const char* network;
  } cases[] = {
    {"192.0.2.1", "192.0.2.1"},
    {"::ffff:192.0.2.1", "192.0.2.1"},
    {"2001:db8::1", "2001:db8::"},
    {"2001:db8:0:0:ffff::1", "2001:db8::"},
    {"2001:db8:0:1::1", "2001:db8:0:1::"},
    {"::1", "::"},
    {"nonsense", "nonsense"},
    {"", ""},
  };
  for (const auto& x : cases)
    CAF_CHECK_EQUAL(network_of(x.address), x.network);
}
