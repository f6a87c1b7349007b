#define CAF_SUITE http.api.api_description

#include "livegrid/http/api/api_description.hpp"

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <rapidjson/document.h>
#include <rapidjson/pointer.h>

#include "livegrid/actors/prices/cell.hpp"
#include "livegrid/http/json/json_rules.hpp"
#include "livegrid/http/routes/route_table.hpp"
#include "livegrid/http/widgets/widgets.hpp"
#include "livegrid/version.hpp"

#include "unit_test.hpp"

using namespace livegrid;

namespace {

using paths = std::set<std::string>;

/// Two widgets share one path, and the ids of two others would be the same.
constexpr std::string_view four_widgets = R"json({
  "one": {"name": "1", "description": "1", "type": "live_grid",
    "endpoint": "a/rows", "wsEndpoint": "a-ws?cells=changed",
    "data": {"wsRowIdColumn": "symbol", "table": {"columnsDefs": [
      {"field": "symbol", "headerName": "S"},
      {"field": "note", "headerName": "N"}]}}},
  "same": {"name": "2", "description": "2", "type": "live_grid",
    "endpoint": "a/rows", "wsEndpoint": "a-ws",
    "data": {"wsRowIdColumn": "symbol", "table": {"columnsDefs": [
      {"field": "symbol", "headerName": "S"},
      {"field": "note", "headerName": "N"}]}}},
  "<two>": {"name": "3", "description": "3", "type": "live_grid",
    "endpoint": "a.rows", "wsEndpoint": "a_ws",
    "data": {"wsRowIdColumn": "symbol", "table": {"columnsDefs": [
      {"field": "symbol", "headerName": "S"},
      {"field": "date", "headerName": "D"},
      {"field": "bid", "headerName": "B"},
      {"field": "source", "headerName": "F"}]}}},
  "still": {"name": "4", "description": "4", "type": "live_grid",
    "endpoint": "still",
    "data": {"table": {"columnsDefs": [
      {"field": "symbol", "headerName": "S"}]}}}
})json";

struct fixture {
  widget_set widgets;
  api_description api;
  rapidjson::Document requests;
  rapidjson::Document sockets;

  void describe(std::string_view definitions) {
    auto parsed = definitions.empty() ? load_widgets("")
                                      : parse_widgets(definitions, "w.json");
    if (!parsed)
      CAF_FAIL(parsed.error());
    widgets = *std::move(parsed);
    api = describe_api(widgets.widgets, own_api());
    requests.Parse(api.openapi_json.c_str());
    CAF_REQUIRE(!requests.HasParseError());
    sockets.Parse(api.asyncapi_json.c_str());
    CAF_REQUIRE(!sockets.HasParseError());
  }

  /// The paths with that method.
  paths described(const char* method) {
    paths result;
    for (const auto& [path, methods] : requests["paths"].GetObject())
      if (methods.HasMember(method))
        result.emplace(path.GetString());
    return result;
  }

  paths channels() {
    paths result;
    for (const auto& [id, channel] : sockets["channels"].GetObject())
      CAF_CHECK(result.emplace(channel["address"].GetString()).second);
    return result;
  }

  std::string at(const rapidjson::Document& doc, const char* where) {
    const auto* found = rapidjson::Pointer{where}.Get(doc);
    return found == nullptr ? "nothing" : json_rules::to_json(*found);
  }

