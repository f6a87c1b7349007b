#define CAF_SUITE http.access.forwarded

#include "livegrid/http/access/forwarded.hpp"

#include <string>

#include "unit_test.hpp"

using namespace livegrid;

namespace {

address_ranges proxies() {
  return *address_ranges::parse("127.0.0.1,10.0.0.0/8,2001:db8:ff::/48");
}

} // namespace

CAF_TEST(an address is understood in every form that proxies give it) {
  struct {
    const char* text;
    const char* address;
  } cases[] = {
    {"198.51.100.7", "198.51.100.7"},
    {" \t198.51.100.7 ", "198.51.100.7"},
    {"198.51.100.7:4711", "198.51.100.7"},
    {"\"198.51.100.7:4711\"", "198.51.100.7"},
    {"2001:db8::1", "2001:db8::1"},
    {"2001:DB8:0::1", "2001:db8::1"},
    {"[2001:db8::1]", "2001:db8::1"},
    {"[2001:db8::1]:65535", "2001:db8::1"},
    {" \" [2001:db8::1]:80 \" ", "2001:db8::1"},
    {"::ffff:198.51.100.7", "198.51.100.7"},
    {"[::ffff:198.51.100.7]:80", "198.51.100.7"},
    {"fe80::1%1", "fe80::1"},
  };
  for (auto& x : cases) {
    CAF_MESSAGE(x.text);
    CAF_CHECK_EQUAL(noted_address(x.text).value_or("none"), x.address);
  }
  for (auto bad : {"",
                   " ",
                   "\"",
                   "\"\"",
                   "unknown",
                   "_hidden",
                   "localhost",
                   "1.2.3",
                   "1.2.3.4:",
                   "1.2.3.4:x",
                   "1.2.3.4:123456",
                   "[2001:db8::1",
                   "[]",
                   "[2001:db8::1]x",
                   "[2001:db8::1]:",
                   "2001:db8::1]",
                   "1.2.3.4 5.6.7.8",
                   "1.2.3.4;5.6.7.8",
                   ":80",
                   "256.1.1.1"}) {
    CAF_MESSAGE(bad);
    CAF_CHECK(!noted_address(bad));
  }
}

CAF_TEST(the client is the last one that is no proxy of ours) {
  struct {
    const char* forwarded;
    const char* address;
    const char* unreadable;
  } cases[] = {
    {"", "127.0.0.1", ""},
    {" , ,", "127.0.0.1", ""},
    {"198.51.100.7", "198.51.100.7", ""},
    {"203.0.113.1, 198.51.100.7:80,10.1.1.1", "198.51.100.7", ""},
    {"198.51.100.7,", "198.51.100.7", ""},
    {"198.51.100.7 , , [2001:db8:ff::1]:80 ,\t", "198.51.100.7", ""},
    {"10.0.0.1, 10.0.0.2", "10.0.0.1", ""},
    {"198.51.100.7, unknown", "127.0.0.1", "unknown"},
    {"unknown, 198.51.100.7", "198.51.100.7", ""},
    {"198.51.100.7, a b, 10.0.0.1", "10.0.0.1", "a b"},
  };
  for (auto& x : cases) {
    CAF_MESSAGE(x.forwarded);
    auto found = find_client("127.0.0.1", x.forwarded, proxies());
    CAF_CHECK_EQUAL(found.address, x.address);
    CAF_CHECK_EQUAL(found.unreadable, x.unreadable);
  }
  // Who is no proxy may say what he likes.
  auto found = find_client("192.0.2.1", "198.51.100.7", proxies());
  CAF_CHECK_EQUAL(found.address, "192.0.2.1");
  CAF_CHECK_EQUAL(found.unreadable, "");
}
