#define CAF_SUITE actors.settings.setting_value

#include "livegrid/actors/settings/setting_value.hpp"

#include <chrono>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "unit_test.hpp"

using namespace livegrid;
using namespace std::literals;

namespace {

/// Writes a number, or `none`.
std::string show(std::optional<std::uint64_t> x) {
  return x ? std::to_string(*x) : "none";
}

/// An origin as it is read, or what is wrong with it, behind its quotes.
std::string origin(std::string_view text) {
  std::string out = "unchanged";
  auto why = parse_origin(text, out);
  if (!why)
    return out;
  CAF_CHECK_EQUAL(out, "unchanged");
  return why->substr(why->find("\" ") + 2);
}

} // namespace

CAF_TEST(a count is decimal digits alone) {
  struct {
    std::string_view text;
    std::string_view count;
  } cases[] = {
    {"0", "0"},
    {"007", "7"},
    {"18446744073709551615", "18446744073709551615"},
    {"18446744073709551616", "none"},
    {"99999999999999999999999", "none"},
    {"", "none"},
    {"-1", "none"},
    {"+1", "none"},
    {" 1", "none"},
    {"1 ", "none"},
    {"1.0", "none"},
    {"0x10", "none"},
    {"1\0"sv, "none"},
  };
  for (auto& c : cases) {
    CAF_MESSAGE(c.text);
    CAF_CHECK_EQUAL(show(parse_count(c.text)), c.count);
  }
}

CAF_TEST(a size may have a unit) {
  struct {
    std::string_view text;
    std::string_view bytes;
  } cases[] = {
    {"0", "0"},
    {"1025", "1025"},
    {"5B", "5"},
    {"1KiB", "1024"},
    {"3 MiB", "3145728"},
    {"2\tGiB ", "2147483648"},
    {"17179869183GiB", "18446744072635809792"},
    {"17179869184GiB", "none"},
    {"18446744073709551616", "none"},
    {"", "none"},
    {"B", "none"},
    {" 1", "none"},
    {"1kib", "none"},
    {"1KB", "none"},
    {"1 Ki B", "none"},
    {"1.5KiB", "none"},
    {"-1KiB", "none"},
    {"1KiBx", "none"},
  };
  for (auto& c : cases) {
    CAF_MESSAGE(c.text);
    CAF_CHECK_EQUAL(show(parse_size(c.text)), c.bytes);
  }
}

CAF_TEST(a span needs a unit) {
  auto span = [](std::string_view text) {
    auto x = parse_span(text);
    return x ? std::to_string(x->count()) : "none"s;
  };
  struct {
    std::string_view text;
    std::string_view ms;
  } cases[] = {
    {"0ms", "0"},
    {"250ms", "250"},
    {"20s", "20000"},
    {"2 min", "120000"},
    {"1h", "3600000"},
    {"9223372036854775807ms", "9223372036854775807"},
    {"9223372036854775808ms", "none"},
    {"5124095576030h", "none"},
    {"", "none"},
    {"20", "none"},
    {"ms", "none"},
    {"20S", "none"},
    {"20sec", "none"},
    {"20m", "none"},
    {"1h 30min", "none"},
    {"1.5h", "none"},
    {"-1s", "none"},
  };
  for (auto& c : cases) {
    CAF_MESSAGE(c.text);
    CAF_CHECK_EQUAL(span(c.text), c.ms);
  }
}

CAF_TEST(sizes and spans are written in the largest unit and read back) {
  struct {
    std::uint64_t bytes;
    std::string_view text;
  } sizes[] = {
    {0, "0"},
    {1, "1"},
    {1023, "1023"},
    {1024, "1KiB"},
    {1536, "1536"},
    {1024 * 1024, "1MiB"},
    {1025 * 1024, "1025KiB"},
    {3ull << 30, "3GiB"},
    {std::numeric_limits<std::uint64_t>::max(), "18446744073709551615"},
  };
  for (auto& c : sizes) {
    CAF_CHECK_EQUAL(size_text(c.bytes), c.text);
    CAF_CHECK_EQUAL(show(parse_size(c.text)), std::to_string(c.bytes));
  }
  struct {
    std::chrono::milliseconds span;
    std::string_view text;
  } spans[] = {
    {0ms, "0ms"},   {999ms, "999ms"},
    {1s, "1s"},     {1500ms, "1500ms"},
    {60s, "1min"},  {61s, "61s"},
    {1h, "1h"},     {90min, "90min"},
    {168h, "168h"}, {3'600'001ms, "3600001ms"},
  };
  for (auto& c : spans) {
    CAF_CHECK_EQUAL(span_text(c.span), c.text);
    CAF_CHECK(parse_span(c.text) == c.span);
  }
}

CAF_TEST(a switch is one of eight words) {
  for (auto x : {"true", "yes", "on", "1"})
    CAF_CHECK(parse_switch(x) == true);
  for (auto x : {"false", "no", "off", "0"})
    CAF_CHECK(parse_switch(x) == false);
  for (auto x : {"", "True", "ON", "y", "true ", "01", "2"})
    CAF_CHECK(!parse_switch(x));
}

