#define CAF_SUITE http.readers.query_text

#include "livegrid/http/readers/query_text.hpp"

#include <string>
#include <string_view>

#include "unit_test.hpp"

using namespace livegrid;
using namespace std::string_literals;

namespace {

/// Writes the parameters one behind the other: `a=1|b=2|`.
std::string show(std::string_view query) {
  auto params = parse_query(query);
  if (!params)
    return "broken";
  std::string out;
  for (auto& [key, value] : *params)
    out += key + "=" + value + "|";
  return out;
}

CAF_TEST(escapes are taken out of a text) {
  struct {
    std::string_view text;
    std::string result;
  } cases[] = {
    {"", ""},
    {"AAPL", "AAPL"},
    {"a+b", "a b"},
    {"a%2Bb", "a+b"},
    {"%41%4a%4F", "AJO"},
    {"%", "broken"},
    {"%4", "broken"},
    {"a%4", "broken"},
    {"%%41", "broken"},
    {"%4g", "broken"},
    {"%G4", "broken"},
    {"% 4", "broken"},
    {"%-1", "broken"},
    {"%2541", "%41"},
    {"%00", "\0"s},
    {"%fF%80", "\xFF\x80"},
    {"\xFF\n&=", "\xFF\n&="},
  };
  for (auto& c : cases) {
    CAF_MESSAGE(c.text);
    CAF_CHECK_EQUAL(decode_query(c.text).value_or("broken"), c.result);
  }
}

CAF_TEST(a query is its parameters in their order) {
  struct {
    std::string_view query;
    std::string_view result;
  } cases[] = {
    {"", ""},
    {"a=1", "a=1|"},
    {"b=2&a=1&b=3", "b=2|a=1|b=3|"},
    {"a", "a=|"},
    {"a=", "a=|"},
    {"=1", "=1|"},
    {"=", "=|"},
    {"a=1=2", "a=1=2|"},
    {"&&a=1&", "a=1|"},
    // What an escape stands for separates nothing.
    {"a=1%26b%3D2&c%3Dd=3", "a=1&b=2|c=d=3|"},
    {"a+b=c+d", "a b=c d|"},
    {"a=%", "broken"},
    {"%=1", "broken"},
    {"a=1&b=%4&c=2", "broken"},
    // An escape ends with its parameter.
    {"a=%4&1=2", "broken"},
  };
  for (auto& c : cases) {
    CAF_MESSAGE(c.query);
    CAF_CHECK_EQUAL(show(c.query), c.result);
  }
}

CAF_TEST(a header has ASCII alone) {
  CAF_CHECK_EQUAL(escape_for_header("may not see \xC3\x85LB, NIFTY 50"),
                  "may not see %C3%85LB, NIFTY 50");
}

CAF_TEST(every byte that is escaped is read back) {
  CAF_CHECK_EQUAL(escape_query(""), "");
  CAF_CHECK_EQUAL(escape_query("azAZ09-._~"), "azAZ09-._~");
  CAF_CHECK_EQUAL(escape_query(" +&=%/"), "%20%2B%26%3D%25%2F");
  CAF_CHECK_EQUAL(escape_query("\xC3\xA9\0"s), "%C3%A9%00");
  std::string all;
  for (int i = 0; i < 256; ++i)
    all += static_cast<char>(i);
  CAF_CHECK(decode_query(escape_query(all)) == all);
  CAF_CHECK_EQUAL(escape_query(all).find_first_of(" +&="), std::string::npos);
}

} // namespace