  /// References that lead nowhere.
  paths dangling(const rapidjson::Document& doc) {
    paths result;
    check_references(doc, doc, result);
    return result;
  }

private:
  static void check_references(const rapidjson::Document& doc,
                               const rapidjson::Value& x, paths& dangling) {
    if (x.IsArray())
      for (const auto& y : x.GetArray())
        check_references(doc, y, dangling);
    if (!x.IsObject())
      return;
    for (const auto& [key, y] : x.GetObject()) {
      if (json_rules::text_of(key) == "$ref"
          && rapidjson::Pointer{y.GetString()}.Get(doc) == nullptr)
        dangling.emplace(y.GetString());
      check_references(doc, y, dangling);
    }
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(api_description_tests, fixture)

CAF_TEST(all that a tick may bring is described) {
  describe("");
  const auto& fields = requests["components"]["schemas"]["Tick"]["properties"];
  for (const auto& x : known_cells) {
    CAF_MESSAGE(x.name);
    auto i = fields.FindMember(std::string{x.name}.c_str());
    auto found = i != fields.MemberEnd();
    CAF_CHECK_EQUAL(found, x.kind != cell_kind::computed);
    if (found)
      CAF_CHECK_EQUAL(
        std::string{i->value["description"].GetString()}.find('`'),
        std::string::npos);
  }
}

CAF_TEST(what is referred to is there) {
  for (auto definitions : {std::string_view{}, four_widgets}) {
    describe(definitions);
    CAF_CHECK(dangling(requests).empty());
    CAF_CHECK(dangling(sockets).empty());
  }
}

CAF_TEST(operations have names of their own) {
  describe(four_widgets);
  paths names;
  for (const auto& [path, methods] : requests["paths"].GetObject())
    for (const auto& [method, operation] : methods.GetObject())
      CAF_CHECK(names.emplace(operation["operationId"].GetString()).second);
}

CAF_TEST(rows have the cells of their widget) {
  describe(four_widgets);
  auto properties = [](const char* path) {
    return std::string{"/paths/"} + path
           + "/get/responses/200/content/application~1json/schema/items"
             "/properties";
  };
  CAF_CHECK_EQUAL(at(requests, properties("~1a~1rows").c_str()),
                  R"({"symbol":{"type":"string"},)"
                  R"("note":{"type":["number","string","boolean","null"]}})");
  CAF_CHECK_EQUAL(at(requests, properties("~1a.rows").c_str()),
                  R"({"symbol":{"type":"string"},)"
                  R"("date":{"type":["string","null"],"format":"date"},)"
                  R"("bid":{"type":["number","null"]},)"
                  R"("source":{"type":["string","null"]}})");
  CAF_CHECK_EQUAL(at(sockets, "/channels/a_ws/messages/row/payload/required"),
                  R"(["symbol","note"])");
}

CAF_TEST(a widget is asked by the param that it has) {
  describe(R"({"f":{"name":"n","description":"d","type":"live_grid",
    "endpoint":"f","params":[{"paramName":"fund","value":"VTI"}],
    "data":{"wsSymbolParam":"fund"}},
    "g":{"name":"n","description":"d","type":"live_grid","endpoint":"g"}})");
  auto said = [&](const char* path, const char* what) {
    return at(requests,
              ("/paths/" + std::string{path} + "/get/" + what).c_str());
  };
  CAF_CHECK_EQUAL(said("~1f", "parameters/0/name"), R"("fund")");
  auto by_fund = said("~1f", "parameters/0/description");
  CAF_CHECK(by_fund.find("Without it: none. Others of its names: symbols, "
                         "symbol.")
            != std::string::npos);
  CAF_CHECK_EQUAL(said("~1g", "parameters/0/name"), R"("symbol")");
  auto by_none = said("~1g", "parameters/0/description");
  CAF_CHECK(by_none.find("Without it: all. Others of its names: symbols.")
            != std::string::npos);
  CAF_CHECK(said("~1g", "responses/200/headers/X-Total-Rows") != "nothing");
}

CAF_TEST(both name the version of the program) {
  describe({});
  auto quoted = '"' + std::string{version} + '"';
  CAF_CHECK_EQUAL(at(requests, "/info/version"), quoted);
  CAF_CHECK_EQUAL(at(sockets, "/info/version"), quoted);
}

CAF_TEST(the page shows every path and nothing raw) {
  describe(four_widgets);
  auto shows = [&](const std::string& what) {
    return api.page.find(what) != std::string::npos;
  };
  for (const auto* method : {"get", "post"})
    for (const auto& path : described(method))
      CAF_CHECK(shows("<code>" + path + "</code></h2>"));
  for (const auto& path : channels())
    CAF_CHECK(shows("<b>WS</b> <code>" + path + "</code></h2>"));
  CAF_CHECK(shows("The rows of widget &lt;two&gt;"));
  CAF_CHECK(!shows("<two>"));
}

CAF_TEST_FIXTURE_SCOPE_END()
