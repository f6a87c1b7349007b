#define CAF_SUITE http.readers.subscription_reader

#include "livegrid/http/readers/subscription_reader.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "livegrid/http/readers/query_text.hpp"

#include "written_file.hpp"

#include "unit_test.hpp"

using namespace livegrid;

namespace {

/// Writes a subscription as a short text.
std::string show(const subscription& x) {
  std::string out = x.what == subscription::change::keep  ? "keep"
                    : x.what == subscription::change::all ? "all"
                                                          : "replace";
  for (auto& s : x.symbols)
    out += " " + s.str();
  for (auto& s : x.bad)
    out += " !" + s;
  if (x.too_many)
    out += " ...";
  return out;
}

std::string read(std::string_view message, const symbol_params& which = {}) {
  auto result = read_subscription(message, which);
  if (result)
    return show(*result);
  const auto& why = result.error();
  return (why.code == errc::malformed ? "malformed: " : "invalid: ")
         + why.message;
}

std::string with_symbol(std::string_view value) {
  return R"({"type":"params","params":{"symbol":)" + std::string{value} + "}}";
}

/// What is said of a message whose key that is has no symbols.
std::string right_form(std::string_view key) {
  return "no symbols in '" + std::string{key}
         + R"(': send {"params":{"symbol":["AAPL","MSFT"]}})";
}

CAF_TEST(symbols) {
  struct {
    std::string_view value;
    std::string_view result;
  } cases[] = {
    {R"("TSLA")", "replace TSLA"},
    {R"("AAPL,MSFT")", "replace AAPL MSFT"},
    {R"(" AAPL ,\tMSFT,,AAPL ")", "replace AAPL MSFT !"},
    {R"(["AAPL","MSFT","AAPL"])", "replace AAPL MSFT"},
    {R"(["AAPL, MSFT","TSLA"])", "replace AAPL MSFT TSLA"},
    {R"(["AAPL",7,true,null,[1,["MSFT"]],{"a":"b"}])",
     "replace AAPL !7 !true ![...] !{...}"},
    {R"(["AAPL","a b","$SPX"])", "replace AAPL a b $SPX"},
    {R"("NIFTY 50, AAPL  240119C00150000")",
     "replace NIFTY 50 AAPL  240119C00150000"},
    {R"(["a\"b","\u00c5LB","\u200b"])",
     "replace \xc3\x85LB !a\"b !\xe2\x80\x8b"},
    {R"("a?b")", "replace !a?b"},
    {"null", "replace"},
    {R"("")", "replace"},
    {R"(" , ,")", "replace ! ! !"},
    {R"("  ")", "replace"},
    {R"([""])", "replace"},
    {"[null]", "replace"},
    {"[]", "replace"},
    {R"("*")", "all"},
    {R"("AAPL, *")", "all"},
    {R"(["AAPL","*"])", "all"},
    {R"(["*","a?b"])", "all !a?b"},
    {R"("**")", "replace !**"},
    {"5", "invalid: symbol must be a string or an array of strings"},
    {"true", "invalid: symbol must be a string or an array of strings"},
    {R"({"a":["MSFT"]})",
     "invalid: symbol must be a string or an array of strings"},
    {R"({},"symbol":"A")", "replace A"},
    {R"("A","symbol":null)", "replace"},
    {R"(["A"],"symbol":["B"])", "replace B"},
    {R"(["A"],"symbol":[])", "replace"},
    {R"("A","other":[{"symbol":"B"}],"x":null)", "replace A"},
  };
  for (auto& c : cases) {
    CAF_MESSAGE(c.value);
    CAF_CHECK_EQUAL(read(with_symbol(c.value)), c.result);
  }
}

