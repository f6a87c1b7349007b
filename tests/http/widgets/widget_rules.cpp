#define CAF_SUITE http.widgets.widget_rules

#include "livegrid/http/widgets/widget_rules.hpp"

#include <string>

#include "widget_fault.hpp"

using namespace livegrid;
using namespace livegrid::test;

namespace {

struct rule_case {
  const char* more;
  const char* outcome;
};

template <std::size_t N>
void run(const rule_case (&cases)[N]) {
  for (const auto& c : cases) {
    CAF_MESSAGE(c.more);
    CAF_CHECK_EQUAL(fault_of_widget(widget_with(c.more)), c.outcome);
  }
}

} // namespace

CAF_TEST(three_members_are_required) {
  struct {
    const char* text;
    const char* outcome;
  } cases[] = {
    {R"({"name":"n","description":"d","endpoint":"e"})", "ok"},
    {R"({"description":"d","endpoint":"e"})", ".name: is missing"},
    {R"({"name":"n","endpoint":"e"})", ".description: is missing"},
    {R"({"name":"n","description":"d"})", ".endpoint: is missing"},
    {R"({"name":null,"description":"d","endpoint":"e"})",
     ".name: must be a string, not null"},
    {R"({"name":"n","description":["d"],"endpoint":"e"})",
     ".description: must be a string, not an array"},
    {R"({"name":"n","description":"d","endpoint":{}})",
     ".endpoint: must be a string, not an object"},
    {"7", ": must be an object, not 7"},
  };
  for (const auto& c : cases) {
    CAF_MESSAGE(c.text);
    CAF_CHECK_EQUAL(fault_of_widget(c.text), c.outcome);
  }
}

CAF_TEST(members_of_a_widget) {
  rule_case cases[] = {
    {R"("type":null,"defaultViz":"note","showTitle":null)", "ok"},
    {R"("type":"live_feed")",
     R"(.type: "live_feed" is none of advanced_charting, chart, )"
     "chart-highcharts, chart-vegalite, file_viewer, html, iframe, "
     "live_grid, markdown, metric, multi_file_viewer, newsfeed, note, "
     "rich_note, omni, pdf, table, ssrm_table, ssrm_advanced, youtube"},
    {R"("showTitle":"yes")", R"(.showTitle: must be true or false, not "yes")"},
    {R"("category":null)", ".category: must be a string, not null"},
    {R"("subCategory":1)", ".subCategory: must be a string, not 1"},
    {R"("source":"a")", "ok"},
    {R"("source":["a","b"])", "ok"},
    {R"("source":[])", "ok"},
    {R"("source":["a",1])", ".source[1]: must be a string, not 1"},
    {R"("source":1.5)",
     ".source: must be a string or an array of strings, not 1.5"},
    {R"("wsEndpoint":false)", ".wsEndpoint: must be a string, not false"},
    {R"("groupById":null)", "ok"},
    {R"("gridData":{"w":20,"h":9,"minW":10})", "ok"},
    {R"("gridData":{"w":20})", ".gridData.h: is missing"},
    {R"("gridData":{"w":"20","h":9})",
     R"(.gridData.w: must be a number from 0 to 40, not "20")"},
    {R"("gridData":{"w":41,"h":9})",
     ".gridData.w: must be a number from 0 to 40, not 41"},
    {R"("gridData":{"w":20,"h":0})", ".gridData.h: must be more than 0"},
    {R"("gridData":{"w":20,"h":-1})",
     ".gridData.h: must be a number from 0 to 1000, not -1"},
    {R"("gridData":null)", ".gridData: must be an object, not null"},
    {R"("staleTime":1000)", "ok"},
    {R"("staleTime":false)", "ok"},
    {R"("staleTime":999)", ".staleTime: must be a number of at least 1000 "
                           "(milliseconds) or false, not 999"},
    {R"("staleTime":true)", ".staleTime: must be a number of at least 1000 "
                            "(milliseconds) or false, not true"},
    {R"("dataUpdateDisplay":"0 9 * * MON-FRI")", "ok"},
    {R"("dataUpdateDisplay":"at nine")",
     R"(.dataUpdateDisplay: must be a cron expression such as )"
     R"("*/5 * * * *", not "at nine")"},
    {R"("runButton":0)", ".runButton: must be true or false, not 0"},
    {R"("copilotParseAs":"structured")", "ok"},
    {R"("copilotParseAs":"text")",
     R"(.copilotParseAs: "text" is none of structured, unstructured)"},
    {R"("raw":null)", ".raw: must be true or false, not null"},
    {R"("exportable":1)", ".exportable: must be true or false, not 1"},
    {R"("storage":[])", ".storage: must be an object, not an array"},
    {R"("imgUrl":5)", "ok"},
    {R"("data":null)", ".data: must be an object, not null"},
    {R"("data":{"dataKey":1})", ".data.dataKey: must be a string, not 1"},
    {R"("data":{"wsRowIdColumn":["a"],"wsRowIdColumns":["b"]})", "ok"},
    {R"("data":{"wsRowIdColumn":7})",
     ".data.wsRowIdColumn: must be a string or an array of strings, not 7"},
    {R"("data":{"wsRowIdColumns":"a"})",
     R"(.data.wsRowIdColumns: must be an array, not "a")"},
    {R"("data":{"wsRowIdColumns":["a",null]})",
     ".data.wsRowIdColumns[1]: must be a string, not null"},
  };
  run(cases);
}

CAF_TEST(refetchInterval) {
  auto reason = [](const std::string& x) {
    return ".refetchInterval: must be a number of at least 1000 "
           "(milliseconds), false or a cron expression such as "
           "\"*/5 * * * *\", not "
           + x;
  };
  for (auto good : {"1000", "1000.5", "false", "null", R"("*/5 * * * *")",
                    R"(" 0 0 9 * * 1-5 ")", R"("@hourly")"}) {
    CAF_MESSAGE(good);
    CAF_CHECK_EQUAL(
      fault_of_widget(widget_with(std::string{R"("refetchInterval":)"} + good)),
      "ok");
  }
  for (auto bad : {"999", "0", "-1", "true", R"("15m")", R"("")",
                   R"("* * * *")", R"("1 2 3 4 5 6 7")", R"("*/5 * * * !")"}) {
    CAF_MESSAGE(bad);
    CAF_CHECK_EQUAL(
      fault_of_widget(widget_with(std::string{R"("refetchInterval":)"} + bad)),
      reason(bad));
  }
}

CAF_TEST(type_comes_before_defaultViz) {
  auto type = [](const char* text) {
    rapidjson::Document doc;
    doc.Parse(text);
    return std::string{widget_type(doc)};
  };
  CAF_CHECK_EQUAL(type("{}"), "table");
  CAF_CHECK_EQUAL(type(R"({"defaultViz":"chart"})"), "chart");
  CAF_CHECK_EQUAL(type(R"({"type":null,"defaultViz":"chart"})"), "chart");
  CAF_CHECK_EQUAL(type(R"({"type":"html","defaultViz":"chart"})"), "html");
}

CAF_TEST(long_values_are_cut_in_messages) {
  auto text = std::string(47, 'x') + "\xC3\xA9\xC3\xA9";
  CAF_CHECK_EQUAL(fault_of_widget(widget_with(R"("runButton":")" + text + '"')),
                  ".runButton: must be true or false, not \""
                    + std::string(47, 'x') + "\"...");
  CAF_CHECK_EQUAL(fault_of_widget(widget_with(R"("runButton":"a\nb")")),
                  R"(.runButton: must be true or false, not "a\nb")");
}
