#define CAF_SUITE node.routes

#include <algorithm>
#include <regex>

#include "node_process.hpp"
#include "ws_client.hpp"

#include "unit_test.hpp"

using namespace livegrid::test;

namespace {

struct fixture {
  node_process node{
    std::vector<std::string>{"--market.feed=none", example_symbols()}};
};

bool is_json(const http_response& x) {
  return x.header("Content-Type").rfind("application/json", 0) == 0;
}

} // namespace

CAF_TEST_FIXTURE_SCOPE(routes_tests, fixture)

CAF_TEST(the_root_is_a_page_to_browsers_and_json_to_others) {
  auto page = node.get("/", {{"Accept", "text/html,application/xhtml+xml"}});
  CAF_CHECK_EQUAL(page.status, 200);
  CAF_CHECK(page.header("Content-Type").rfind("text/html", 0) == 0);
  CAF_CHECK(contains(page.body, "<html"));
  for (auto& accept : {"*/*", "application/json"}) {
    auto info = node.get("/", {{"Accept", accept}});
    CAF_CHECK_EQUAL(info.status, 200);
    CAF_CHECK(is_json(info));
    CAF_CHECK(!info.json().at("Info").text().empty());
    CAF_CHECK(!info.json().at("version").text().empty());
  }
  CAF_CHECK(is_json(node.get("/")));
}

CAF_TEST(widgets_json_describes_the_live_grid) {
  auto response = node.get("/widgets.json");
  CAF_CHECK_EQUAL(response.status, 200);
  CAF_CHECK(is_json(response));
  auto widgets = response.json();
  CAF_REQUIRE(widgets.is_object());
  CAF_REQUIRE_EQUAL(widgets.size(), 2u);
  auto& widget = widgets.items().front();
  CAF_CHECK_EQUAL(widget.at("name").text(), "Live Grid");
  CAF_CHECK(widget.at("description").is_string());
  CAF_CHECK_EQUAL(widget.at("type").text(), "live_grid");
  CAF_CHECK(contains(widget.at("endpoint").text(), "live_grid_data"));
  CAF_CHECK(contains(widget.at("wsEndpoint").text(), "live_grid_ws"));
  CAF_CHECK_EQUAL(widget.at("gridData").at("w").literal(), "20");
  CAF_CHECK_EQUAL(widget.at("gridData").at("h").literal(), "9");
  auto& data = widget.at("data");
  CAF_CHECK_EQUAL(data.at("wsRowIdColumn").text(), "symbol");
  CAF_CHECK_EQUAL(data.at("table").at("showAll").literal(), "true");
  std::vector<std::string> fields;
  for (auto& column : data.at("table").at("columnsDefs").items()) {
    CAF_CHECK(column.at("headerName").is_string());
    fields.push_back(column.at("field").text());
  }
  for (auto name : {"symbol", "price", "change", "change_percent", "volume"}) {
    CAF_MESSAGE(name);
    CAF_CHECK(std::count(fields.begin(), fields.end(), name) == 1);
  }
  CAF_CHECK_EQUAL(widgets.items().back().at("name").text(), "Market");
  auto& param = widget.at("params").at(0);
  CAF_CHECK_EQUAL(param.at("paramName").text(), "symbol");
  CAF_CHECK_EQUAL(param.at("type").text(), "text");
  CAF_CHECK_EQUAL(param.at("multiSelect").literal(), "true");
}

CAF_TEST(the_service_describes_itself) {
  for (auto path : {"/openapi.json", "/asyncapi.json"}) {
    CAF_MESSAGE(path);
    auto x = node.get(path);
    CAF_CHECK_EQUAL(x.status, 200);
    CAF_CHECK(is_json(x));
    CAF_CHECK(x.json().at("info").at("title").is_string());
  }
  auto page = node.get("/docs");
  CAF_CHECK_EQUAL(page.status, 200);
  CAF_CHECK(page.header("Content-Type").rfind("text/html", 0) == 0);
  CAF_CHECK(
    contains(page.header("Content-Security-Policy"), "default-src 'none'"));
  CAF_CHECK(contains(page.body, "/live_grid_data"));
  CAF_CHECK(contains(page.body, "/market_data"));
}

