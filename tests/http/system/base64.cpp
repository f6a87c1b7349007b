#define CAF_SUITE http.system.base64

#include "livegrid/http/system/base64.hpp"

#include <string>
#include <utility>

#include "caf/test/unit_test.hpp"

using namespace livegrid;

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

} // namespace
