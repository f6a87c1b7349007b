#define CAF_SUITE actors.base.text

#include "livegrid/actors/base/text.hpp"

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "unit_test.hpp"

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

CAF_TEST(letters are the same in either case and only letters are) {
  CAF_CHECK(equal_ignoring_case("Content-TYPE", "content-type"));
  CAF_CHECK(equal_ignoring_case("", ""));
  CAF_CHECK(!equal_ignoring_case("gzip", "gzi"));
  CAF_CHECK(!equal_ignoring_case("gzip", "gzap"));
  // Each is the other with the bit that tells the cases apart.
  CAF_CHECK(!equal_ignoring_case("[", "{"));
  CAF_CHECK(!equal_ignoring_case("@", "`"));
  CAF_CHECK(!equal_ignoring_case("\xC3\x84", "\xC3\xA4"));
  CAF_CHECK_EQUAL(to_lower("AaZz[09 \xC3\x84"), "aazz[09 \xC3\x84");
}

CAF_TEST(hexadecimal digits have a value in lower case) {
  CAF_CHECK_EQUAL(hex_value('0'), 0);
  CAF_CHECK_EQUAL(hex_value('9'), 9);
  CAF_CHECK_EQUAL(hex_value('a'), 10);
  CAF_CHECK_EQUAL(hex_value('f'), 15);
  for (auto c : {'/', ':', '`', 'g', 'A', 'F', '\0', '\x80'})
    CAF_CHECK_EQUAL(hex_value(c), -1);
  std::string out = "x";
  for (auto byte : std::initializer_list<unsigned char>{0, 0x0f, 0xa5, 0xff})
    append_hex(out, byte);
  CAF_CHECK_EQUAL(out, "x000fa5ff");
}

CAF_TEST(blanks around a text go) {
  CAF_CHECK_EQUAL(trimmed(" \t\r\n a b\n\t"), "a b");
  CAF_CHECK_EQUAL(trimmed("a"), "a");
  CAF_CHECK_EQUAL(trimmed(" \n"), "");
  CAF_CHECK_EQUAL(trimmed(""), "");
  CAF_CHECK_EQUAL(trimmed("\t a\r", header_blanks), "a\r");
}

CAF_TEST(parts are taken off until nothing is left) {
  struct {
    std::string_view text;
    std::vector<std::string_view> parts;
  } cases[] = {
    {"", {}},    {"a", {"a"}},      {"a,b", {"a", "b"}},       {"a,", {"a"}},
    {",", {""}}, {",a", {"", "a"}}, {" a , b", {" a ", " b"}},
  };
  for (auto& c : cases) {
    std::vector<std::string_view> got;
    for (auto rest = c.text; !rest.empty();)
      got.emplace_back(take_part(rest, ','));
    CAF_CHECK_EQUAL(got, c.parts);
  }
}

CAF_TEST(a list has all that stands between its commas) {
  using list = std::vector<std::string>;
  CAF_CHECK_EQUAL(split_list(""), list{});
  CAF_CHECK_EQUAL(split_list(" \t"), list{});
  CAF_CHECK_EQUAL(split_list("a"), list{"a"});
  CAF_CHECK_EQUAL(split_list(" a ,b c,\td"), (list{"a", "b c", "d"}));
  CAF_CHECK_EQUAL(split_list("a,"), (list{"a", ""}));
  CAF_CHECK_EQUAL(split_list(","), (list{"", ""}));
  CAF_CHECK_EQUAL(split_list("a,,b"), (list{"a", "", "b"}));
}

CAF_TEST(what a message quotes stays on its line and is short) {
  CAF_CHECK_EQUAL(quote("a b"), "\"a b\"");
  CAF_CHECK_EQUAL(quote("a\nb\x7F\x1B"), "\"a?b??\"");
  CAF_CHECK_EQUAL(quote(std::string(81, 'x')),
                  '"' + std::string(80, 'x') + "...\"");
}

CAF_TEST(what a JSON string stands for comes back) {
  CAF_CHECK_EQUAL(json_string_text(R"("a\n\t\"\\\/")"), "a\n\t\"\\/");
  CAF_CHECK_EQUAL(json_string_text(R"("\u00e9\u20ac")"), "\u00e9\u20ac");
  CAF_CHECK_EQUAL(json_string_text(R"("\ud83d\ude00")"), "\U0001F600");
  CAF_CHECK_EQUAL(json_string_text(R"("\ud83d")"), BAD);
  CAF_CHECK_EQUAL(json_string_text("12.5"), "12.5");
  CAF_CHECK_EQUAL(json_string_text("\""), "\"");
}

CAF_TEST(a star stands for anything and a question mark for one character) {
  CAF_CHECK(matches("AAPL", "*"));
  CAF_CHECK(matches("", "*"));
  CAF_CHECK(matches("AAPL", "A*L"));
  CAF_CHECK(matches("AAPL", "A?P?"));
  CAF_CHECK(matches("ABABAC", "*ABAC"));
  CAF_CHECK(!matches("AAPL", "A"));
  CAF_CHECK(!matches("AAPL", "?"));
  CAF_CHECK(!matches("", "?"));
  // A character may have several bytes.
  CAF_CHECK(matches("\xc3\x85LB", "?LB"));
  CAF_CHECK(!matches("\xc3\x85LB", "??LB"));
  CAF_CHECK(matches("A\xe8\xb4\xb5\xe5\xb7\x9e"
                    "B",
                    "A??B"));
  CAF_CHECK(!matches("A\xe8\xb4\xb5"
                     "B",
                     "*???B"));
  CAF_CHECK(matches("\xc3\x85"
                    "ABC",
                    "*?BC"));
  CAF_CHECK(!matches("\xc3\x85", "*??"));
  CAF_CHECK(!matches("\xc3\x85", "*\x85"));
}

} // namespace
