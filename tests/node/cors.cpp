#define CAF_SUITE node.cors

#include "node_process.hpp"
#include "ws_client.hpp"

#include "unit_test.hpp"

using namespace livegrid::test;

namespace {

struct fixture {
  node_process node{
    std::vector<std::string>{"--market.feed=none", example_symbols()}};
};

constexpr const char* openbb_origins[] = {
  "https://pro.openbb.co", "https://pro.openbb.dev", "http://localhost:1420",
  "https://excel.openbb.co"};

constexpr const char* foreign_origins[] = {
  "https://evil.example", "null", "https://pro.openbb.co.evil.example",
  "http://pro.openbb.co", "https://pro.openbb.co:8443"};

std::string allowed(const http_response& x) {
  return x.header("Access-Control-Allow-Origin");
}

bool varies(const http_response& x) {
  return x.header("Vary").find("Origin") != std::string::npos;
}

header_list origin(std::string value) {
  return {{"Origin", std::move(value)}};
}

int upgrade_status(std::uint16_t port, const std::string& target,
                   const std::string& value) {
  auto headers = handshake_headers();
  headers.emplace_back("Origin", value);
  return handshake(port, target, headers).status;
}

} // namespace

CAF_TEST_FIXTURE_SCOPE(cors_tests, fixture)

CAF_TEST(a_get_from_openbb_may_be_read) {
  for (auto value : openbb_origins) {
    for (auto target : {"/", "/widgets.json", "/apps.json", "/symbols",
                        "/health", "/metrics", "/live_grid_data"}) {
      CAF_MESSAGE(value << " " << target);
      auto response = node.get(target, origin(value));
      CAF_CHECK_EQUAL(response.status, 200);
      CAF_CHECK_EQUAL(allowed(response), value);
      CAF_CHECK(varies(response));
    }
  }
}

CAF_TEST(a_get_from_elsewhere_is_served_but_may_not_be_read) {
  for (auto value : foreign_origins) {
    CAF_MESSAGE(value);
    auto response = node.get("/live_grid_data", origin(value));
    CAF_CHECK_EQUAL(response.status, 200);
    CAF_CHECK(!response.has("Access-Control-Allow-Origin"));
    CAF_CHECK(varies(response));
  }
}

CAF_TEST(a_get_without_an_origin_is_served) {
  auto response = node.get("/live_grid_data");
  CAF_CHECK_EQUAL(response.status, 200);
  // A cache must not hand this answer to a page.
  CAF_CHECK(varies(response));
}

CAF_TEST(the_nodes_own_page_is_allowed) {
  auto authority = "127.0.0.1:" + std::to_string(node.port());
  header_list headers{{"Host", authority}, {"Origin", "http://" + authority}};
  CAF_CHECK_EQUAL(node.get("/symbols", headers).status, 200);
  CAF_CHECK_EQUAL(node.post(R"({"symbol":"A","price":1})", headers).status,
                  200);
  ws_client subscriber{node.port(), "/live_grid_ws", headers};
  subscriber.subscribe(R"("AAPL")");
  CAF_CHECK_EQUAL(subscriber.next_json().at("symbol").text(), "AAPL");
}

CAF_TEST(a_post_from_elsewhere_is_403_and_not_applied) {
  for (auto value : foreign_origins) {
    CAF_MESSAGE(value);
    auto response =
      node.post(R"({"symbol":"AAPL","price":666})", origin(value));
    CAF_CHECK_EQUAL(response.status, 403);
    CAF_CHECK(response.json().at("detail").is_string());
    CAF_CHECK(!response.has("Access-Control-Allow-Origin"));
  }
  CAF_CHECK_EQUAL(node.rows("AAPL").at(0).at("price").literal(), "150");
}

CAF_TEST(a_post_from_openbb_or_without_an_origin_is_taken) {
  for (auto value : openbb_origins) {
    auto response =
      node.post(R"({"symbol":"AAPL","price":151})", origin(value));
    CAF_CHECK_EQUAL(response.status, 200);
    CAF_CHECK_EQUAL(allowed(response), value);
  }
  CAF_CHECK_EQUAL(node.post(R"({"symbol":"AAPL","price":152})").status, 200);
}

