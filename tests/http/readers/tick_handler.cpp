#define CAF_SUITE http.readers.tick_handler

#include "livegrid/http/readers/tick_handler.hpp"

#include <string>
#include <string_view>

#include "unit_test.hpp"

using namespace livegrid;

namespace {

/// Writes the fault of a handler, or the symbols of its ticks.
std::string outcome(tick_handler& x) {
  if (auto& fault = x.fault())
    return std::to_string(fault->element) + " [" + fault->field + "] "
           + fault->type + " of " + fault->symbol;
  std::string out;
  for (auto& y : x.ticks())
    out += y.symbol.str() + " ";
  return out;
}

/// What a handler that takes arrays, or does not, makes of a JSON text.
std::string read(std::string_view json, bool takes_array) {
  tick_handler x;
  x.takes_array = takes_array;
  if (read_json(json, x))
    return "malformed";
  return outcome(x);
}

CAF_TEST(an array holds ticks only where it may) {
  const std::string_view two =
    R"([{"symbol":"A","seq":1},{"symbol":"B","seq":1}])";
  CAF_CHECK_EQUAL(read(two, true), "A B ");
  CAF_CHECK_EQUAL(read(two, false), "0 [] dict_type of ");
  CAF_CHECK_EQUAL(read("[]", true), "");
  CAF_CHECK_EQUAL(read("[]", false), "0 [] dict_type of ");
  CAF_CHECK_EQUAL(read(R"({"symbol":"A","seq":1})", true), "A ");
  CAF_CHECK_EQUAL(read(R"({"symbol":"A","seq":1})", false), "A ");
  // An array within is an element that is none.
  CAF_CHECK_EQUAL(read(R"([{"symbol":"A","seq":1},[[{}],1],5])", true),
                  "1 [] dict_type of ");
}

CAF_TEST(scalars that stand for a tick are faults) {
  for (auto json : {"null", "true", "1", "\"A\""}) {
    CAF_MESSAGE(json);
    CAF_CHECK_EQUAL(read(json, true), "0 [] dict_type of ");
    CAF_CHECK_EQUAL(read("[" + std::string{json} + "]", true),
                    "0 [] dict_type of ");
  }
}

CAF_TEST(the first fault counts and what is behind it is passed over) {
  struct {
    std::string_view json;
    std::string_view result;
  } cases[] = {
    {R"([{"symbol":"A","price":-1e19},5,{}])",
     "0 [price] greater_than_equal of A"},
    {R"([5,{"symbol":"A","price":-1e19}])", "0 [] dict_type of "},
    {R"([{"symbol":"A","seq":1},{"price":1}])", "1 [symbol] missing of "},
    {R"([{"symbol":"A","bid_size":-1,"price":-1e19}])",
     "0 [bid_size] greater_than_equal of A"},
    // The symbol is told also where it stands behind the fault, ...
    {R"([{"price":-1e19,"symbol":"A"}])", "0 [price] greater_than_equal of A"},
    // ... but not one that is taken back.
    {R"([{"symbol":"A","symbol":null,"price":-1e19}])",
     "0 [price] greater_than_equal of "},
  };
  for (auto& c : cases) {
    CAF_MESSAGE(c.json);
    CAF_CHECK_EQUAL(read(c.json, true), c.result);
  }
}

CAF_TEST(values within a value are passed over) {
  struct {
    std::string_view json;
    std::string_view result;
  } cases[] = {
    {R"({"symbol":"A","date":{"symbol":"B","price":[0,{"seq":-1}]}})", "A "},
    {R"({"date":[{"symbol":"B"},[]],"symbol":"A"})", "A "},
    {R"({"symbol":"A","x":{"symbol":"B"},"x":1})", "A "},
    {R"({"symbol":"A","x":[[]],"seq":1})", "0 [x] scalar_type of A"},
    {R"({"symbol":{"symbol":"A"},"seq":1})", "0 [symbol] string_type of "},
    // A key that cannot be is a fault of its own, whatever its value.
    {R"({"symbol":"A","seq":1,"a b":{"x":[]}})", "0 [a b] invalid_key of A"},
  };
  for (auto& c : cases) {
    CAF_MESSAGE(c.json);
    CAF_CHECK_EQUAL(read(c.json, false), c.result);
  }
}

CAF_TEST(of more faults than are kept the first is told) {
  // Later values take faults back, so that many may be open: 128 are kept.
  std::string many;
  for (int i = 0; i < 200; ++i)
    many += ",\"x" + std::to_string(i) + "\":[]";
  CAF_CHECK_EQUAL(read(R"({"symbol":"A","seq":1)" + many + "}", false),
                  "0 [x0] scalar_type of A");
  CAF_CHECK_EQUAL(
    read(R"({"symbol":"A","seq":1)" + many + R"(,"x0":1})", false),
    "0 [x1] scalar_type of A");
}

CAF_TEST(elements are counted on from the index that is given) {
  tick_handler x;
  for (int line : {0, 3, 4}) {
    x.next_element(line);
    CAF_CHECK(!read_json(R"({"symbol":"A","price":1})", x));
  }
  CAF_CHECK_EQUAL(outcome(x), "A A A ");
  x.next_element(7);
  CAF_CHECK(!read_json(R"({"symbol":"B","price":-1e19})", x));
  CAF_CHECK_EQUAL(outcome(x), "7 [price] greater_than_equal of B");
  // It goes on behind a fault, and keeps the first.
  x.next_element(8);
  CAF_CHECK(!read_json("[]", x));
  CAF_CHECK_EQUAL(outcome(x), "7 [price] greater_than_equal of B");
}

} // namespace
