#define CAF_SUITE http.widgets.widget_endpoint

#include "livegrid/http/widgets/widget_endpoint.hpp"

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "livegrid/http/widgets/widgets.hpp"

#include "unit_test.hpp"

using namespace livegrid;

namespace {

/// Paths at which the service answers, for all that widgets know.
constexpr auto own =
  std::to_array<std::string_view>({"/", "/symbols", "/ticks"});

std::string definition(const std::string& id, const std::string& more) {
  return '"' + id + R"(":{"name":"n","description":"d","type":"live_grid",)"
         + more + '}';
}

std::string paths(const std::string& get, const std::string& socket,
                  const std::string& data = "{}") {
  return R"("endpoint":")" + get + R"(","wsEndpoint":")" + socket
         + R"(","data":)" + data;
}

std::string outcome(const std::string& text) {
  auto result = parse_widgets(text, "w.json", own);
  return result ? "accepted" : result.error();
}

std::string outcome(const std::string& a, const std::string& b) {
  return outcome('{' + definition("a", a) + ',' + definition("b", b) + '}');
}

std::vector<std::string> warnings(const std::string& text) {
  auto result = parse_widgets(text, "w.json", own);
  CAF_REQUIRE(result);
  return result->warnings;
}

} // namespace

CAF_TEST(endpoints_are_paths_of_the_service) {
  struct {
    const char* text;
    const char* path;
    bool has_query;
  } cases[] = {
    {"grid", "/grid", false},
    {"/grid", "/grid", false},
    {"//a///b/", "/a/b", false},
    {"/httpd", "/httpd", false},
    {"a.b/C-d_e~1", "/a.b/C-d_e~1", false},
    {"grid?interval=250&cells=changed", "/grid", true},
    {"grid?", "/grid", true},
    {"grid?a=b/c?d%20e", "/grid", true},
    {"Symbols", "/Symbols", false},
    {"symbols/all", "/symbols/all", false},
    {"assets2", "/assets2", false},
  };
  for (const auto& c : cases) {
    CAF_MESSAGE(c.text);
    auto x = parse_widget_endpoint(c.text, own);
    CAF_REQUIRE(x);
    CAF_CHECK_EQUAL(x->path, c.path);
    CAF_CHECK_EQUAL(x->has_query, c.has_query);
  }
}

CAF_TEST(other_endpoints_are_refused) {
  struct {
    std::string text;
    const char* reason;
  } cases[] = {
    {"", "is empty: it must name a path of this service"},
    {"?a=b", "is empty: it must name a path of this service"},
    {"https://h/grid", "must be a path of this service, not a URL"},
    {"ws://h/grid", "must be a path of this service, not a URL"},
    {"http_grid", "starts with http, which Workspace takes for a URL: write "
                  "it with a leading slash"},
    {"grid/{symbol}", "has a {param} in it: the service serves fixed paths, "
                      "and takes params in the query"},
    {"grid?s={symbol}", "has a {param} in it: the service serves fixed paths, "
                        "and takes params in the query"},
    {"a b", "may only have letters, digits and - . _ ~ / in its path"},
    {"a#b", "may only have letters, digits and - . _ ~ / in its path"},
    {"a%41", "may only have letters, digits and - . _ ~ / in its path"},
    {"\xC3\xA9", "may only have letters, digits and - . _ ~ / in its path"},
    {"a?b c", "has a character in its query that must be percent-encoded"},
    {"a?b#c", "has a character in its query that must be percent-encoded"},
    {"a/../b", "may not have . or .. between its slashes"},
    {"./a", "may not have . or .. between its slashes"},
    {"a/..", "may not have . or .. between its slashes"},
    {"a/?b", "may not have a slash before its query"},
    {"/", "/ is a path of the service's own"},
    {"/?a", "/ is a path of the service's own"},
    {"symbols?a", "/symbols is a path of the service's own"},
    {"//ticks/", "/ticks is a path of the service's own"},
    {"assets/x", "/assets/x is a path of the service's own"},
  };
  for (const auto& c : cases) {
    CAF_MESSAGE(c.text);
    auto result = parse_widget_endpoint(c.text, own);
    CAF_REQUIRE(!result);
    CAF_CHECK_EQUAL(result.error(), c.reason);
  }
  CAF_MESSAGE("a NUL");
  CAF_CHECK(!parse_widget_endpoint(std::string("a\0b", 3), own));
}

CAF_TEST(the_service_keeps_its_own_paths) {
  // The last ones are nobody's, but may become the service's.
  for (std::string path :
       {"/", "/symbols", "/ticks", "/templates.json", "/agents.json", "/assets",
        "/assets/page.js", "/assets/a/b"}) {
    CAF_MESSAGE(path);
    CAF_CHECK_EQUAL(outcome('{' + definition("a", paths(path, "ws")) + '}'),
                    "w.json: widget \"a\": endpoint: \"" + path + "\" " + path
                      + " is a path of the service's own");
    CAF_CHECK_EQUAL(outcome('{' + definition("a", paths("get", path)) + '}'),
                    "w.json: widget \"a\": wsEndpoint: \"" + path + "\" " + path
                      + " is a path of the service's own");
  }
  CAF_CHECK_EQUAL(
    outcome('{' + definition("a", paths("/docs", "/health")) + '}'),
    "accepted");
}

