#define CAF_SUITE actors.base.near_word

#include "livegrid/actors/base/near_word.hpp"

#include <vector>

#include "livegrid/actors/base/text.hpp"
#include "livegrid/actors/stats/status.hpp"

#include "unit_test.hpp"

using namespace livegrid;

namespace {

std::string meant(std::string_view word) {
  std::vector<std::string_view> known{"status", "symbols",       "symbol",
                                      "log",    "http.max-body", "http.port"};
  return did_you_mean(word, known);
}

} // namespace

CAF_TEST(a slip is recognized) {
  CAF_CHECK_EQUAL(meant("statsu"), "; did you mean status?");
  CAF_CHECK_EQUAL(meant("stats"), "; did you mean status?");
  CAF_CHECK_EQUAL(meant("symbls"), "; did you mean symbols?");
  CAF_CHECK_EQUAL(meant("lgo"), "; did you mean log?");
  CAF_CHECK_EQUAL(meant("http.maxbody"), "; did you mean http.max-body?");
  CAF_CHECK_EQUAL(meant("max-body"), "; did you mean http.max-body?");
}

CAF_TEST(what is no slip is left alone) {
  CAF_CHECK_EQUAL(meant(""), "");
  CAF_CHECK_EQUAL(meant("xyzzy"), "");
  CAF_CHECK_EQUAL(meant("x"), "");
  CAF_CHECK_EQUAL(meant(std::string(100'000, 's')), "");
}

CAF_TEST(a text that is written as json is a text) {
  CAF_CHECK_EQUAL(json_string_text("\"live\""), "live");
  CAF_CHECK_EQUAL(json_string_text(R"("a\"b\\c\nd\/")"), "a\"b\\c\nd/");
  CAF_CHECK_EQUAL(json_string_text(R"("\u20ac\ud83d\ude00")"),
                  "\xE2\x82\xAC\xF0\x9F\x98\x80");
  CAF_CHECK_EQUAL(json_string_text(R"("\ud83d")"), "\xEF\xBF\xBD");
  CAF_CHECK_EQUAL(json_string_text("1.5"), "1.5");
  CAF_CHECK_EQUAL(json_string_text("\""), "\"");
  // Whatever is written is read.
  for (std::string text : {"", "\"", "\\", "\x01\x1f", "\xE2\x80\xA8", "a b"}) {
    std::string json;
    append_json_string(json, text);
    CAF_CHECK_EQUAL(json_string_text(json), text);
  }
  auto x = fact_value::json("\"live\"");
  CAF_CHECK(x.is_text());
  CAF_CHECK_EQUAL(x.str(), "live");
  CAF_CHECK(!fact_value::json("1.5").is_text());
  // A text that looks like a number is none, even so.
  CAF_CHECK(fact_value::json("\"15\"").is_text());
}
