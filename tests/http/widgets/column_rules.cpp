#define CAF_SUITE http.widgets.column_rules

#include "livegrid/http/widgets/column_rules.hpp"

#include <string>

#include "unit_test.hpp"

using namespace livegrid;

namespace {

/// What a rule finds wrong: path and reason, or "ok".
std::string check(const json_rules::rule& rule, const std::string& text) {
  rapidjson::Document doc;
  doc.Parse(text.data(), text.size());
  if (doc.HasParseError())
    CAF_FAIL("the test's own JSON is bad: " << text);
  auto bad = rule(doc);
  return bad ? bad->path + ": " + bad->reason : "ok";
}

/// Checks a good column with one more member.
std::string check_column(const std::string& more) {
  return check(column_rule(), R"({"field":"f","headerName":"F",)" + more + '}');
}

struct rule_case {
  const char* more;
  const char* outcome;
};

template <std::size_t N, class F>
void run(const rule_case (&cases)[N], F f) {
  for (const auto& c : cases) {
    CAF_MESSAGE(c.more);
    CAF_CHECK_EQUAL(f(c.more), c.outcome);
  }
}

} // namespace

CAF_TEST(members_of_a_table) {
  rule_case cases[] = {
    {"{}", "ok"},
    {"[]", ": must be an object, not an array"},
    {R"({"showAll":1})", ".showAll: must be true or false, not 1"},
    {R"({"showAll":null})", ".showAll: must be true or false, not null"},
    {R"({"transpose":null,"formatterFn":null})", "ok"},
    {R"({"enableAdvanced":"no"})",
     R"(.enableAdvanced: must be true or false, not "no")"},
    {R"({"formatterFn":"currency"})",
     R"(.formatterFn: "currency" is none of int, none, percent, normalized, )"
     "normalizedPercent, dateToYear"},
    {R"({"period":true})", "ok"},
    {R"({"period":["a"]})", "ok"},
    {R"({"period":"a"})",
     R"(.period: must be true, false or an array of strings, not "a")"},
    {R"({"chartView":{"enabled":true,"chartType":"funnel",)"
     R"("cellRangeCols":{"line":["a"],"bar":null}}})",
     "ok"},
    {R"({"chartView":{"enabled":1}})",
     ".chartView.enabled: must be true or false, not 1"},
    {R"({"chartView":{"cellRangeCols":{"line":[1]}}})",
     R"(.chartView.cellRangeCols["line"][0]: must be a string, not 1)"},
    {R"({"columnsDefs":{}})", ".columnsDefs: must be an array, not an object"},
    {R"({"columnsDefs":[{"field":"a","headerName":"A"},"b"]})",
     R"(.columnsDefs[1]: must be an object, not "b")"},
    {R"({"columnsDefs":[{"headerName":"A"}]})",
     ".columnsDefs[0].field: is missing"},
    {R"({"columnsDefs":[{"field":"a"}]})",
     ".columnsDefs[0].headerName: is missing"},
    {R"({"columnsDefs":[{"field":"a","headerName":null}]})",
     ".columnsDefs[0].headerName: must be a string, not null"},
  };
  run(cases, [](const char* text) { return check(table_rule(), text); });
  auto chart = [](const std::string& view) {
    return check(table_rule(), R"({"chartView":)" + view + '}');
  };
  CAF_CHECK_EQUAL(chart(R"({"chartType":"spiral"})").substr(0, 42),
                  R"(.chartView.chartType: "spiral" is none of )");
  CAF_CHECK_EQUAL(chart(R"({"cellRangeCols":{"spiral":[]}})").substr(0, 46),
                  R"(.chartView.cellRangeCols: "spiral" is none of )");
}