CAF_TEST(widgets_share_a_path_only_if_it_can_serve_both) {
  auto by_symbol = R"({"wsRowIdColumn":"symbol"})";
  auto by_date = R"({"wsRowIdColumns":["date","symbol"]})";
  auto price = R"({"table":{"columnsDefs":[{"field":"price",)"
               R"("headerName":"P"}]}})";
  CAF_MESSAGE("the same cells");
  CAF_CHECK_EQUAL(outcome(paths("get", "ws"), paths("/get/", "ws?batch=array")),
                  "accepted");
  CAF_MESSAGE("a row id matters to the WebSocket alone");
  CAF_CHECK_EQUAL(
    outcome(paths("get", "ws1", by_symbol), paths("get", "ws2", by_date)),
    "accepted");
  CAF_MESSAGE("other cells");
  CAF_CHECK_EQUAL(outcome(paths("get", "ws1"), paths("//get", "ws2", price)),
                  R"(w.json: widget "b": endpoint: is also that of widget )"
                  R"("a", which has other cells)");
  CAF_CHECK_EQUAL(outcome(paths("get1", "ws"), paths("get2", "ws?a", price)),
                  R"(w.json: widget "b": wsEndpoint: is also that of widget )"
                  R"("a", which has other cells)");
  CAF_MESSAGE("another row id");
  CAF_CHECK_EQUAL(
    outcome(paths("get", "ws", by_symbol), paths("get", "ws", by_date)),
    R"(w.json: widget "b": wsEndpoint: is also that of widget )"
    R"("a", which has another row id)");
  CAF_MESSAGE("rows and updates are two paths");
  CAF_CHECK_EQUAL(
    outcome(paths("get", "one"), paths("one", "ws")),
    R"(w.json: widget "b": endpoint: /one is the wsEndpoint of widget "a")");
  CAF_CHECK_EQUAL(
    outcome(paths("one", "ws"), paths("get", "one")),
    R"(w.json: widget "a": endpoint: /one is the wsEndpoint of widget "b")");
  CAF_CHECK_EQUAL(
    outcome('{' + definition("a", paths("one", "one?x")) + '}'),
    R"(w.json: widget "a": endpoint: /one is the wsEndpoint of widget "a")");
  CAF_MESSAGE("grids without updates do not meet");
  CAF_CHECK_EQUAL(outcome(R"("endpoint":"a")", R"("endpoint":"b")"),
                  "accepted");
}

CAF_TEST(what_will_not_work_is_warned_of) {
  auto grid = [](const std::string& more) {
    return '{' + definition("g", more) + '}';
  };
  auto columns = [&](const std::string& defs) {
    return grid(
      paths("get", "ws", R"({"table":{"columnsDefs":[)" + defs + "]}}"));
  };
  struct {
    std::string text;
    const char* warning;
  } cases[] = {
    {grid(R"("endpoint":"get","imgUrl":"x")"),
     R"(Workspace does not know "imgUrl" and tells its user so)"},
    {grid(R"("endpoint":"get?x=1","params":[{"paramName":"symbol"}])"),
     "endpoint: has a query, to which Workspace adds no params"},
    {grid(paths("get", "ws")),
     "data.table.columnsDefs: declares no column, and Workspace updates "
     "declared columns only"},
    {grid(R"("endpoint":"get","data":{"wsRowIdColumn":"venue"})"),
     "data: the row id lacks the symbol, so that several symbols may share a "
     "row"},
    {grid(R"("endpoint":"get","gridData":{"w":9,"h":9})"),
     "gridData: is smaller than 10 by 4, hard to read"},
    {columns(R"({"field":"last price","headerName":"P"})"),
     R"(data.table.columnsDefs[0].field: no tick can bring a cell )"
     R"("last price", so that it stays null)"},
    {columns(R"({"field":"price","headerName":"P",)"
             R"("renderFnParams":{"colorValueKey":"change"}})"),
     R"(data.table.columnsDefs[0].renderFnParams.colorValueKey: no live )"
     R"(column "change" is declared (it may be hidden), so that the colour )"
     "does not follow updates"},
    {columns(R"({"field":"price","headerName":"P",)"
             R"("renderFnParams":{"colorValueKey":"change"}},)"
             R"({"field":"change","headerName":"C",)"
             R"("enableCellChangeWs":null})"),
     R"(data.table.columnsDefs[0].renderFnParams.colorValueKey: no live )"
     R"(column "change" is declared (it may be hidden), so that the colour )"
     "does not follow updates"},
  };
  for (const auto& c : cases) {
    CAF_MESSAGE(c.warning);
    auto found = warnings(c.text);
    CAF_REQUIRE_EQUAL(found.size(), 1u);
    CAF_CHECK_EQUAL(found[0],
                    std::string{R"(w.json: widget "g": )"} + c.warning);
  }
  CAF_MESSAGE("these keys are known, or not looked at");
  CAF_CHECK(warnings(grid(R"("endpoint":"get","mcp_tool":{},)"
                          R"("searchCategory":"x","subCategory":"y")"))
              .empty());
}

CAF_TEST(an_empty_wsEndpoint_is_refused) {
  CAF_CHECK_EQUAL(outcome('{' + definition("g", paths("get", "")) + '}'),
                  R"(w.json: widget "g": wsEndpoint: "" is empty: it must )"
                  "name a path of this service");
}

CAF_TEST(endpoints_of_other_widgets_are_passed_on) {
  auto with = [](const std::string& endpoint) {
    return warnings('{' + definition("g", R"("endpoint":"get")")
                    + R"(,"t":{"name":"n","description":"d","endpoint":")"
                    + endpoint + R"("}})");
  };
  for (auto endpoint :
       {"get", "/get?symbol=A", "symbols", "https://h/x", "news/{symbol}"}) {
    CAF_MESSAGE(endpoint);
    CAF_CHECK(with(endpoint).empty());
  }
  CAF_CHECK_EQUAL(with("gone/"),
                  std::vector<std::string>{R"(w.json: widget "t": endpoint: )"
                                           "nothing is served at /gone"});
}