CAF_TEST(apps_json_is_an_array_of_apps) {
  auto response = node.get("/apps.json");
  CAF_CHECK_EQUAL(response.status, 200);
  CAF_CHECK(is_json(response));
  auto apps = response.json();
  CAF_REQUIRE(apps.is_array());
  auto widgets = node.get("/widgets.json").json();
  for (auto& app : apps.items()) {
    CAF_CHECK(app.at("name").is_string());
    CAF_CHECK(app.has("allowCustomization"));
    for (auto& tab : app.at("tabs").items())
      for (auto& item : tab.at("layout").items())
        CAF_CHECK(widgets.has(item.at("i").text()));
  }
}

CAF_TEST(symbols_are_listed_as_options) {
  auto response = node.get("/symbols");
  CAF_CHECK_EQUAL(response.status, 200);
  CAF_CHECK(is_json(response));
  std::vector<std::string> names;
  for (auto& option : response.json().items()) {
    CAF_CHECK_EQUAL(joined(option.keys()), "label,value");
    CAF_CHECK_EQUAL(option.at("label").text(), option.at("value").text());
    names.push_back(option.at("value").text());
  }
  std::sort(names.begin(), names.end());
  CAF_CHECK_EQUAL(joined(names), "AAPL,AMZN,GOOGL,MSFT,TSLA");
}

CAF_TEST(health_is_ok) {
  auto response = node.get("/health");
  CAF_CHECK_EQUAL(response.status, 200);
  CAF_CHECK(is_json(response));
  CAF_CHECK_EQUAL(response.json().at("status").text(), "ok");
}

CAF_TEST(metrics_are_in_the_prometheus_text_format) {
  node.publish(R"({"symbol":"AAPL","price":1})");
  auto response = node.get("/metrics");
  CAF_CHECK_EQUAL(response.status, 200);
  CAF_CHECK(response.header("Content-Type").rfind("text/plain", 0) == 0);
  CAF_REQUIRE(!response.body.empty());
  CAF_CHECK_EQUAL(response.body.back(), '\n');
  std::regex sample{R"([a-zA-Z_:][a-zA-Z0-9_:]*(\{.*\})? )"
                    R"([-+]?(\d|Inf|NaN)\S*)"};
  std::regex comment{R"(# (HELP \S+ .+|TYPE \S+ )"
                     R"((counter|gauge|histogram|summary|untyped)))"};
  std::size_t samples = 0;
  std::istringstream lines{response.body};
  for (std::string line; std::getline(lines, line);) {
    if (line.empty())
      continue;
    auto& form = line[0] == '#' ? comment : sample;
    samples += line[0] == '#' ? 0 : 1;
    if (!std::regex_match(line, form))
      CAF_ERROR("not of the format: " << line);
  }
  CAF_CHECK_GREATER(samples, 5u);
}

CAF_TEST(head_is_get_without_the_body) {
  for (auto target : {"/", "/widgets.json", "/apps.json", "/symbols",
                      "/live_grid_data?symbol=AAPL", "/ready"}) {
    CAF_MESSAGE(target);
    auto get = node.get(target);
    http_client client{node.port()};
    auto head = client.request("HEAD", target);
    CAF_CHECK_EQUAL(head.status, get.status);
    CAF_CHECK_EQUAL(head.header("Content-Type"), get.header("Content-Type"));
    if (head.has("Content-Length"))
      CAF_CHECK_EQUAL(head.header("Content-Length"),
                      std::to_string(get.body.size()));
    // Were there a body, this answer would not parse.
    CAF_CHECK_EQUAL(client.request("GET", "/health").status, 200);
  }
  http_client client{node.port()};
  CAF_CHECK_EQUAL(client.request("HEAD", "/health").status, 200);
  CAF_CHECK_EQUAL(client.request("HEAD", "/nowhere").status, 404);
  CAF_CHECK_EQUAL(client.request("HEAD", "/live_grid_ws").status, 426);
  CAF_CHECK_EQUAL(client.request("GET", "/health").status, 200);
}

