#define CAF_SUITE http.widgets.symbol_param

#include "livegrid/http/widgets/symbol_param.hpp"

#include <string>
#include <string_view>
#include <vector>

#include "widget_texts.hpp"

using namespace livegrid;
using namespace livegrid::test;

namespace {

/// A live_grid with these params, and these members of its data.
rapidjson::Document definition(std::string_view params,
                               std::string_view data = "",
                               std::string_view endpoint = "rows") {
  return parse(R"({"type":"live_grid","endpoint":")" + std::string{endpoint}
               + R"(","params":)" + std::string{params} + R"(,"data":{)"
               + std::string{data} + "}}");
}

/// The names by which one asks, or why not: `fund symbols symbol`, with `all`
/// in front where whoever asks for none gets all.
std::string names_in(std::string_view params, std::string_view data = "") {
  auto asked = symbol_params_of(definition(params, data));
  if (!asked)
    return asked.error().path + ": " + asked.error().reason;
  std::string result = asked->declared ? "" : "all";
  for (const auto& name : asked->names)
    result += (result.empty() ? "" : " ") + name;
  return result;
}

names doubts(std::string_view params, std::string_view data = "",
             std::string_view endpoint = "rows") {
  names result;
  for (auto& x : doubts_of_symbols(definition(params, data, endpoint)))
    result.push_back(x.path + ": " + x.reason);
  return result;
}

/// What is said where nobody knows which parameter is meant.
std::string unknown(std::string_view name) {
  auto quoted = '"' + std::string{name} + '"';
  return ".params: no param says of which symbols the rows are, so that all "
         "are shown: if "
         + quoted + R"( does, write "wsSymbolParam": )" + quoted
         + R"( into "data"; if none does, "wsSymbolParam": "")";
}

} // namespace

CAF_TEST(the param for symbols is found by its name or by its options) {
  struct {
    std::string_view params;
    std::string_view data;
    std::string_view expected;
  } cases[] = {
    {"[]", "", "all symbols symbol"},
    {R"([{"paramName":"symbol"}])", "", "symbols symbol"},
    {R"([[{"paramName":"symbols"}]])", "", "symbols symbol"},
    {R"([{"paramName":"ticker"}])", "", "all symbols symbol"},
    // The only one that takes several and whose options are symbols.
    {R"([{"paramName":"fund","multiSelect":true,"type":"endpoint",)"
     R"("optionsEndpoint":"symbols"}])",
     "", "fund symbols symbol"},
    {R"([{"paramName":"fund","multiSelect":true,)"
     R"("optionsEndpoint":"/symbols?q=V"},{"paramName":"day"}])",
     "", "fund symbols symbol"},
    {R"([{"paramName":"fund","multiSelect":true,"options":)"
     R"([{"label":"a","value":"VTI"},{"label":"b","value":"BRK.B"}]}])",
     "", "fund symbols symbol"},
    {R"([{"paramName":"fund","optionsEndpoint":"symbols"}])", "",
     "all symbols symbol"},
    {R"([{"paramName":"fund","multiSelect":true,)"
     R"("optionsEndpoint":"https://a/symbols"}])",
     "", "all symbols symbol"},
    {R"([{"paramName":"cells","multiSelect":true,"options":)"
     R"([{"label":"a","value":"price"},{"label":"b","value":"BID"}]}])",
     "", "all symbols symbol"},
    {R"([{"paramName":"days","multiSelect":true,"options":)"
     R"([{"label":"a","value":5}]}])",
     "", "all symbols symbol"},
    {R"([{"paramName":"a","multiSelect":true,"optionsEndpoint":"symbols"},)"
     R"({"paramName":"b","multiSelect":true,"optionsEndpoint":"symbols"}])",
     "", "all symbols symbol"},
    {R"([{"paramName":"a","multiSelect":true,"optionsEndpoint":"symbols"},)"
     R"({"paramName":"symbol"}])",
     "", "symbols symbol"},
    // What the widget says counts more than all that.
    {R"([{"paramName":"ticker"}])", R"("wsSymbolParam":"ticker")",
     "ticker symbols symbol"},
    {R"([{"paramName":"ticker"},{"paramName":"symbol"}])",
     R"("wsSymbolParam":"ticker")", "ticker symbols"},
    {R"([{"paramName":"symbols"},{"paramName":"symbol"}])",
     R"("wsSymbolParam":"symbol")", "symbol"},
    {R"([{"paramName":"symbol"}])", R"("wsSymbolParam":"")", "all symbols"},
    {R"([{"paramName":"ticker"}])", R"("wsSymbolParam":"Ticker")",
     R"(.data.wsSymbolParam: no param is called "Ticker")"},
  };
  for (const auto& c : cases) {
    CAF_MESSAGE(c.params << ' ' << c.data);
    CAF_CHECK_EQUAL(names_in(c.params, c.data), c.expected);
  }
}