CAF_TEST(members_of_a_column) {
  rule_case cases[] = {
    {R"("enableCellChangeWs":null)", "ok"},
    {R"("enableCellChangeWs":"false")",
     R"(.enableCellChangeWs: must be true or false, not "false")"},
    {R"("cellDataType":"dateString","chartDataType":"series")", "ok"},
    {R"("cellDataType":"string")",
     R"(.cellDataType: "string" is none of text, number, boolean, date, )"
     "dateString, object"},
    {R"("cellDataType":null)", ".cellDataType: must be one of text, number, "
                               "boolean, date, dateString, object, not null"},
    {R"("chartDataType":"x")", R"(.chartDataType: "x" is none of category, )"
                               "series, time, excluded"},
    {R"("formatterFn":"normalizedPercent")", "ok"},
    {R"("formatterFn":null)", "ok"},
    {R"("formatterFn":"currency")",
     R"(.formatterFn: "currency" is none of int, none, percent, normalized, )"
     "normalizedPercent, dateToYear"},
    {R"("decimalPlaces":0)", "ok"},
    {R"("decimalPlaces":6)", "ok"},
    {R"("decimalPlaces":7)",
     ".decimalPlaces: must be a number from 0 to 6, not 7"},
    {R"("decimalPlaces":-1)",
     ".decimalPlaces: must be a number from 0 to 6, not -1"},
    {R"("decimalPlaces":"2")",
     R"(.decimalPlaces: must be a number from 0 to 6, not "2")"},
    {R"("prefix":1)", ".prefix: must be a string, not 1"},
    {R"("suffix":null)", ".suffix: must be a string, not null"},
    {R"("width":null,"minWidth":50,"maxWidth":99.5,"hide":null)", "ok"},
    {R"("width":"50px")", R"(.width: must be a number, not "50px")"},
    {R"("hide":1)", ".hide: must be true or false, not 1"},
    {R"("pinned":"left")", "ok"},
    {R"("pinned":true)", "ok"},
    {R"("pinned":"top")",
     R"(.pinned: must be left, right, true or false, not "top")"},
    {R"("align":"center")", "ok"},
    {R"("align":null)", ".align: must be one of left, center, right, not null"},
    {R"("headerTooltip":null,"rowGroup":true,"aggFunc":"sum","pivot":false)",
     "ok"},
    {R"("aggFunc":1)", ".aggFunc: must be a string, not 1"},
    {R"("flex":"anything")", "ok"},
  };
  run(cases, check_column);
}

CAF_TEST(render_functions) {
  auto list = "greenRed, titleCase, hoverCard, cellOnClick, columnColor, "
              "showCellChange";
  for (auto good : {R"("greenRed")", R"("greenRed,titleCase")",
                    R"(" hoverCard , cellOnClick ")", "[]", "null",
                    R"(["columnColor"," showCellChange "])"}) {
    CAF_MESSAGE(good);
    CAF_CHECK_EQUAL(check_column(std::string{R"("renderFn":)"} + good), "ok");
  }
  struct {
    const char* json;
    std::string outcome;
  } cases[] = {
    {R"("green")", R"(.renderFn: "green" is none of )" + std::string{list}},
    {R"("greenRed,x")", R"(.renderFn: "x" is none of )" + std::string{list}},
    {R"("greenRed,")", R"(.renderFn: "" is none of )" + std::string{list}},
    {R"("")", R"(.renderFn: "" is none of )" + std::string{list}},
    {R"(["greenRed","x"])",
     R"(.renderFn[1]: "x" is none of )" + std::string{list}},
    {R"([1])", ".renderFn[0]: must be one of " + std::string{list} + ", not 1"},
    {"true", ".renderFn: must be a name, names between commas or an array of "
             "names, not true"},
  };
  for (const auto& c : cases) {
    CAF_MESSAGE(c.json);
    CAF_CHECK_EQUAL(check_column(std::string{R"("renderFn":)"} + c.json),
                    c.outcome);
  }
}