CAF_TEST(an_upgrade_from_elsewhere_is_403) {
  for (auto target : {"/live_grid_ws", "/ticks"}) {
    for (auto value : foreign_origins) {
      CAF_MESSAGE(target << " " << value);
      CAF_CHECK_EQUAL(upgrade_status(node.port(), target, value), 403);
    }
    for (auto value : openbb_origins)
      CAF_CHECK_EQUAL(upgrade_status(node.port(), target, value), 101);
    CAF_CHECK_EQUAL(handshake(node.port(), target, handshake_headers()).status,
                    101);
  }
}

CAF_TEST(a_preflight_of_any_path_allows_any_header) {
  for (auto target : {"/", "/widgets.json", "/ticks", "/live_grid_data",
                      "/live_grid_ws", "/nowhere"}) {
    CAF_MESSAGE(target);
    auto response =
      fetch(node.port(), "OPTIONS", target,
            {{"Origin", "https://pro.openbb.co"},
             {"Access-Control-Request-Method", "POST"},
             {"Access-Control-Request-Headers", "x-api-key,x-openbb-user"}});
    CAF_CHECK(response.status == 200 || response.status == 204);
    CAF_CHECK_EQUAL(allowed(response), "https://pro.openbb.co");
    auto methods = response.header("Access-Control-Allow-Methods");
    CAF_CHECK(methods == "*" || methods.find("POST") != std::string::npos);
    auto names = response.header("Access-Control-Allow-Headers");
    CAF_CHECK(names == "*"
              || (names.find("x-api-key") != std::string::npos
                  && names.find("x-openbb-user") != std::string::npos));
    // The star is no wildcard to requests with credentials.
    if (response.has("Access-Control-Allow-Credentials"))
      CAF_CHECK(names != "*" && methods != "*");
    CAF_CHECK(varies(response));
  }
}

CAF_TEST(a_preflight_from_elsewhere_allows_nothing) {
  auto response = fetch(node.port(), "OPTIONS", "/ticks",
                        {{"Origin", "https://evil.example"},
                         {"Access-Control-Request-Method", "POST"}});
  CAF_CHECK(!response.has("Access-Control-Allow-Origin"));
  CAF_CHECK(varies(response));
}

CAF_TEST(errors_may_be_read_too) {
  auto from = origin("https://pro.openbb.co");
  struct {
    int status;
    http_response response;
  } cases[] = {
    {404, node.get("/nowhere", from)},
    {405, fetch(node.port(), "PUT", "/ticks", from)},
    {426, node.get("/live_grid_ws", from)},
    {422, node.get("/live_grid_data?symbol=a%5Cb", from)},
    {400, node.post("nonsense", from)},
    {422, node.post("{}", from)},
    {413, node.post(std::string(2'000'000, ' '), from)},
  };
  for (auto& x : cases) {
    CAF_MESSAGE(x.status);
    CAF_CHECK_EQUAL(x.response.status, x.status);
    CAF_CHECK_EQUAL(allowed(x.response), "https://pro.openbb.co");
    CAF_CHECK(varies(x.response));
  }
}

CAF_TEST_FIXTURE_SCOPE_END()

CAF_TEST(the_allowed_origins_are_a_setting) {
  node_process node{
    std::vector<std::string>{"--market.feed=none", example_symbols(),
                             "--http.allowed-origins=https://desk.example"}};
  CAF_CHECK_EQUAL(allowed(node.get("/symbols", origin("https://desk.example"))),
                  "https://desk.example");
  CAF_CHECK_EQUAL(node.post("[]", origin("https://pro.openbb.co")).status, 403);
  CAF_CHECK_EQUAL(
    upgrade_status(node.port(), "/live_grid_ws", "https://desk.example"), 101);
}
