#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "json_value.hpp"
#include "node_process.hpp"
#include "ws_client.hpp"

// Like CAF's own test headers it needs CAF_SUITE, and comes last.

#include "unit_test.hpp"

namespace livegrid::test {

using strings = std::vector<std::string>;

/// A node that runs without a feed, and what most tests ask of it.
class node_fixture {
public:
  /// @param more settings.
  explicit node_fixture(const strings& more = {}) : node(with(more)) {
    // nop
  }

  node_process node;

  /// A subscriber who has not yet said what he wants.
  ws_client connect(const std::string& target = "/live_grid_ws") {
    return ws_client{node.port(), target};
  }

  void trade(const std::string& symbol, int price) {
    node.publish(R"({"symbol":")" + symbol + R"(","price":)"
                 + std::to_string(price) + "}");
  }

  /// A cell of that symbol's row, as written.
  std::string cell(const std::string& symbol, const char* name) {
    return node.rows(symbol).at(0).at(name).literal();
  }

  /// Posts ticks that must be taken.
  void check_accepted(std::string_view body, int n) {
    auto response = node.post(body);
    CAF_CHECK_EQUAL(response.status, 200);
    CAF_CHECK_EQUAL(response.body, R"({"accepted":)" + std::to_string(n) + "}");
  }

  /// Checks that it serves viewers still.
  void check_alive() {
    CAF_REQUIRE(node.running());
    CAF_CHECK_EQUAL(node.get("/health").status, 200);
    auto subscriber = connect();
    subscriber.subscribe(R"("MSFT")");
    CAF_CHECK_EQUAL(subscriber.next_json().at("symbol").text(), "MSFT");
  }

private:
  static strings with(const strings& more) {
    strings result{"--market.feed=none", example_symbols()};
    result.insert(result.end(), more.begin(), more.end());
    return result;
  }
};

} // namespace livegrid::test