CAF_TEST(parameters_of_render_functions) {
  rule_case cases[] = {
    {"null", "ok"},
    {R"({"colorValueKey":null,"colorRules":null,"own":[1]})", "ok"},
    {"[]", ".renderFnParams: must be an object, not an array"},
    {R"({"colorValueKey":1})",
     ".renderFnParams.colorValueKey: must be a string, not 1"},
    {R"({"hoverCard":{"cellField":"value","title":"t","markdown":"m"}})", "ok"},
    {R"({"hoverCard":{"title":1}})",
     ".renderFnParams.hoverCard.title: must be a string, not 1"},
    {R"({"actionType":"openUrl"})",
     R"(.renderFnParams.actionType: "openUrl" is none of groupBy, )"
     "sendToAgent"},
    {R"({"actionType":"groupBy"})", ".renderFnParams.groupBy: is missing"},
    {R"({"actionType":"groupBy","groupBy":{}})",
     ".renderFnParams.groupBy.paramName: is missing"},
    {R"({"actionType":"groupBy","groupBy":{"paramName":""}})",
     ".renderFnParams.groupBy.paramName: is empty"},
    {R"({"actionType":"groupBy","groupBy":{"paramName":"symbol",)"
     R"("valueField":"f","forceUpdate":true}})",
     "ok"},
    {R"({"groupBy":{"valueField":"f"}})",
     ".renderFnParams.groupBy.paramName: is missing"},
    {R"({"actionType":"groupBy","groupByParamName":"symbol"})", "ok"},
    {R"({"actionType":"groupBy","groupByParamName":"symbol",)"
     R"("groupBy":{"valueField":"f"}})",
     "ok"},
    {R"({"actionType":"groupBy","groupByParamName":""})",
     ".renderFnParams.groupByParamName: is empty"},
    {R"({"actionType":"sendToAgent"})",
     ".renderFnParams.sendToAgent: is missing"},
    {R"({"actionType":"sendToAgent","sendToAgent":{}})",
     ".renderFnParams.sendToAgent.markdown: is missing"},
    {R"({"actionType":"sendToAgent","sendToAgent":{"markdown":"m",)"
     R"("agentId":null}})",
     "ok"},
  };
  run(cases, [](const char* json) {
    return check_column(std::string{R"("renderFnParams":)"} + json);
  });
}

CAF_TEST(color_rules) {
  rule_case cases[] = {
    {R"({"condition":"gt","value":0,"color":"green"})", "ok"},
    {R"({"condition":"contains","value":"a","color":"#0aF","fill":true})",
     "ok"},
    {R"({"condition":"between","range":{"min":1,"max":2},"color":"#00aaFF"})",
     "ok"},
    {R"({"value":0,"color":"green"})", ".condition: is missing"},
    {R"({"condition":"above","value":0,"color":"green"})",
     R"(.condition: "above" is none of eq, ne, gt, lt, gte, lte, contains, )"
     "notContains, between"},
    {R"({"condition":"gt","color":"green"})", ".value: is missing"},
    {R"({"condition":"gt","value":true,"color":"green"})",
     ".value: must be a string or a number, not true"},
    {R"({"condition":"gt","value":0})", ".color: is missing"},
    {R"({"condition":"gt","value":0,"color":"yellow"})",
     R"(.color: must be green, red, blue, #RGB or #RRGGBB, not "yellow")"},
    {R"({"condition":"gt","value":0,"color":"#12"})",
     R"(.color: must be green, red, blue, #RGB or #RRGGBB, not "#12")"},
    {R"({"condition":"gt","value":0,"color":"#12g"})",
     R"(.color: must be green, red, blue, #RGB or #RRGGBB, not "#12g")"},
    {R"({"condition":"gt","value":0,"color":5})",
     ".color: must be green, red, blue, #RGB or #RRGGBB, not 5"},
    {R"({"condition":"gt","value":0,"color":"red","fill":1})",
     ".fill: must be true or false, not 1"},
    {R"({"condition":"between","value":1,"color":"red"})",
     ".range: is missing"},
    {R"({"condition":"between","range":{"min":1},"color":"red"})",
     ".range.max: is missing"},
    {R"({"condition":"between","range":{"min":"1","max":2},"color":"red"})",
     R"(.range.min: must be a number, not "1")"},
    {R"("gt")", R"(: must be an object, not "gt")"},
  };
  for (const auto& c : cases) {
    CAF_MESSAGE(c.more);
    auto outcome = std::string{c.outcome};
    auto good = R"({"condition":"eq","value":"x","color":"blue"})";
    CAF_CHECK_EQUAL(
      check_column(std::string{R"("renderFnParams":)"} + R"({"colorRules":[)"
                   + good + ',' + c.more + "]}"),
      outcome == "ok" ? outcome : ".renderFnParams.colorRules[1]" + outcome);
  }
  CAF_CHECK_EQUAL(check_column(R"("renderFnParams":{"colorRules":{}})"),
                  ".renderFnParams.colorRules: must be an array, not an "
                  "object");
}

CAF_TEST(a_column_may_have_a_sparkline) {
  CAF_CHECK_EQUAL(check_column(R"("sparkline":{"type":"line"})"), "ok");
  CAF_CHECK_EQUAL(check_column(R"("sparkline":{})"),
                  ".sparkline.type: is missing");
}
