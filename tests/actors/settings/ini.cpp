#define CAF_SUITE actors.settings.ini

#include "livegrid/actors/settings/ini.hpp"

#include <string>
#include <vector>

#include "unit_test.hpp"

using namespace livegrid;

namespace {

/// `section@line|key@line=value`, a list in brackets, entries divided by `|`;
/// an error as `line: message`.
std::string outline(std::string_view text) {
  auto parsed = parse_ini(text);
  if (!parsed)
    return std::to_string(parsed.error().line) + ": " + parsed.error().message;
  std::string out;
  for (const auto& section : *parsed) {
    if (!section.name.empty())
      out += '[' + section.name + "]@" + std::to_string(section.line) + '|';
    for (const auto& x : section.entries) {
      out += x.key + '@' + std::to_string(x.line) + '=';
      if (auto one = std::get_if<std::string>(&x.value)) {
        out += *one;
      } else {
        out += '[';
        for (const auto& item : std::get<1>(x.value))
          out += '<' + item + '>';
        out += ']';
      }
      out += '|';
    }
  }
  return out;
}

struct text_case {
  std::string name;
  std::string text;
  std::string want;
};

} // namespace

CAF_TEST(what can be read) {
  const std::vector<text_case> cases{
    {"nothing", "", ""},
    {"blank lines and comments", "\n ; a\n# b\n\t\n", ""},
    {"no section", "http.port=7779", "http.port@1=7779|"},
    {"sections", "[a]\nx=1\n[ b ]\ny = 2\n", "[a]@1|x@2=1|[b]@3|y@4=2|"},
    {"a section again", "[a]\nx=1\n[a]\nx=2", "[a]@1|x@2=1|[a]@3|x@4=2|"},
    {"Windows line ends", "\xEF\xBB\xBF[a]\r\nx=1\r\ny=\"z\"\r\n",
     "[a]@1|x@2=1|y@3=z|"},
    {"comment behind a section", "[a] ; b\n", "[a]@1|"},
    {"comment behind a value", "x=1;b\ny=2 # b\n", "x@1=1|y@2=2|"},
    {"# within a word", "x=/a#b # c", "x@1=/a#b|"},
    {"blanks in a value", "x =  a  b \t", "x@1=a  b|"},
    {"= in a value", "x=a=b", "x@1=a=b|"},
    {"quoted", R"(x="a ; # ' \" \\ \t")", "x@1=a ; # ' \" \\ \t|"},
    {"quoted, empty", R"(x="")", "x@1=|"},
    {"as it is", R"(x='a "\n')", R"(x@1=a "\n|)"},
    {"list", R"(x=["a","b, c",d e])", "x@1=[<a><b, c><d e>]|"},
    {"empty list", "x=[ ]", "x@1=[]|"},
    {"list over lines", "x=[ ; one\n a # two\n ,\n\n'b',\n] ; three\ny=1",
     "x@1=[<a><b>]|y@7=1|"},
    {"no line end at the end of the file", "x=1\ny=2", "x@1=1|y@2=2|"},
  };
  for (const auto& c : cases) {
    CAF_MESSAGE(c.name);
    CAF_CHECK_EQUAL(outline(c.text), c.want);
  }
}

CAF_TEST(what cannot be read) {
  const std::string section = "a section is written as [name]";
  const std::string entry = "a setting is written as name = value";
  const std::string missing = "x: a value is missing; an empty one is \"\"";
  const std::string more = "there is more on the line than a value";
  const std::vector<text_case> cases{
    {"open section", "\n[a", "2: " + section},
    {"section without a name", "[]", "1: " + section},
    {"section with a blank inside", "[a b]", "1: " + section},
    {"text behind a section", "[a] b", "1: " + more},
    {"word", "a\n", "1: " + entry},
    {"key without a name", "=1", "1: " + entry},
    {"key with a blank inside", "a b=1", "1: " + entry},
    {"colon for =", "x: 1", "1: " + entry},
    {"no value", "\n\nx=\n", "3: " + missing},
    {"no value but a comment", "x= # a", "1: " + missing},
    {"open quote", "x=\"a\n\"", "1: x: the text has no closing quote"},
    {"quote at the end of the file", "x=\"",
     "1: x: the text has no closing "
     "quote"},
    {"text behind a quote", "x=\"a\" b", "1: " + more},
    {"quote in a word", "x=a\"b\"",
     "1: x: a quote within a value that does not begin with one"},
    {"unknown escape", R"(x="\x")",
     R"(1: x: only \" \\ \n \r \t may follow a backslash)"},
    {"backslash at the end of the file", "x=\"\\",
     R"(1: x: only \" \\ \n \r \t may follow a backslash)"},
    {"open list", "x=[a,\nb\n", "3: x: the list has no ]"},
    {"open list of nothing", "x=[", "1: x: the list has no ]"},
    {"list without a comma", R"(x=["a" "b"])",
     "1: x: a comma or ] is missing in the list"},
    {"list with nothing between commas", "x=[a,,b]", "1: " + missing},
    {"text behind a list", "x=[a] b", "1: " + more},
    {"map", "x={}", "1: x: a value cannot be a map"},
  };
  for (const auto& c : cases) {
    CAF_MESSAGE(c.name);
    CAF_CHECK_EQUAL(outline(c.text), c.want);
  }
}
