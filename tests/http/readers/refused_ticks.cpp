#define CAF_SUITE http.readers.refused_ticks

#include "livegrid/http/readers/refused_ticks.hpp"

#include <string>

#include "livegrid/http/readers/tick_reader.hpp"

#include "unit_test.hpp"

using namespace livegrid;

namespace {

refusal at(std::int64_t element) {
  return {.element = element};
}

/// What is taken of a body, and what is left out and why.
std::string show(std::string_view body) {
  auto x = read_ticks(body, taking::good_ones);
  if (!x)
    return "refused: " + x.error().message;
  std::string result;
  for (std::size_t i = 0; i < x->ticks.size(); ++i)
    result +=
      x->ticks[i].symbol.str() + '@' + std::to_string(x->elements.at(i)) + ' ';
  for (const auto& why : x->refused.told)
    result += '!' + std::to_string(why.element) + ' ' + why.message + ' ';
  return result + std::to_string(x->refused.all);
}

} // namespace

CAF_TEST(the first are told in order and all are counted) {
  refused_ticks x;
  for (int i = 200; i > 0; --i)
    x.add(at(i));
  CAF_CHECK_EQUAL(x.all, 200u);
  CAF_REQUIRE_EQUAL(x.told.size(), refused_ticks::max_told);
  for (std::size_t i = 0; i < x.told.size(); ++i)
    CAF_CHECK_EQUAL(x.told[i].element, static_cast<std::int64_t>(i) + 1);
  x.add(at(300));
  CAF_CHECK_EQUAL(x.all, 201u);
  CAF_CHECK_EQUAL(x.told.back().element, 100);
}

CAF_TEST(good ticks are taken and the others are left out) {
  struct {
    std::string_view body;
    std::string_view result;
  } cases[] = {
    {R"([{"symbol":"A","price":1},{"symbol":"B","price":2}])", "A@0 B@1 0"},
    {R"([{"symbol":"A","price":1},{"symbol":"B","bid_size":-1},5,)"
     R"({"price":1},[1],{"symbol":"C","price":2}])",
     "A@0 C@5 !1 bid_size must not be below 0 !2 a tick must be an object "
     "!3 symbol is missing !4 a tick must be an object 4"},
    {"{\"symbol\":\"A\",\"price\":1}\n\n{\"symbol\":\"A?\"}\n"
     "{\"symbol\":\"B\",\"price\":2}",
     "A@0 B@3 !2 symbol must be 1 to 64 bytes of printable ASCII and UTF-8 "
     "letters, without , \" \\ * ? and without blanks at its ends 1"},
    {R"({"symbol":"A","volume":-1})", "!-1 volume must not be below 0 1"},
    {"5", "!-1 a tick must be an object 1"},
    {"[]", "0"},
    // What is not JSON has no ticks of which some could be good.
    {"", "refused: empty body"},
  };
  for (const auto& c : cases) {
    CAF_MESSAGE(c.body);
    CAF_CHECK_EQUAL(show(c.body), c.result);
  }
  CAF_CHECK(show(R"([{"symbol":"A","price":1},{)").starts_with("refused: "));
}
