#define CAF_SUITE http.widgets.param_rules

#include "livegrid/http/widgets/param_rules.hpp"

#include <string>

#include "widget_fault.hpp"

using namespace livegrid;
using namespace livegrid::test;

namespace {

/// What is wrong with a widget's params: path and reason, or "ok".
std::string check(const std::string& params,
                  const std::string& type = "table") {
  return fault_of_widget(
    widget_with(R"("type":")" + type + R"(","params":)" + params));
}

struct rule_case {
  const char* json;
  const char* outcome;
};

} // namespace

CAF_TEST(params_are_an_array_or_rows) {
  rule_case cases[] = {
    {"null", "ok"},
    {"[]", "ok"},
    {R"([{"paramName":"a"}])", "ok"},
    {R"([[{"paramName":"a"},{"paramName":"b"}],[{"paramName":"c"}]])", "ok"},
    {R"([{"paramName":"a"},[{"paramName":"b"}]])", "ok"},
    {"{}", ".params: must be an array, not an object"},
    {R"(["a"])", R"(.params[0]: must be an object, not "a")"},
    {R"([[{"paramName":"a"},{}]])", ".params[0][1].paramName: is missing"},
    {R"([[[]]])", ".params[0][0]: must be an object, not an array"},
  };
  for (const auto& c : cases) {
    CAF_MESSAGE(c.json);
    CAF_CHECK_EQUAL(check(c.json), c.outcome);
  }
}

CAF_TEST(members_of_a_param) {
  rule_case cases[] = {
    {R"("label":null,"description":{"any":1},"options":null,"show":null)",
     "ok"},
    {R"("type":"select")",
     R"(.type: "select" is none of text, date, ticker, number, boolean, )"
     "endpoint, form, tabs, button"},
    {R"("type":5)", ".type: must be one of text, date, ticker, number, "
                    "boolean, endpoint, form, tabs, button, not 5"},
    {R"("label":1)", ".label: must be a string, not 1"},
    {R"("show":"no")", R"(.show: must be true or false, not "no")"},
    {R"("multiSelect":null)", ".multiSelect: must be true or false, not null"},
    {R"("multiple":true)", "ok"},
    {R"("type":"text","multiple":true)", "ok"},
    {R"("type":"number","multiple":true)",
     R"(.multiple: can only be true where type is "text")"},
    {R"("options":[{"label":"A","value":1},{"label":"B","value":null},)"
     R"({"label":"C","value":false,"extraInfo":{}},{"label":"D"}])",
     "ok"},
    {R"("options":["A"])", R"(.options[0]: must be an object, not "A")"},
    {R"("options":[{"value":1}])", ".options[0].label: is missing"},
    {R"("options":[{"label":"A","value":[]}])",
     ".options[0].value: must be a string, a number, true, false or null, "
     "not "
     "an array"},
    {R"("type":"tabs","options":[{"label":"A","value":"a"}])", "ok"},
    {R"("type":"tabs","options":[{"label":"A","value":1}])",
     ".options[0].value: must be a string, not 1"},
    {R"("type":"endpoint","optionsEndpoint":"symbols",)"
     R"("optionsParams":{"market":"$market"})",
     "ok"},
    {R"("type":"endpoint","optionsEndpoint":1)",
     ".optionsEndpoint: must be a string, not 1"},
    {R"("optionsParams":[])", ".optionsParams: must be an object, not an "
                              "array"},
    {R"("style":{"popupWidth":100})", "ok"},
    {R"("style":{"popupWidth":1001})",
     ".style.popupWidth: must be a number from 100 to 1000, not 1001"},
    {R"("roles":"fileSelector")",
     R"(.roles: must be an array, not "fileSelector")"},
    {R"("language":"sql")", "ok"},
    {R"("language":"cobol")",
     R"(.language: "cobol" is none of sql, javascript, python, json, html, )"
     "css, markdown, xml, text"},
    {R"("type":"date","language":"cobol")", "ok"},
  };
  for (const auto& c : cases) {
    CAF_MESSAGE(c.json);
    auto outcome = std::string{c.outcome};
    CAF_CHECK_EQUAL(check(std::string{R"([{"paramName":"p",)"} + c.json + "}]"),
                    outcome == "ok" ? outcome : ".params[0]" + outcome);
  }
  CAF_CHECK_EQUAL(check(R"([{"paramName":""}])"),
                  ".params[0].paramName: is empty");
}

