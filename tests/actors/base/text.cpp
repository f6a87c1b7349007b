#define CAF_SUITE actors.base.text

#include "livegrid/actors/base/text.hpp"

#include <string>
#include <string_view>

#include "caf/test/unit_test.hpp"

using namespace livegrid;
using namespace std::string_view_literals;

namespace {

std::string quoted(std::string_view text) {
  std::string out = ">";
  append_json_string(out, text);
  return out;
}

#define BAD "\xEF\xBF\xBD"

CAF_TEST(strings) {
  struct {
    std::string_view text;
    std::string_view json;
  } cases[] = {
    {"", R"(>"")"},
    {"plain text/1", R"(>"plain text/1")"},
    {"a\"b\\c", R"(>"a\"b\\c")"},
    {"\n\r\t\b\f", R"(>"\n\r\t\u0008\u000c")"},
    {"\0\x1F\x7F"sv, R"(>"\u0000\u001f\u007f")"},
    {"\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80",
     ">\"\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80\""},
    {"\xC2\x80\xC2\x85\xC2\x9F\xC2\xA0", ">\"\\u0080\\u0085\\u009f\xC2\xA0\""},
    {"\xE2\x80\xA7\xE2\x80\xA8\xE2\x80\xA9\xE2\x80\xAA",
     ">\"\xE2\x80\xA7\\u2028\\u2029\\u202a\""},
    // Direction marks, a soft hyphen, a tag, and a letter beside the tags.
    {"\u202e\u2066\u2069\u200f\u061c\u00ad\U000E0041\U000E1000",
     ">\"\\u202e\\u2066\\u2069\\u200f\\u061c\\u00ad\\udb40\\udc41\U000E1000\""},
    {"\xFF", ">\"" BAD "\""},
    {"a\x80z", ">\"a" BAD "z\""},
    {"\xC0\x80", ">\"" BAD BAD "\""},
    {"\xE2\x82", ">\"" BAD BAD "\""},
    {"\xED\xA0\x80", ">\"" BAD BAD BAD "\""},
    {"\xF4\x90\x80\x80", ">\"" BAD BAD BAD BAD "\""},
    {"\xF0\x9F\x98", ">\"" BAD BAD BAD "\""},
  };
  for (auto& c : cases)
    CAF_CHECK_EQUAL(quoted(c.text), c.json);
}

CAF_TEST(texts are cut between characters) {
  CAF_CHECK_EQUAL(cut_text("abc", 3), "abc");
  CAF_CHECK_EQUAL(cut_text("abcd", 3), "abc");
  CAF_CHECK_EQUAL(cut_text("ab\xC3\xA9", 3), "ab");
  CAF_CHECK_EQUAL(cut_text("\xF0\x9F\x98\x80", 3), "");
  CAF_CHECK_EQUAL(cut_text("a\xF0\x9F\x98\x80z", 5), "a\xF0\x9F\x98\x80");
  CAF_CHECK_EQUAL(cut_text("\x80\x80\x80\x80\x80\x80", 5).size(), 5u);
  CAF_CHECK_EQUAL(cut_text("abc", 0), "");
}

} // namespace
