#define CAF_SUITE node.api

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "node_process.hpp"
#include "ws_client.hpp"

#include "unit_test.hpp"

using namespace livegrid::test;

// What the node says of its interface, against what it does.

namespace {

struct fixture {
  node_process node{
    std::vector<std::string>{"--market.feed=none", example_symbols()}};
  json_value requests = node.get("/openapi.json").json();
  json_value sockets = node.get("/asyncapi.json").json();

  /// What a reference stands for, or the value itself.
  json_value resolved(json_value x) const {
    while (x.has("$ref")) {
      auto where = x.at("$ref").text();
      CAF_REQUIRE(where.starts_with("#/"));
      x = requests;
      for (std::string_view rest = std::string_view{where}.substr(2);
           !rest.empty();) {
        auto end = std::min(rest.find('/'), rest.size());
        // It cannot take the place of what it is a part of.
        auto part = std::as_const(x).at(rest.substr(0, end));
        x = std::move(part);
        rest.remove_prefix(std::min(end + 1, rest.size()));
      }
    }
    return x;
  }

  /// Checks that an answer is one of those described, with a body of its type.
  void check_described(const json_value& operation, const http_response& got) {
    auto status = std::to_string(got.status);
    CAF_MESSAGE(status);
    CAF_REQUIRE(operation.at("responses").has(status));
    auto content = resolved(operation.at("responses").at(status)).at("content");
    auto type = got.header("Content-Type");
    type = type.substr(0, type.find(';'));
    CAF_REQUIRE(content.has(type));
    if (type == "application/json")
      check_body(resolved(content.at(type).at("schema")), got.json());
  }

  void check_body(const json_value& schema, const json_value& body) {
    if (!schema.has("type") || !schema.at("type").is_string())
      return;
    if (schema.at("type").text() == "array") {
      CAF_REQUIRE(body.is_array());
      for (auto& x : body.items())
        check_body(resolved(schema.at("items")), x);
      return;
    }
    if (schema.at("type").text() != "object")
      return;
    CAF_REQUIRE(body.is_object());
    if (schema.has("required"))
      for (auto& name : schema.at("required").items())
        CAF_CHECK(body.has(name.text()));
    // What is not described at all would be news to a client.
    if (schema.has("properties") && !schema.has("additionalProperties"))
      for (auto& name : body.keys())
        CAF_CHECK(schema.at("properties").has(name));
  }

  /// The methods of each path, as `Allow` has them.
  std::map<std::string, std::string> methods() const {
    std::map<std::string, std::string> result;
    for (auto& path : requests.at("paths").keys()) {
      auto& all = requests.at("paths").at(path);
      result[path] = std::string{all.has("get") ? "GET, HEAD" : ""}
                     + (all.has("get") && all.has("post") ? ", " : "")
                     + (all.has("post") ? "POST" : "");
    }
    for (auto& channel : sockets.at("channels").items()) {
      auto& x = result[channel.at("address").text()];
      if (x.find("GET") == x.npos)
        x = x.empty() ? "GET" : "GET, " + x;
    }
    return result;
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(api_tests, fixture)

CAF_TEST(each_path_answers_as_it_is_described) {
  node.publish(R"({"symbol":"AAPL","price":1})");
  for (auto& path : requests.at("paths").keys()) {
    auto& all = requests.at("paths").at(path);
    if (!all.has("get"))
      continue;
    CAF_MESSAGE(path);
    auto got = node.get(path);
    CAF_CHECK_EQUAL(got.status, 200);
    check_described(all.at("get"), got);
  }
  CAF_MESSAGE("what is refused");
  auto& paths = requests.at("paths");
  for (auto& [path, query] : std::map<std::string, std::string>{
         {"/symbols", "?limit=0"}, {"/live_grid_data", "?symbol=A%2AB"}}) {
    auto got = node.get(path + query);
    CAF_CHECK_EQUAL(got.status, 422);
    check_described(paths.at(path).at("get"), got);
  }
}

CAF_TEST(ticks_are_answered_as_it_is_described) {
  auto& post = requests.at("paths").at("/ticks").at("post");
  std::map<std::string, int> cases{
    {R"({"symbol":"AAPL","price":1})", 200},
    {R"({"symbol":"AAPL","price":-1e19})", 422},
    {"no JSON", 400},
  };
  for (auto& [body, status] : cases) {
    auto got = node.post(body);
    CAF_CHECK_EQUAL(got.status, status);
    check_described(post, got);
  }
  auto got = node.post("{}", {{"Content-Encoding", "br"}});
  CAF_CHECK_EQUAL(got.status, 415);
  check_described(post, got);
}

CAF_TEST(a_path_has_the_methods_that_are_described) {
  for (auto& [path, allowed] : methods()) {
    CAF_MESSAGE(path << ": " << allowed);
    auto put = fetch(node.port(), "PUT", path);
    CAF_CHECK_EQUAL(put.status, 405);
    CAF_CHECK_EQUAL(put.header("Allow"), allowed + ", OPTIONS");
    if (!contains(allowed, "POST")) {
      CAF_CHECK_EQUAL(fetch(node.port(), "POST", path).status, 405);
    }
  }
}

CAF_TEST(each_channel_is_a_WebSocket) {
  for (auto& channel : sockets.at("channels").items()) {
    auto path = channel.at("address").text();
    CAF_MESSAGE(path);
    CAF_CHECK_EQUAL(handshake(node.port(), path, handshake_headers()).status,
                    101);
    CAF_CHECK_EQUAL(node.get(path).status, 426);
  }
}

CAF_TEST(metrics_call_each_path_by_its_name) {
  for (auto& [path, allowed] : methods())
    fetch(node.port(), "PUT", path);
  auto metrics = node.get("/metrics").body;
  for (auto& [path, allowed] : methods()) {
    CAF_MESSAGE(path);
    CAF_CHECK(contains(metrics, "route=\"" + path + '"'));
  }
}

CAF_TEST_FIXTURE_SCOPE_END()
