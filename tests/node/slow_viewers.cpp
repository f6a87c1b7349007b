#define CAF_SUITE node.slow_viewers

#include <optional>
#include <string>

#include "console_program.hpp"
#include "networks.hpp"
#include "ws_client.hpp"

#include "unit_test.hpp"

using namespace livegrid::test;

namespace {

using strings = std::vector<std::string>;

/// Lets a symbol trade at ever higher prices.
class tape {
public:
  explicit tape(node_process& node) : node_(node) {
    // nop
  }

  void trade(int times) {
    std::string body;
    for (int i = 0; i < times; ++i)
      body += R"({"symbol":"AAPL","price":)" + std::to_string(++price_) + "}\n";
    node_.publish(body);
  }

  std::string last_price() const {
    return std::to_string(price_);
  }

private:
  node_process& node_;
  int price_ = 1000;
};

/// Reads until the row with that price.
void read_until(ws_client& from, const std::string& price) {
  while (from.next_json().at("price").literal() != price) {
    // An older one.
  }
}

std::string verdict_of(console_fixture& by, const std::string& id) {
  return cell_of(by.answer("subscribers"), id, "verdict");
}

/// A viewer, connected from the far network to the near one.
ws_client connect_from_afar(std::uint16_t port) {
  return {tcp_socket{two_networks::near_address, port}, "/live_grid_ws"};
}

} // namespace

CAF_TEST(a_viewer_that_does_not_read_is_a_slow_reader) {
  console_fixture by;
  tape ticks{by.node};
  ws_client lazy{by.node.port(), "/live_grid_ws", {}, 4096};
  lazy.subscribe(R"("AAPL")");
  lazy.next_text();
  auto id = by.only_subscriber();
  ws_client keen{by.node.port(), "/live_grid_ws"};
  keen.subscribe(R"("AAPL")");
  wait_until("a slow reader", [&] {
    ticks.trade(1000);
    read_until(keen, ticks.last_price());
    return verdict_of(by, id) == "slow reader";
  });
  auto all = by.answer("subscribers --sort=lag");
  CAF_CHECK_EQUAL(first_column(all).substr(0, id.size() + 1), id + ',');
  CAF_CHECK(cell_of(all, id, "waiting") != "0");
  for (auto& row : all.at("lists").at(0).at("rows").items())
    if (row.at(0).text() != id)
      CAF_CHECK_EQUAL(verdict_of(by, row.at(0).text()), "keeping up");
  auto why = by.answer("why " + id + " AAPL");
  CAF_CHECK(contains(why.at("note").text(), " behind: slow reader, "));
  // It was given that one in the flush that filled its socket, and the kernel
  // has not taken all of it.
  CAF_CHECK(us_between(fact(why, "shown", "applied"),
                       fact(why, "shown", "given_to_socket"))
            >= 0);
  CAF_CHECK(contains(fact(why, "viewer", "socket"), "full"));
  CAF_CHECK(contains(fact(why, "viewer", "waiting"), "merged with"));
  CAF_CHECK(contains(fact(why, "viewer", "newest"), ticks.last_price()));
  CAF_CHECK_EQUAL(by.answer("ledger").at("note").text(), "all ledgers add up");
  // It reads again, and has the newest at once.
  read_until(lazy, ticks.last_price());
  wait_until("keeping up again",
             [&] { return verdict_of(by, id) == "keeping up"; });
}

CAF_TEST(a_viewer_whose_network_is_gone_is_on_a_slow_network) {
  two_networks net;
  if (!net.there()) {
    CAF_MESSAGE(
      "skipped: network namespaces take root, iproute2 and /dev/net/tun");
    return;
  }
  std::optional<console_fixture> by;
  net.near_side([&] {
    by.emplace(strings{"--market.feed=none", example_symbols(),
                       "--http.address=0.0.0.0", "--access.open"});
  });
  std::optional<ws_client> viewer;
  net.far_side([&] {
    viewer.emplace(connect_from_afar(by->node.port()));
    viewer->subscribe(R"("AAPL")");
    viewer->next_text();
  });
  net.near_side([&] {
    tape ticks{by->node};
    auto id = by->only_subscriber();
    ticks.trade(1);
    read_until(*viewer, ticks.last_price());
    wait_until("keeping up",
               [&] { return verdict_of(*by, id) == "keeping up"; });
    net.unplug();
    ticks.trade(1);
    // At first it could still be on its way.
    json_value why;
    wait_until("a slow network", [&] {
      why = by->answer("why " + id + " AAPL");
      return contains(fact(why, "viewer", "verdict"),
                      "bytes sent and not acknowledged");
    });
    CAF_CHECK(fact(why, "viewer", "verdict").starts_with("slow network: "));
    CAF_CHECK(contains(why.at("note").text(), "slow network, "));
    CAF_CHECK_EQUAL(verdict_of(*by, id), "slow network");
    net.plug();
    read_until(*viewer, ticks.last_price());
    wait_until("keeping up again",
               [&] { return verdict_of(*by, id) == "keeping up"; });
  });
}
