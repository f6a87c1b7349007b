#define CAF_SUITE http.widgets.widget_symbols

#include "livegrid/http/widgets/widget_symbols.hpp"

#include <string>
#include <string_view>
#include <vector>

#include "livegrid/http/json/json_rules.hpp"

#include "unit_test.hpp"

using namespace livegrid;

namespace {

using patterns = std::vector<std::string>;

/// Narrows whole definitions for somebody who may see these symbols.
std::string narrow_all(const std::string& json, patterns to) {
  rapidjson::Document doc;
  doc.Parse(json.data(), json.size());
  if (doc.HasParseError())
    CAF_FAIL("the test's own JSON is bad: " << json);
  narrow_symbols(doc, symbol_filter{std::move(to)});
  return json_rules::to_json(doc);
}

/// Narrows the members that a `symbol` param has besides its name.
std::string narrow(const std::string& members, patterns to) {
  const std::string before =
    R"({"g":{"type":"live_grid","params":[{"paramName":"symbol")";
  const std::string after = "}]}}";
  auto out = narrow_all(before + (members.empty() ? "" : "," + members) + after,
                        std::move(to));
  CAF_REQUIRE(out.starts_with(before) && out.ends_with(after));
  out = out.substr(before.size(), out.size() - before.size() - after.size());
  return out.empty() ? out : out.substr(1);
}

} // namespace

CAF_TEST(a default keeps what may be seen) {
  struct {
    std::string value;
    patterns to;
    std::string narrowed;
  } cases[] = {
    {R"("A")", {"A", "B"}, R"("A")"},
    {R"("A,C, B")", {"A", "B"}, R"("A,B")"},
    {R"(["A","C","B"])", {"A", "B"}, R"(["A","B"])"},
    {R"("AX")", {"A*"}, R"("AX")"},
    {R"("*")", {"A"}, R"("*")"},
    {R"("C,*")", {"A"}, R"("*")"},
    // One that may be seen steps in.
    {R"("C")", {"A", "B"}, R"("A")"},
    {R"(["C"])", {"X*", "B"}, R"(["B"])"},
    {R"("a b")", {"A"}, R"("A")"},
    // Where none is known by name, all that may be seen.
    {R"("C")", {"A*"}, R"("*")"},
    // Without a default none is refused.
    {R"("")", {"A"}, R"("")"},
    {R"([])", {"A"}, R"([])"},
    {"null", {"A"}, "null"},
    {"5", {"A"}, "5"},
  };
  for (auto& c : cases) {
    CAF_MESSAGE(c.value);
    CAF_CHECK_EQUAL(narrow(R"("value":)" + c.value, c.to),
                    R"("value":)" + c.narrowed);
  }
  CAF_CHECK_EQUAL(narrow("", {"A"}), "");
}

CAF_TEST(options keep what may be seen with all that they say) {
  const std::string a = R"({"label":"Apple","value":"A","extra":[1]})";
  const std::string b = R"({"label":"B","value":"B"})";
  const std::string all = R"({"label":"All","value":"*"})";
  auto options = [](const std::string& list, patterns to) {
    return narrow(R"("options":[)" + list + "]", std::move(to));
  };
  auto list = [](const std::string& x) { return R"("options":[)" + x + "]"; };
  CAF_CHECK_EQUAL(options(a + "," + b, {"A"}), list(a));
  CAF_CHECK_EQUAL(options(b + "," + a, {"A*", "B"}), list(b + "," + a));
  CAF_CHECK_EQUAL(options(a + "," + all, {"C"}), list(all));
  // Where none is left, those known by name stand there.
  CAF_CHECK_EQUAL(
    options(a, {"X*", "C", "D"}),
    list(R"({"label":"C","value":"C"},{"label":"D","value":"D"})"));
  CAF_CHECK_EQUAL(options(a, {"X*"}), list(""));
  // What has no name of a symbol shows none.
  CAF_CHECK_EQUAL(
    options(R"({"label":"A"},{"value":5},{"value":"a b"},)" + a, {"A"}),
    list(a));
  CAF_CHECK_EQUAL(options("", {"A"}), list(""));
}

CAF_TEST(the default that steps in is one that can be picked) {
  const std::string b = R"({"label":"B","value":"B"})";
  const std::string c = R"({"label":"C","value":"C"})";
  CAF_CHECK_EQUAL(narrow(R"("options":[)" + c + "," + b + R"(],"value":"X")",
                         {"A", "B", "C"}),
                  R"("options":[)" + c + "," + b + R"(],"value":"C")");
  CAF_CHECK_EQUAL(narrow(R"("value":"X","options":[)" + c + "]", {"A", "B"}),
                  R"("value":"A","options":[{"label":"A","value":"A"},)"
                  R"({"label":"B","value":"B"}])");
}

CAF_TEST(params of other names and widgets of other types stay) {
  const std::string param =
    R"({"paramName":"other","value":"X","options":[{"value":"X"}]})";
  const std::string table =
    R"({"type":"table","params":[{"paramName":"symbol",)"
    R"("value":"X"}]})";
  const std::string json = R"({"g":{"type":"live_grid","params":[)" + param
                           + R"(]},"t":)" + table + R"(,"e":{"type":)"
                           + R"("live_grid"}})";
  CAF_CHECK_EQUAL(narrow_all(json, {"A"}), json);
  CAF_CHECK_EQUAL(narrow_all("{}", {"A"}), "{}");
}

CAF_TEST(all grids are narrowed and params in rows as well) {
  auto grid = [](const std::string& value) {
    return R"({"type":"live_grid","params":[[{"paramName":"x"}],)"
           R"([{"paramName":"symbol","value":")"
           + value + R"("}]]})";
  };
  CAF_CHECK_EQUAL(
    narrow_all("{\"a\":" + grid("X") + ",\"b\":" + grid("Y") + "}", {"A"}),
    "{\"a\":" + grid("A") + ",\"b\":" + grid("A") + "}");
}

CAF_TEST(the param that a widget has for symbols is narrowed) {
  const std::string before =
    R"({"g":{"type":"live_grid","params":[{"paramName":"fund","value":)";
  const std::string after = R"(}],"data":{"wsSymbolParam":"fund"}}})";
  CAF_CHECK_EQUAL(narrow_all(before + R"("A,C")" + after, {"A"}),
                  before + R"("A")" + after);
  // One that is for something else stays as it is.
  const std::string other =
    R"({"g":{"type":"live_grid","params":[{"paramName":"fund","value":"C"}]}})";
  CAF_CHECK_EQUAL(narrow_all(other, {"A"}), other);
}