CAF_TEST(a_value_must_fit_its_type) {
  rule_case cases[] = {
    {R"("type":"text","value":["A","B"])", "ok"},
    {R"("type":"text","value":5)", "ok"},
    {R"("value":"A")", "ok"},
    {R"("value":5)", ".value: must be a string, not 5"},
    {R"("value":0)", "ok"},
    {R"("value":["A"])", ".value: must be a string, not an array"},
    {R"("type":"number","value":1.5)", "ok"},
    {R"("type":"number","value":"1.5")", "ok"},
    {R"("type":"number","value":"")", "ok"},
    {R"("type":"number","value":"1.5 kg")",
     R"(.value: must be a number or a string that holds one, not "1.5 kg")"},
    {R"("type":"number","value":"inf")",
     R"(.value: must be a number or a string that holds one, not "inf")"},
    {R"("type":"number","value":true)",
     ".value: must be a number or a string that holds one, not true"},
    {R"("type":"boolean","value":true)", "ok"},
    {R"("type":"boolean","value":null)", "ok"},
    {R"("type":"boolean","value":"true")",
     R"(.value: must be true or false, not "true")"},
    {R"("type":"date","value":"$currentDate-1w")", "ok"},
    {R"("type":"date","value":20240101)",
     ".value: must be a string, not 20240101"},
    {R"("type":"ticker","value":["A"])",
     ".value: must be a string, not an array"},
    {R"("type":"tabs","value":1)", ".value: must be a string, not 1"},
    {R"("type":"button","value":1)", "ok"},
    {R"("type":"button","value":{})", ".value: must be a string, a number, "
                                      "true, false or null, not an object"},
    {R"("type":"endpoint","value":{"any":["thing"]})", "ok"},
  };
  for (const auto& c : cases) {
    CAF_MESSAGE(c.json);
    auto outcome = std::string{c.outcome};
    CAF_CHECK_EQUAL(check(std::string{R"([{"paramName":"p",)"} + c.json + "}]"),
                    outcome == "ok" ? outcome : ".params[0]" + outcome);
  }
  CAF_MESSAGE("a param called date is one");
  CAF_CHECK_EQUAL(check(R"([{"paramName":"date","multiple":true}])"),
                  R"(.params[0].multiple: can only be true where type is )"
                  R"("text")");
}

CAF_TEST(forms) {
  rule_case cases[] = {
    {R"({"type":"form"})", "ok"},
    {R"({"type":"form","endpoint":"submit","method":"PUT","inputParams":)"
     R"([{"paramName":"a","type":"button","value":{"any":1}}]})",
     "ok"},
    {R"({"type":"form","method":"GET"})",
     R"(.method: "GET" is none of POST, PUT)"},
    {R"({"type":"form","endpoint":1})", ".endpoint: must be a string, not 1"},
    {R"({"type":"form","inputParams":[{"type":"text"}]})",
     ".inputParams[0].paramName: is missing"},
    {R"({"type":"form","inputParams":[{"paramName":"a","type":"tabs"}]})",
     R"(.inputParams[0].type: "tabs" is none of date, boolean, endpoint, )"
     "number, text, button"},
    {R"({"type":"form","inputParams":[{"paramName":"a","hidden":1}]})",
     ".inputParams[0].hidden: must be true or false, not 1"},
  };
  for (const auto& c : cases) {
    CAF_MESSAGE(c.json);
    auto outcome = std::string{c.outcome};
    CAF_CHECK_EQUAL(check(std::string{"["} + c.json + "]"),
                    outcome == "ok" ? outcome : ".params[0]" + outcome);
  }
}

CAF_TEST(file_selectors) {
  auto selector = [](const std::string& type) {
    return R"({"paramName":"f","roles":["fileSelector"],"type":")" + type
           + R"("})";
  };
  auto missing = ".params: a multi_file_viewer needs a param of type "
                 "\"endpoint\" with the role \"fileSelector\"";
  auto viewer = "multi_file_viewer";
  CAF_CHECK_EQUAL(check('[' + selector("endpoint") + ']', viewer), "ok");
  CAF_CHECK_EQUAL(check("[[" + selector("endpoint") + "]]", viewer), "ok");
  CAF_CHECK_EQUAL(check('[' + selector("text") + ']', viewer), missing);
  CAF_CHECK_EQUAL(check("[]", viewer), missing);
  CAF_CHECK_EQUAL(check("null", viewer), missing);
  CAF_CHECK_EQUAL(
    check('[' + selector("endpoint") + ",[" + selector("text") + "]]"),
    R"(.params: only one may have the role "fileSelector")");
}