CAF_TEST(an address is read whole and written in one way) {
  struct {
    std::string_view text;
    std::string_view address;
  } cases[] = {
    {"127.0.0.1", "127.0.0.1"},
    {"localhost", "127.0.0.1"},
    {"0.0.0.0", "0.0.0.0"},
    {"::1", "::1"},
    {"0:0:0:0:0:0:0:1", "::1"},
    {"2001:DB8:0:0::A", "2001:db8::a"},
    {"::ffff:1.2.3.4", "::ffff:1.2.3.4"},
    {"", "none"},
    {"Localhost", "none"},
    {"127.0.0", "none"},
    {"127.0.0.", "none"},
    {"127.0.0.256", "none"},
    {"127.0.0.01", "none"},
    {" 127.0.0.1", "none"},
    {"127.0.0.1:80", "none"},
    {"127.0.0.1/8", "none"},
    {"[::1]", "none"},
    {"fe80::1%eth0", "none"},
    {":::", "none"},
    {"127.0.0.1\0"sv, "none"},
    {"127.0.0.1\0.example"sv, "none"},
  };
  for (auto& c : cases) {
    CAF_MESSAGE(c.text);
    CAF_CHECK_EQUAL(parse_address(c.text).value_or("none"), c.address);
  }
  for (auto x : {"127.0.0.1", "127.255.1.2", "::1"})
    CAF_CHECK(is_loopback(x));
  for (auto x : {"128.0.0.1", "0.0.0.0", "::", "10.0.0.1", "::1:1", "1270.0.0"})
    CAF_CHECK(!is_loopback(x));
}

CAF_TEST(an origin is written as a browser does) {
  const auto no_form = "is not scheme://host or scheme://host:port"s;
  const auto more =
    "has more than scheme://host:port, not even a / may follow"s;
  const auto no_host = "has a host that is not a name or an address"s;
  const auto no_ipv6 = "has a host that is not an IPv6 address"s;
  const auto no_port = "has a port that is not within 1 and 65535"s;
  struct {
    std::string_view text;
    std::string origin;
  } cases[] = {
    {"*", "*"},
    {"https://a.example", "https://a.example"},
    {"HTTPS://A.Example:443", "https://a.example"},
    {"http://a:80", "http://a"},
    {"http://a:080", "http://a"},
    {"http://a:443", "http://a:443"},
    {"ws://a:80", "ws://a:80"},
    {"x+y-z.1://a_b", "x+y-z.1://a_b"},
    {"http://[0:0::1]:81", "http://[::1]:81"},
    {"http://[::1]", "http://[::1]"},
    {"null", "is what any sandboxed page sends, so it cannot be told apart; "
             "name an origin, or * for any"},
    {"", no_form},
    {"a.example", no_form},
    {"://a", no_form},
    {"1x://a", no_form},
    {"ht tp://a", no_form},
    {"http:/a", no_form},
    {"http://a/", more},
    {"http://a?b", more},
    {"http://a#b", more},
    {"http://u@a", more},
    {"http://", no_host},
    {"http://:80", no_host},
    {"http://a b", no_host},
    {"http://*.a", no_host},
    {"http://\xC3\xA9", no_host},
    {"http://a\0"sv, no_host},
    {"http://[1.2.3.4]", no_ipv6},
    {"http://[::1", no_ipv6},
    {"http://[]", no_ipv6},
    {"http://[", no_ipv6},
    {"http://a:", no_port},
    {"http://a:0", no_port},
    {"http://a:65535", "http://a:65535"},
    {"http://a:65536", no_port},
    {"http://a:1:2", no_port},
    {"http://a:+1", no_port},
    {"http://[::1]80", no_port},
  };
  for (auto& c : cases) {
    CAF_MESSAGE(c.text);
    CAF_CHECK_EQUAL(origin(c.text), c.origin);
  }
}

CAF_TEST(of several origins each is kept once and any stands alone) {
  std::vector<std::string> out{"https://before"};
  CAF_CHECK(!parse_origins({"http://a:80", "https://b", "HTTP://A"}, out));
  CAF_CHECK_EQUAL(out, (std::vector<std::string>{"http://a", "https://b"}));
  // What complains changes nothing.
  CAF_CHECK_EQUAL(parse_origins({"http://c", "*"}, out).value_or(""),
                  "* means any origin and must stand alone");
  CAF_CHECK_EQUAL(parse_origins({"http://c", "d"}, out).value_or(""),
                  "\"d\" is not scheme://host or scheme://host:port");
  CAF_CHECK_EQUAL(out, (std::vector<std::string>{"http://a", "https://b"}));
  CAF_CHECK(!parse_origins({"*", "*"}, out));
  CAF_CHECK_EQUAL(out, std::vector<std::string>{"*"});
  CAF_CHECK(!parse_origins({}, out));
  CAF_CHECK(out.empty());
}
