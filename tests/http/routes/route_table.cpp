#define CAF_SUITE http.routes.route_table

#include "livegrid/http/routes/route_table.hpp"

#include <memory>
#include <set>
#include <string>
#include <string_view>

#include <rapidjson/document.h>

#include "livegrid/actors/base/log.hpp"
#include "livegrid/actors/stats/counters.hpp"
#include "livegrid/http/access/access_guard.hpp"
#include "livegrid/http/connection/io_loop.hpp"

#include "unit_test.hpp"

using namespace livegrid;

namespace {

using paths = std::set<std::string>;

/// Two widgets share one path, and one has no WebSocket.
constexpr std::string_view three_widgets = R"json({
  "one": {"name": "1", "description": "1", "type": "live_grid",
    "endpoint": "a/rows", "wsEndpoint": "a-ws?cells=changed",
    "data": {"wsRowIdColumn": "symbol", "table": {"columnsDefs": [
      {"field": "symbol", "headerName": "S"}]}}},
  "same": {"name": "2", "description": "2", "type": "live_grid",
    "endpoint": "a/rows", "wsEndpoint": "a-ws",
    "data": {"wsRowIdColumn": "symbol", "table": {"columnsDefs": [
      {"field": "symbol", "headerName": "S"}]}}},
  "still": {"name": "3", "description": "3", "type": "live_grid",
    "endpoint": "still",
    "data": {"table": {"columnsDefs": [
      {"field": "symbol", "headerName": "S"}]}}}
})json";

struct fixture {
  caf::actor_system_config cfg;
  caf::actor_system sys{cfg};
  io_loop loop{sys};
  counters_ptr stats = std::make_shared<counters>();
  log_ptr log = std::make_shared<logger>(log_level::error);
  access_guard guard{loop.context(), settings{}, stats, log};
  server_state state;
  widget_set widgets;
  std::unique_ptr<route_table> table;

  void make(std::string_view definitions) {
    auto parsed = definitions.empty() ? load_widgets("")
                                      : parse_widgets(definitions, "w.json");
    if (!parsed)
      CAF_FAIL(parsed.error());
    table = nullptr;
    widgets = *std::move(parsed);
    table = std::make_unique<route_table>(route_table::handles{
      .loop = loop.context(),
      .guard = guard,
      .info = {.state = state,
               .gate = asio::use_service<connection_gate>(loop.context()),
               .stats = stats,
               .metrics = nullptr},
      .rows = {.widgets = widgets,
               .questions = nullptr,
               .subscribers = {.sys = sys,
                               .loop = loop,
                               .guard = guard,
                               .stats = stats,
                               .probe_stats = stats,
                               .log = log}}});
  }

  std::string get(std::string_view path) {
    std::string result;
    const auto* found = table->find(path);
    CAF_REQUIRE(found != nullptr);
    found->get({}, responder{[&](http_reply x) { result = x.content(); }});
    return result;
  }

  rapidjson::Document get_json(std::string_view path) {
    rapidjson::Document result;
    result.Parse(get(path).c_str());
    CAF_REQUIRE(!result.HasParseError());
    return result;
  }

  /// The described paths with that method.
  paths described(const char* method) {
    paths result;
    auto api = get_json("/openapi.json");
    for (const auto& [path, methods] : api["paths"].GetObject())
      if (methods.HasMember(method))
        result.emplace(path.GetString());
    return result;
  }

  paths channels() {
    paths result;
    auto api = get_json("/asyncapi.json");
    for (const auto& [id, channel] : api["channels"].GetObject())
      result.emplace(channel["address"].GetString());
    return result;
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(route_table_tests, fixture)

CAF_TEST(every route is described and nothing else) {
  for (auto definitions : {std::string_view{}, three_widgets}) {
    make(definitions);
    paths gets;
    paths posts;
    paths upgrades;
    for (const auto& x : table->all()) {
      // Files of the page are parts of it, and no interface.
      if (x.path.starts_with("/assets/"))
        continue;
      if (x.get)
        gets.emplace(x.path);
      if (x.post)
        posts.emplace(x.path);
      if (x.upgrade)
        upgrades.emplace(x.path);
    }
    CAF_CHECK(described("get") == gets);
    CAF_CHECK(described("post") == posts);
    CAF_CHECK(channels() == upgrades);
  }
}

CAF_TEST(a path is in the table once and has something to answer) {
  make(three_widgets);
  paths seen;
  for (const auto& x : table->all()) {
    CAF_MESSAGE(x.path);
    CAF_CHECK(seen.emplace(x.path).second);
    CAF_CHECK(x.path.starts_with('/'));
    CAF_CHECK(x.get || x.post || x.upgrade);
    CAF_CHECK(table->find(x.path) == &x);
  }
  CAF_CHECK(table->find("/nowhere") == nullptr);
}

CAF_TEST(own paths are those that the service has without widgets) {
  make("{}");
  paths without_files;
  for (const auto& x : table->all())
    if (x.label.empty())
      without_files.emplace(x.path);
  auto own = own_paths();
  CAF_CHECK(paths(own.begin(), own.end()) == without_files);
  CAF_CHECK_EQUAL(own.size(), without_files.size());
}

CAF_TEST(no widget takes an own path) {
  for (auto path : own_paths()) {
    CAF_MESSAGE(path);
    std::string definitions{three_widgets};
    definitions.replace(definitions.rfind("still\","), 5, path);
    auto parsed = parse_widgets(definitions, "w.json", own_paths());
    CAF_REQUIRE(!parsed);
    CAF_CHECK(parsed.error().ends_with(" is a path of the service's own"));
  }
}

CAF_TEST(each operation says what it is for and what it answers) {
  make({});
  auto api = get_json("/openapi.json");
  for (const auto& [path, methods] : api["paths"].GetObject())
    for (const auto& [method, x] : methods.GetObject()) {
      CAF_MESSAGE(method.GetString() << ' ' << path.GetString());
      CAF_CHECK(x["summary"].GetStringLength() > 0);
      CAF_CHECK(x["operationId"].GetStringLength() > 0);
      CAF_CHECK(x["tags"].Size() > 0);
      CAF_CHECK(x["responses"].HasMember("200"));
    }
}

CAF_TEST_FIXTURE_SCOPE_END()