CAF_TEST(messages) {
  struct {
    std::string_view message;
    std::string result;
  } cases[] = {
    {R"({"params":{"symbol":"A"}})", "replace A"},
    {R"({"params":{"symbol":"A"},"type":"params"})", "replace A"},
    {R"({"type":null,"params":{"symbol":"A"}})", "replace A"},
    {R"({"id":[{"params":{"symbol":"B"}}],"params":{"symbol":"A"}})",
     "replace A"},
    {R"({"params":{"symbol":"A"},"params":{}})", "replace"},
    {R"({"params":{"symbol":"A"},"params":null})", "keep"},
    {R"({"params":5,"params":{"symbol":"A"}})", "replace A"},
    {"{}", "keep"},
    {R"({"params":null})", "keep"},
    {R"({"params":{}})", "replace"},
    {R"({"type":"params"})", "keep"},
    {R"({"type":"params","params":{"interval":"5m"}})", "replace"},
    {R"({"params":{"symbol":"A","symbols":"B"},"symbols":"C"})", "replace B"},
    {R"({"symbols":["B"],"params":{"symbol":"A"}})", "replace A"},
    {R"({"symbol":"A"})", "invalid: " + right_form("symbol")},
    {R"({"type":"params","symbol":"A"})", "invalid: " + right_form("symbol")},
    {R"({"symbol":"A","params":{}})", "invalid: " + right_form("symbol")},
    {R"({"params":{},"symbol":"A"})", "invalid: " + right_form("symbol")},
    {R"({"action":"subscribe","symbols":["A"]})",
     "invalid: " + right_form("action")},
    {R"({"params":{"symbols":"A"}})", "replace A"},
    {R"({"params":{"Symbol":"A"}})", "invalid: " + right_form("Symbol")},
    {R"({"params":{"sybmol":["A"]}})", "invalid: " + right_form("sybmol")},
    {R"({"params":{"x":1,"ticker":"A"}})", "invalid: " + right_form("ticker")},
    {R"({"type":"ping"})", "invalid: type must be \"params\""},
    {R"({"type":1,"params":{"symbol":"A"}})",
     "invalid: type must be \"params\""},
    {R"({"type":["params"]})", "invalid: type must be \"params\""},
    {R"({"params":"A"})", "invalid: params must be an object"},
    {R"({"params":["A"]})", "invalid: params must be an object"},
    {R"(["A"])", "invalid: a message must be an object"},
    {R"([{"params":{"symbol":"A"}}])", "invalid: a message must be an object"},
    {"5", "invalid: a message must be an object"},
    {"null", "invalid: a message must be an object"},
    {"ping", "malformed: Invalid value at byte 0"},
    {"", "malformed: empty text at byte 0"},
    {"{} {}", "malformed: text after the end at byte 3"},
  };
  for (auto& c : cases) {
    CAF_MESSAGE(c.message);
    CAF_CHECK_EQUAL(read(c.message), c.result);
  }
}