CAF_TEST(an_unknown_path_is_404) {
  for (auto target : {"/nowhere", "/live_grid_dat", "/live_grid_data/x",
                      "/agents.json", "/templates.json", "//", "/%00",
                      "/..%2f..%2fetc/passwd", "/../etc/passwd"}) {
    CAF_MESSAGE(target);
    auto response = node.get(target);
    CAF_CHECK_EQUAL(response.status, 404);
    CAF_CHECK(is_json(response));
    CAF_CHECK(response.json().at("detail").is_string());
  }
}

CAF_TEST(a_wrong_method_is_405_and_says_what_is_allowed) {
  struct {
    const char* method;
    const char* target;
    const char* allowed;
  } cases[] = {
    {"POST", "/", "GET"},
    {"POST", "/widgets.json", "GET"},
    {"DELETE", "/live_grid_data", "GET"},
    {"PUT", "/symbols", "GET"},
    {"PATCH", "/health", "GET"},
    {"POST", "/metrics", "GET"},
    {"PUT", "/ticks", "POST"},
    {"DELETE", "/ticks", "POST"},
    {"POST", "/live_grid_ws", "GET"},
  };
  for (auto& x : cases) {
    CAF_MESSAGE(x.method << " " << x.target);
    auto response = fetch(node.port(), x.method, x.target);
    CAF_CHECK_EQUAL(response.status, 405);
    CAF_CHECK(contains(response.header("Allow"), x.allowed));
    CAF_CHECK(response.json().at("detail").is_string());
  }
}

CAF_TEST(a_websocket_path_without_an_upgrade_is_426) {
  for (auto target :
       {"/live_grid_ws", "/live_grid_ws?cells=changed", "/ticks"}) {
    CAF_MESSAGE(target);
    auto response = node.get(target);
    CAF_CHECK_EQUAL(response.status, 426);
    CAF_CHECK_EQUAL(response.header("Upgrade"), "websocket");
    CAF_CHECK(response.json().at("detail").is_string());
  }
}

CAF_TEST(a_query_does_not_change_the_route) {
  CAF_CHECK_EQUAL(node.get("/health?x=1").status, 200);
  CAF_CHECK_EQUAL(node.get("/widgets.json?apikey=a%20b").status, 200);
  CAF_CHECK_EQUAL(node.get("/symbols?").status, 200);
}

CAF_TEST(a_post_of_ticks_is_answered_with_their_number) {
  auto response = node.post(R"([{"symbol":"A","price":1},
                                {"symbol":"B","price":2}])");
  CAF_CHECK_EQUAL(response.status, 200);
  CAF_CHECK(is_json(response));
  CAF_CHECK_EQUAL(response.body, R"({"accepted":2})");
}

CAF_TEST(a_connection_serves_many_requests) {
  http_client client{node.port()};
  for (int i = 0; i < 50; ++i) {
    CAF_CHECK_EQUAL(client.request("GET", "/health").status, 200);
    CAF_CHECK_EQUAL(client.request("GET", "/nowhere").status, 404);
    CAF_CHECK_EQUAL(client.request("POST", "/ticks", {}, "[]").body,
                    R"({"accepted":0})");
    CAF_CHECK_EQUAL(client.request("POST", "/ticks", {}, "x").status, 400);
  }
}

CAF_TEST(a_client_may_ask_to_close) {
  http_client client{node.port()};
  auto response = client.request("GET", "/health", {{"Connection", "close"}});
  CAF_CHECK_EQUAL(response.status, 200);
  CAF_CHECK_EQUAL(client.read_to_end(), "");
  http_client old{node.port()};
  old.send("GET /health HTTP/1.0\r\n\r\n");
  CAF_CHECK_EQUAL(old.read().status, 200);
  CAF_CHECK_EQUAL(old.read_to_end(), "");
}

CAF_TEST_FIXTURE_SCOPE_END()
