#define CAF_SUITE http.json.json_document

#include "livegrid/http/json/json_document.hpp"

#include <string>
#include <variant>

#include "unit_test.hpp"

using namespace livegrid;

namespace {

std::string refuse(std::string_view text) {
  auto result = parse_document(text);
  return result ? "accepted" : result.error();
}

std::string nested(std::size_t n) {
  return std::string(n, '[') + std::string(n, ']');
}

} // namespace

CAF_TEST(what_is_no_JSON_is_refused_with_its_line) {
  struct {
    const char* name;
    std::string text;
    const char* reason;
  } cases[] = {
    {"empty", "", "line 1: The document is empty."},
    {"cut off", "{\n\"g\":\n{", "line 3: Missing a name for object member."},
    {"two roots", "{}\n{}",
     "line 2: The document root must not be followed by other values."},
    {"bad UTF-8", "{\"\xFF\":1}", "line 1: Invalid encoding in string."},
    {"a NUL", std::string("{}\0{", 4), "line 1: a NUL byte"},
    {"a number over all", "1e999",
     "line 1: Number too big to be stored in double."},
    {"too large", std::string(max_definitions_size + 1, ' '),
     "is larger than 4194304 bytes"},
  };
  for (const auto& c : cases) {
    CAF_MESSAGE(c.name);
    CAF_CHECK_EQUAL(refuse(c.text), c.reason);
  }
}

CAF_TEST(a_key_may_be_there_once_in_an_object) {
  CAF_CHECK_EQUAL(refuse("{\"a\":1,\n\"a\":2}"),
                  R"(line 2: the key "a" is there twice in one object)");
  CAF_CHECK_EQUAL(refuse(R"({"g":[{"a":1,"\u0061":2}]})"),
                  R"(line 1: the key "a" is there twice in one object)");
  CAF_CHECK_EQUAL(refuse(R"({"a":{"k":1},"b":[{"k":1},{"k":1}]})"), "accepted");
}

CAF_TEST(levels_are_limited) {
  CAF_CHECK_EQUAL(refuse(nested(32)), "accepted");
  auto reason = "line 1: more than 32 levels of arrays and objects";
  CAF_CHECK_EQUAL(refuse(nested(33)), reason);
  CAF_CHECK_EQUAL(refuse(std::string(1'000'000, '[')), reason);
  CAF_MESSAGE("only those that are open count");
  std::string text = "[0";
  for (auto i = 0; i < 100; ++i)
    text += ",[{}]";
  CAF_CHECK_EQUAL(refuse(text + "]"), "accepted");
}

CAF_TEST(a_byte_order_mark_does_not_count) {
  auto doc = parse_document("\xEF\xBB\xBF{\"a\":0.1}");
  CAF_REQUIRE(doc && doc->IsObject());
  CAF_CHECK_EQUAL((*doc)["a"].GetDouble(), 0.1);
}

// Regressions: RapidJSON counted the leading zeros of the bits of 0, read
// beyond its table of powers of ten, and took an exponent for a huge one.
CAF_TEST(numbers_are_what_they_say_however_written) {
  auto check = [](std::string text, double value) {
    CAF_MESSAGE(text);
    auto doc = parse_document('[' + text + ']');
    CAF_REQUIRE(doc);
    CAF_REQUIRE((*doc)[0].IsNumber());
    CAF_CHECK_EQUAL((*doc)[0].GetDouble(), value);
  };
  for (auto zero : {"0", "-0", "0.000", "0e75", "-0.00E-30", "1e-400",
                    "0.0000000000000000000000"})
    check(zero, 0);
  check("0.1", 0.1);
  check("0.30000000000000004", 0.30000000000000004);
  check("1e22", 1e22);
  check("9007199254740993", 9007199254740992);
  check("18446744073709551615", 18446744073709551615.);
  check("18446744073709551616", 18446744073709551616.);
  check("-9223372036854775808", -9223372036854775808.);
  check("5" + std::string(30, '2') + "e-348", 5.222222222222222e-318);
  check('1' + std::string(290, '0') + "e18", 1e308);
}

CAF_TEST(whole_numbers_are_whole) {
  auto result = parse_document("[2147483647,-1,4294967296,1.0]");
  CAF_REQUIRE(result);
  auto& doc = *result;
  CAF_CHECK(doc[0].IsInt());
  CAF_CHECK_EQUAL(doc[1].GetInt(), -1);
  CAF_CHECK(doc[2].IsInt64() && !doc[2].IsInt());
  CAF_CHECK(doc[3].IsDouble());
}

// Regression: /widgets.json answered what is no UTF-8.
CAF_TEST(half_of_a_surrogate_pair_is_refused) {
  auto reason = "line 1: half of a surrogate pair in a string";
  for (auto text : {R"(["\udc00"])", R"({"a\udfff":1})"})
    CAF_CHECK_EQUAL(refuse(text), reason);
  CAF_CHECK_EQUAL(refuse(R"({"\ud83d\ude00":"\ud7ff"})"), "accepted");
}

CAF_TEST(numbers_over_all_are_refused_however_written) {
  auto reason = "line 1: Number too big to be stored in double.";
  for (std::size_t digits : {2, 20, 40, 90, 300})
    CAF_CHECK_EQUAL(refuse('[' + std::string(digits, '5') + "e0308]"), reason);
  CAF_CHECK_EQUAL(refuse('[' + std::string(310, '5') + ']'), reason);
}