CAF_TEST(what else a widget has is no slip of the pen) {
  auto asked = symbol_params_of(
    definition(R"([{"paramName":"symbol"},{"paramName":"ticker"}])"));
  CAF_REQUIRE(asked);
  CAF_CHECK_EQUAL(asked->others, names{"ticker"});
}

CAF_TEST(a widget that may mean another param is named at start) {
  const names none;
  CAF_CHECK_EQUAL(doubts("[]"), none);
  CAF_CHECK_EQUAL(doubts(R"([{"paramName":"symbol","value":"A"}])"), none);
  CAF_CHECK_EQUAL(doubts(R"([{"paramName":"ticker","value":"A"}])"),
                  names{unknown("ticker")});
  CAF_CHECK_EQUAL(doubts(R"([{"paramName":"a"},)"
                         R"({"paramName":"b","type":"ticker"}])"),
                  names{unknown("b")});
  // What cannot hold a symbol is not asked about.
  for (auto type : {"date", "number", "boolean", "tabs"}) {
    CAF_MESSAGE(type);
    CAF_CHECK_EQUAL(
      doubts(R"([{"paramName":"a","type":")" + std::string{type} + "\"}]"),
      none);
  }
  for (auto said : {R"("wsSymbolParam":"ticker")", R"("wsSymbolParam":"")"}) {
    CAF_MESSAGE(said);
    CAF_CHECK_EQUAL(doubts(R"([{"paramName":"ticker","value":"A"}])", said),
                    none);
  }
}

/// A multi-select whose options look like symbols, whatever they are.
constexpr std::string_view periods =
  R"([{"paramName":"period","multiSelect":true,"value":"1D","options":)"
  R"([{"label":"a day","value":"1D"},{"label":"a month","value":"1M"}]}])";

CAF_TEST(a param that is taken for symbols by its options is named at start) {
  CAF_CHECK_EQUAL(names_in(periods), "period symbols symbol");
  CAF_CHECK_EQUAL(
    doubts(periods),
    names{R"(.params: "period" is taken for symbols, as the only one with )"
          R"("multiSelect" whose options look like them: if it is, write )"
          R"("wsSymbolParam": "period" into "data"; if none is, )"
          R"("wsSymbolParam": "")"});
  for (auto said : {R"("wsSymbolParam":"period")", R"("wsSymbolParam":"")"}) {
    CAF_MESSAGE(said);
    CAF_CHECK_EQUAL(doubts(periods, said), names{});
  }
}

CAF_TEST(a param without a value shows nothing at first) {
  for (std::string value :
       {"", R"(,"value":null)", R"(,"value":"")", R"(,"value":[])"})
    for (std::string name : {"symbol", "fund"}) {
      CAF_MESSAGE(name << value);
      auto all = doubts(R"([{"paramName":")" + name + '"' + value + "}]",
                        R"("wsSymbolParam":")" + name + '"');
      CAF_CHECK_EQUAL(all, names{".params: \"" + name
                                 + "\" has no value at first: nothing is shown "
                                   "until one is picked; \"value\": \"*\" "
                                   "shows all"});
    }
}

CAF_TEST(symbols in an endpoint are not heard by its socket) {
  auto all = doubts("[]", "", "rows?symbol=AAPL");
  CAF_REQUIRE_EQUAL(all.size(), 1u);
  CAF_CHECK(all[0].starts_with(".endpoint: says itself which symbols"));
  CAF_CHECK_EQUAL(doubts("[]", "", "rows?with=source"), names{});
}

CAF_TEST(where widgets share an endpoint the names of all count) {
  auto one = [](std::string id, std::string params) {
    return '"' + id
           + R"(":{"name":"n","description":"d","type":"live_grid",)"
             R"("endpoint":"rows","wsEndpoint":"feed","params":)"
           + params + R"(,"data":{"wsRowIdColumn":"symbol"}})";
  };
  auto set = accept('{' + one("a", R"([{"paramName":"symbol","value":"A"}])")
                    + ',' + one("b", "[]") + '}');
  CAF_REQUIRE_EQUAL(set.widgets.size(), 2u);
  CAF_CHECK(set.widgets[1].asked.declared);
  auto said = 0;
  for (const auto& x : set.warnings)
    said += x.find(R"(w.json: widget "b": wsEndpoint: is also that of widget )"
                   R"("a", which has a param for symbols)")
            != std::string::npos;
  CAF_CHECK_EQUAL(said, 1);
}