CAF_TEST(limits) {
  std::string list;
  for (int i = 0; i < 1000; ++i)
    list += "S" + std::to_string(i) + ",";
  auto x = split_symbols(list + list + "S1");
  CAF_CHECK_EQUAL(x.symbols.size(), 1000u);
  CAF_CHECK(!x.too_many);
  x = split_symbols(list + "X," + list + "S1");
  CAF_CHECK_EQUAL(x.symbols.size(), 1000u);
  CAF_CHECK_EQUAL(x.symbols.back().str(), "S999");
  CAF_CHECK(x.too_many);
  x = split_symbols(list + "X,*");
  CAF_CHECK_EQUAL(show(x), "all");
  x = split_symbols(std::string(65, 'A') + "," + std::string(64, 'B'));
  CAF_CHECK_EQUAL(show(x), "replace " + std::string(64, 'B') + " !"
                             + std::string(64, 'A'));
  x = split_symbols(std::string(100, 'A'));
  CAF_REQUIRE_EQUAL(x.bad.size(), 1u);
  CAF_CHECK_EQUAL(x.bad[0].size(), 64u);
  CAF_CHECK_EQUAL(read(std::string(100'000, '[')),
                  "malformed: nested too deeply at byte 32");
}

CAF_TEST(query texts) {
  CAF_CHECK_EQUAL(show(split_symbols("")), "keep");
  CAF_CHECK_EQUAL(show(split_symbols("*")), "all");
  CAF_CHECK_EQUAL(show(split_symbols("B,A ,B")), "replace B A");
}

CAF_TEST(the parameters of a query are one list) {
  using params = std::vector<std::pair<std::string, std::string>>;
  struct {
    params given;
    std::string_view result;
  } cases[] = {
    {{}, "replace"},
    {{{"theme", "dark"}}, "replace"},
    {{{"symbol", ""}}, "replace"},
    {{{"symbol", "A"}, {"symbol", "B,A"}}, "replace A B"},
    {{{"symbol", "A"}, {"theme", "dark"}, {"symbol", ""}}, "replace A"},
    {{{"symbol", "A"}, {"symbol", "*"}}, "all"},
    {{{"symbol", "A"}, {"symbol", "?"}}, "replace A !?"},
    {{{"symbols", "A,NIFTY 50"}}, "replace A NIFTY 50"},
    {{{"symbol", "A"}, {"symbols", "B"}, {"symbols", "C"}}, "replace B C"},
    {{{"symbols", ""}, {"symbol", "A"}}, "replace"},
  };
  for (auto& c : cases)
    CAF_CHECK_EQUAL(show(read_symbols(c.given)), c.result);
}

CAF_TEST(symbols is another name of symbol and wins) {
  struct {
    std::string_view message;
    std::string_view result;
  } cases[] = {
    {R"({"params":{"symbols":["A","B"]}})", "replace A B"},
    {R"({"params":{"symbols":"A","symbol":"B"}})", "replace A"},
    {R"({"params":{"symbol":"B","symbols":["A"]}})", "replace A"},
    {R"({"params":{"symbol":5,"symbols":["A"]}})", "replace A"},
    {R"({"params":{"symbols":[],"symbol":"B"}})", "replace"},
    {R"({"params":{"symbols":null,"symbol":"B"}})", "replace B"},
    {R"({"params":{"symbols":"A","symbols":null,"symbol":"B"}})", "replace B"},
    {R"({"params":{"symbol":"B","symbols":5}})",
     "invalid: symbol must be a string or an array of strings"},
    {R"({"params":{"symbols":"A"},"params":{"symbol":"B"}})", "replace B"},
  };
  for (auto& c : cases) {
    CAF_MESSAGE(c.message);
    CAF_CHECK_EQUAL(read(c.message), c.result);
  }
  CAF_CHECK_EQUAL(read(R"({"symbols":["A"]})"),
                  "invalid: " + right_form("symbols"));
}

// A GET and a message of the same parameters ask for the same.
CAF_TEST(a query and a message mean the same whatever the widget has) {
  const symbol_params usual;
  const symbol_params none{.declared = false, .others = {"ticker"}};
  const symbol_params fund{.names = {"fund", "symbols", "symbol"}};
  using params = std::vector<std::pair<std::string, std::string>>;
  struct {
    const symbol_params& which;
    std::string_view values; ///< of a message
    params query;
    std::string_view result;
  } cases[] = {
    {usual, "{}", {}, "replace"},
    {usual, R"({"symbol":""})", {{"symbol", ""}}, "replace"},
    {usual, R"({"symbol":"*"})", {{"symbol", "*"}}, "all"},
    {usual, R"({"symbol":"A,B"})", {{"symbol", "A,B"}}, "replace A B"},
    {none, "{}", {}, "all"},
    {none, R"({"symbol":null})", {}, "all"},
    {none, R"({"ticker":"A"})", {{"ticker", "A"}}, "all"},
    {none, R"({"symbol":[]})", {{"symbol", ""}}, "replace"},
    {none, R"({"symbol":"A"})", {{"symbol", "A"}}, "replace A"},
    {fund, "{}", {}, "replace"},
    {fund, R"({"fund":[]})", {{"fund", ""}}, "replace"},
    {fund,
     R"({"fund":["VTI","VOO"]})",
     {{"fund", "VTI,VOO"}},
     "replace VTI VOO"},
    {fund,
     R"({"symbol":"A","fund":"B"})",
     {{"symbol", "A"}, {"fund", "B"}},
     "replace B"},
    {fund, R"({"symbol":"A"})", {{"symbol", "A"}}, "replace A"},
  };
  for (auto& c : cases) {
    CAF_MESSAGE(c.values);
    CAF_CHECK_EQUAL(
      read(R"({"params":)" + std::string{c.values} + '}', c.which), c.result);
    CAF_CHECK_EQUAL(show(read_symbols(c.query, c.which)), c.result);
  }
}

CAF_TEST(a message without parameters is heard where there is one answer) {
  const symbol_params none{.declared = false};
  for (auto text : {"{}", R"({"type":"params"})", R"({"params":null})"}) {
    CAF_MESSAGE(text);
    CAF_CHECK_EQUAL(read(text), "keep");
    CAF_CHECK_EQUAL(read(text, none), "all");
  }
}

CAF_TEST(the right form has the name that the widget has) {
  const symbol_params fund{.names = {"fund"}, .others = {"symbol"}};
  CAF_CHECK_EQUAL(read(R"({"fund":"A"})", fund),
                  R"(invalid: no symbols in 'fund': send )"
                  R"({"params":{"fund":["AAPL","MSFT"]}})");
  CAF_CHECK_EQUAL(read(R"({"params":{"fund":5}})", fund),
                  "invalid: fund must be a string or an array of strings");
  CAF_CHECK_EQUAL(read(R"({"params":{"symbol":"A"}})", fund), "replace");
  CAF_CHECK_EQUAL(read(R"({"params":{"ticker":"A"}})", fund),
                  R"(invalid: no symbols in 'ticker': send )"
                  R"({"params":{"fund":["AAPL","MSFT"]}})");
}

using forms = std::vector<std::string>;

/// What a form asks for, in a word of README's.
std::string word_for(std::string_view result) {
  if (result == "keep")
    return "as before";
  if (result == "replace")
    return "none";
  return std::string{result.substr(result.starts_with("replace ") ? 8 : 0)};
}

/// The one answer that all forms of a line of README get; a fault if they get
/// several.
std::string answer_of(const forms& queries, const forms& messages,
                      const symbol_params& which) {
  std::string result;
  auto note = [&](const std::string& x) {
    CAF_CHECK(result.empty() || result == x);
    result = x;
  };
  for (const auto& x : queries)
    note(word_for(show(read_symbols(*parse_query(x), which))));
  for (const auto& x : messages)
    note(word_for(read(x, which)));
  return result;
}

std::string in_code(const forms& xs, std::string_view otherwise) {
  std::string result;
  for (const auto& x : xs) {
    result += result.empty() ? "" : ", ";
    result += x.empty() ? std::string{otherwise} : '`' + x + '`';
  }
  return result;
}

CAF_TEST(what each form of asking means stands in README) {
  const symbol_params has_one;
  const symbol_params has_none{.declared = false};
  struct {
    forms queries;
    forms values; ///< members of `params`
  } lines[] = {
    {{"symbol=A,B", "symbol=A&symbol=B"},
     {R"("symbol":["A","B"])", R"("symbol":"A,B")"}},
    {{"symbol=*"}, {R"("symbol":"*")", R"("symbol":["A","*"])"}},
    {{"symbol="}, {R"("symbol":[])", R"("symbol":"")"}},
    {{""}, {"", R"("symbol":null)"}},
  };
  std::string table = "| GET | WebSocket, in `params` | a widget that has a "
                      "param for symbols | one that has none |\n"
                      "|---|---|---|---|\n";
  for (const auto& x : lines) {
    forms messages;
    for (const auto& y : x.values)
      messages.push_back(R"({"type":"params","params":{)" + y + "}}");
    table += "| " + in_code(x.queries, "no `symbol`") + " | "
             + in_code(x.values, "no `symbol`") + " | "
             + answer_of(x.queries, messages, has_one) + " | "
             + answer_of(x.queries, messages, has_none) + " |\n";
  }
  const forms bare{"{}", R"({"type":"params"})"};
  table += "| | no `params` | " + answer_of({}, bare, has_one) + " | "
           + answer_of({}, bare, has_none) + " |\n";
  CAF_CHECK_EQUAL(test::fault_of_table("README.md", table), "");
}

} // namespace
