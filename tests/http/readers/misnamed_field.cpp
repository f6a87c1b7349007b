#define CAF_SUITE http.readers.misnamed_field

#include "livegrid/http/readers/misnamed_field.hpp"

#include <string>
#include <string_view>

#include "livegrid/http/readers/tick_reader.hpp"

#include "unit_test.hpp"

using namespace livegrid;

namespace {

/// What is wrong with a tick: where, and why.
std::string fault_of(std::string_view body) {
  auto result = read_ticks(body);
  if (result)
    return {};
  const auto& why = result.error();
  return '[' + why.field + "] " + why.type + ": " + why.message;
}

} // namespace

CAF_TEST(names are known in any case and by what others call them) {
  struct {
    std::string_view name;
    std::string_view field;
  } cases[] = {
    {"Price", "price"},
    {"PRICE", "price"},
    {"prize", "price"},
    {"last", "price"},
    {"last_price", "price"},
    {"lastPrice", "price"},
    {"Last", "price"},
    {"ltp", "price"},
    {"px", "price"},
    {"vol", "volume"},
    {"Volume", "volume"},
    {"volumne", "volume"},
    {"qty", "size"},
    {"Size", "size"},
    {"Bid", "bid"},
    {"bidPrice", "bid"},
    {"bidSize", "bid_size"},
    {"prevClose", "prev_close"},
    {"previous_close", "prev_close"},
    {"marketCap", "market_cap"},
    {"Symbol", "symbol"},
    {"ticker", "symbol"},
    {"simbol", "symbol"},
    {"Time", "time"},
    {"timestamp", "time"},
    {"ts", "time"},
    // These may be cells of anybody's.
    {"mid", ""},
    {"lot", ""},
    {"side", ""},
    {"venue", ""},
    {"spread", ""},
    {"note", ""},
    {"x", ""},
    {"close", ""},
    {"yield", ""},
    {"vwap", ""},
    {"rate", ""},
    {"status", ""},
    {"value", ""},
    {"settle", ""},
    {"open_interest", ""},
    {"", ""},
  };
  for (const auto& c : cases) {
    CAF_MESSAGE(c.name);
    CAF_CHECK_EQUAL(meant_field(c.name), c.field);
  }
}

CAF_TEST(a tick of misnamed fields alone is refused) {
  struct {
    std::string_view body;
    std::string_view fault;
  } cases[] = {
    {R"({"symbol":"A","Price":1})",
     "[Price] extra_forbidden: Price would be a cell of its own; did you mean "
     "price?"},
    {R"({"symbol":"A","venue":"X","last":"1.5"})",
     "[last] extra_forbidden: last would be a cell of its own; did you mean "
     "price?"},
    {R"({"symbol":"A","vol":7,"seq":1,"time":1700000000})",
     "[vol] extra_forbidden: vol would be a cell of its own; did you mean "
     "volume?"},
    {R"({"Symbol":"A","price":1})",
     "[symbol] missing: symbol is missing, and Symbol would be a cell of its "
     "own; did you mean symbol?"},
    {R"({"ticker":"A","last":1})",
     "[symbol] missing: symbol is missing, and ticker would be a cell of its "
     "own; did you mean symbol?"},
    {R"({"price":1})", "[symbol] missing: symbol is missing"},
    // With a number beside it, it is a cell.
    {R"({"symbol":"A","price":1,"last":2})", ""},
    {R"({"symbol":"A","bid":1,"Price":2,"Symbol":"B"})", ""},
    {R"({"symbol":"A","mid":1})", ""},
    // A symbol is there, and so nothing else is meant to be it.
    {R"({"symbol":"A","instrument":"ETF"})", ""},
    {R"({"symbol":"A","Symbol":"a","ticker":"A US"})", ""},
    {R"({"symbol":"A","ticker":"A US","last":1})",
     "[last] extra_forbidden: last would be a cell of its own; did you mean "
     "price?"},
    {R"({"symbol":"A","note":"x","seq":4})", ""},
    // What is taken back is no number.
    {R"({"symbol":"A","price":null,"Price":1})",
     "[Price] extra_forbidden: Price would be a cell of its own; did you mean "
     "price?"},
  };
  for (const auto& c : cases) {
    CAF_MESSAGE(c.body);
    CAF_CHECK_EQUAL(fault_of(c.body), c.fault);
  }
}
