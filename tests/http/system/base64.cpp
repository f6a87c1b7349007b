#define CAF_SUITE http.system.base64

#include "livegrid/http/system/base64.hpp"

#include <string>
#include <string_view>
#include <utility>

#include "unit_test.hpp"

using namespace livegrid;
using namespace std::literals;

namespace {

CAF_TEST(bytes become text and come back) {
  std::pair<std::string, std::string> cases[] = {
    {"", ""},
    {"f", "Zg=="},
    {"fo", "Zm8="},
    {"foo", "Zm9v"},
    {"foob", "Zm9vYg=="},
    {"fooba", "Zm9vYmE="},
    {"foobar", "Zm9vYmFy"},
    {std::string("\0\xff\xfb", 3), "AP/7"},
    {"\xff\xef\xbe", "/+++"},
  };
  for (const auto& [bytes, text] : cases) {
    CAF_MESSAGE(text);
    CAF_CHECK_EQUAL(to_base64(bytes), text);
    CAF_CHECK_EQUAL(from_base64(text).value_or("nothing"), bytes);
  }
  std::string all;
  for (int i = 0; i < 1000; ++i) {
    all += static_cast<char>(i * 7);
    CAF_REQUIRE(from_base64(to_base64(all)) == all);
  }
}

CAF_TEST(other text is refused) {
  for (std::string text :
       {"Z", "Zg", "Zg=", "Zh==", "Zm9=", "=",
        "==", "===", "====", "Z===", "Zg==Zg==", "Zm9v=", "Zm9v====", "Zm 9",
        "Zm9_", "Zm9v\n", "Zm9v\n\n\n\n", "\xc3\xa4\xc3\xa4"}) {
    CAF_MESSAGE(text);
    CAF_CHECK(!from_base64(text));
  }
  CAF_CHECK(!from_base64(std::string("Zm9\0", 4)));
}

CAF_TEST(base64url goes there and back and only one way) {
  std::string bytes;
  for (int i = 0; i < 64; ++i) {
    auto text = to_base64url(bytes);
    CAF_CHECK(text.find_first_of("+/=") == text.npos);
    CAF_CHECK(from_base64url(text) == bytes);
    bytes += static_cast<char>(0xFB + i);
  }
  for (auto bad : {"A", "AB==", "A+", "A/", "A B", "AAAAA", "AB"})
    if (auto x = from_base64url(bad))
      CAF_CHECK_EQUAL(to_base64url(*x), bad);
  CAF_CHECK(!from_base64url("AAAAA"));
  CAF_CHECK(!from_base64url("A+"));
}

CAF_TEST(bytes become base64 that needs no escape) {
  struct {
    std::string_view bytes;
    std::string_view text;
  } cases[] = {
    {"", ""},          {"f", "Zg"},        {"fo", "Zm8"},
    {"foo", "Zm9v"},   {"foob", "Zm9vYg"}, {"\xfb\xff\xbf", "-_-_"},
    {"\0\0"sv, "AAA"},
  };
  for (auto& c : cases) {
    CAF_MESSAGE(c.text);
    CAF_CHECK_EQUAL(to_base64url(c.bytes), c.text);
    CAF_CHECK_EQUAL(from_base64url(c.text).value_or("none"), c.bytes);
  }
}

CAF_TEST(what is not written like base64 for URLs is not read) {
  for (std::string_view bad :
       {"Z", "Zm9vY", "Zg==", "Zg=", "+/+/", "Zm9v\n", " Zm9v", "Zm 9v", "Zh",
        "Zm9", "Zm9v.", "\xC3\xA9\xC3\xA9"}) {
    CAF_MESSAGE(bad);
    CAF_CHECK(!from_base64url(bad));
  }
  CAF_CHECK(!from_base64url("Zm\0v"sv));
}

} // namespace
