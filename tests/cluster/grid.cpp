#define CAF_SUITE cluster.grid

#include <signal.h>

#include <atomic>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "etcd_process.hpp"
#include "node_process.hpp"
#include "ws_client.hpp"

#include "caf/test/unit_test.hpp"

using namespace livegrid::test;

namespace {

/// Enough that each of two nodes gets some.
constexpr int num_symbols = 12;

std::string symbol(int i) {
  return "S" + std::to_string(i);
}

/// Reads all rows that a node has for one viewer of all symbols, in a thread of
/// its own, and looks whether a price ever goes back.
class viewer {
public:
  explicit viewer(std::uint16_t port) : client_(port, "/live_grid_ws") {
    client_.subscribe("\"*\"");
    thread_ = std::thread{[this] { read(); }};
  }

  ~viewer() {
    client_.socket().shutdown_write();
    thread_.join();
  }

  /// Waits until it has seen that price of every symbol.
  void wait_for(double price) {
    std::unique_lock guard{mutex_};
    auto seen_all = [&] {
      for (int i = 0; i < num_symbols; ++i)
        if (auto x = prices_.find(symbol(i));
            x == prices_.end() || x->second < price)
          return false;
      return true;
    };
    if (!news_.wait_for(guard, patience, [&] { return ended_ || seen_all(); })
        || !seen_all())
      give_up("the viewer never saw price " + std::to_string(price)
              + " of all symbols");
  }

  /// How often a price was lower than one before.
  std::size_t steps_back() const {
    std::lock_guard guard{mutex_};
    return steps_back_;
  }

  bool ended() const {
    std::lock_guard guard{mutex_};
    return ended_;
  }

private:
  void read() {
    while (auto x = client_.next()) {
      if (x->code != opcode::text)
        continue;
      auto row = json_value::parse(x->payload);
      std::lock_guard guard{mutex_};
      if (!row.at("price").is_number())
        continue;
      auto& last = prices_[row.at("symbol").text()];
      auto price = row.at("price").number();
      steps_back_ += price < last ? 1 : 0;
      last = price;
      news_.notify_all();
    }
    std::lock_guard guard{mutex_};
    ended_ = true;
    news_.notify_all();
  }

  ws_client client_;
  mutable std::mutex mutex_;
  std::condition_variable news_;
  std::map<std::string, double> prices_;
  std::size_t steps_back_ = 0;
  bool ended_ = false;
  std::thread thread_;
};

/// Publishes rounds of ticks at one node: in each, every symbol trades one
/// share at a price that is the round's number.
class publisher {
public:
  explicit publisher(node_process& at) : client_(at.port()) {
    // nop
  }

  /// Publishes one round; several requests, of several symbols each.
  void round() {
    ++rounds_;
    for (int i = 0; i < num_symbols; i += 3) {
      std::string body;
      for (int j = i; j < i + 3; ++j)
        body += (body.empty() ? "[" : ",") + std::string{R"({"symbol":")"}
                + symbol(j) + R"(","price":)" + std::to_string(rounds_)
                + R"(,"size":1})";
      auto answer = client_.request("POST", "/ticks", {}, body + ']');
      if (answer.status != 200)
        give_up("round " + std::to_string(rounds_) + " was answered "
                + std::to_string(answer.status) + ": " + answer.body);
    }
  }

  void rounds(int n) {
    for (int i = 0; i < n; ++i)
      round();
  }

  int done() const noexcept {
    return rounds_;
  }

private:
  http_client client_;
  int rounds_ = 0;
};

class fixture {
public:
  fixture() {
    etcd.start();
  }

  node_process& start(const std::string& name, const std::string& roles,
                      const std::vector<std::string>& more = {}) {
    auto& port = ports[name];
    if (port == 0)
      port = port_holder{}.port();
    node_options options;
    options.args = {
      "--market.feed=none",    "--node.name=" + name,
      "--node.roles=" + roles, "--cluster.etcd=" + etcd.endpoint(),
      "--cluster.ttl=2s",      "--cluster.port=" + std::to_string(port)};
    options.args.insert(options.args.end(), more.begin(), more.end());
    auto& x = nodes[name];
    x.reset();
    x = std::make_unique<node_process>(options);
    x->wait_until_listening();
    return *x;
  }

  node_process& at(const std::string& name) {
    return *nodes.at(name);
  }

  /// Two owners and one where viewers and publishers are.
  void start_three() {
    start("a", "symbols").wait_for_error_text("cluster_settled");
    start("b", "symbols").wait_for_error_text("cluster_settled");
    start("g", "http").wait_for_error_text("peer_up name=\"a\"");
    at("g").wait_for_error_text("peer_up name=\"b\"");
  }

  /// Price and volume of all symbols, as every node in turn shows them.
  void check_all(const std::vector<std::string>& names, double price,
                 double volume) {
    std::string all;
    for (int i = 0; i < num_symbols; ++i)
      all += (i ? "," : "") + symbol(i);
    for (const auto& name : names) {
      CAF_MESSAGE(name);
      auto rows = at(name).rows(all);
      CAF_REQUIRE_EQUAL(rows.size(), static_cast<std::size_t>(num_symbols));
      for (const auto& row : rows.items()) {
        CAF_CHECK_EQUAL(row.at("price").number(), price);
        CAF_CHECK_EQUAL(row.at("volume").number(), volume);
      }
    }
  }

  etcd_process etcd;
  std::map<std::string, std::uint16_t> ports;
  std::map<std::string, std::unique_ptr<node_process>> nodes;
};

CAF_TEST_FIXTURE_SCOPE(cluster_grid_tests, fixture)

CAF_TEST(every node shows every symbol wherever it was published) {
  start_three();
  viewer looks{at("g").port()};
  viewer looks_too{at("a").port()};
  publisher first{at("g")};
  first.rounds(3);
  looks.wait_for(3);
  looks_too.wait_for(3);
  check_all({"a", "b", "g"}, 3, 3);
  auto symbols = at("b").get("/symbols").json();
  // With the five that every node begins with.
  CAF_CHECK_EQUAL(symbols.size(), static_cast<std::size_t>(num_symbols + 5));
  // Both own some.
  for (const auto* name : {"a", "b"})
    CAF_CHECK_GREATER(at(name).get("/health").json().at("symbols").number(), 0);
  CAF_CHECK_EQUAL(at("g").get("/health").json().at("symbols").number(), 0);
}

CAF_TEST(an owner is killed and nobody is told a lie) {
  start_three();
  viewer looks{at("g").port()};
  publisher out{at("g")};
  out.rounds(20);
  at("b").signal(SIGKILL);
  out.rounds(20);
  looks.wait_for(40);
  CAF_CHECK_EQUAL(looks.steps_back(), 0u);
  CAF_CHECK(!looks.ended());
  check_all({"a", "g"}, 40, 40);
}

CAF_TEST(an owner that was suspended does not come back with old prices) {
  start_three();
  viewer looks{at("g").port()};
  publisher out{at("g")};
  out.rounds(10);
  at("b").signal(SIGSTOP);
  out.rounds(10);
  looks.wait_for(20);
  at("b").signal(SIGCONT);
  at("b").wait_for_error_text("cluster_lost");
  out.rounds(10);
  looks.wait_for(30);
  CAF_CHECK_EQUAL(looks.steps_back(), 0u);
  CAF_CHECK(!looks.ended());
  check_all({"a", "g"}, 30, 30);
}

CAF_TEST(all owners are replaced one by one and no tick is lost) {
  start_three();
  viewer looks{at("g").port()};
  publisher out{at("g")};
  std::atomic<bool> enough = false;
  std::thread publishes{[&] {
    while (!enough)
      out.round();
  }};
  for (const auto* name : {"b", "a", "b"}) {
    at(name).signal(SIGTERM);
    CAF_CHECK_EQUAL(at(name).wait_for_exit(), 0);
    start(name, "symbols").wait_for_error_text("cluster_settled");
  }
  enough = true;
  publishes.join();
  auto n = out.done();
  CAF_CHECK_GREATER(n, 3);
  looks.wait_for(n);
  CAF_CHECK_EQUAL(looks.steps_back(), 0u);
  CAF_CHECK(!looks.ended());
  check_all({"a", "b", "g"}, n, n);
}

CAF_TEST(a second node of a name is none) {
  start("a", "symbols,http").wait_for_error_text("cluster_settled");
  ports["a"] = port_holder{}.port();
  node_process second{node_options{
    .args = {"--market.feed=none", "--node.name=a",
             "--cluster.etcd=" + etcd.endpoint(), "--cluster.ttl=2s",
             "--cluster.port=" + std::to_string(ports["a"])}}};
  second.wait_until_listening();
  second.wait_for_error_text("cluster_refused");
  CAF_CHECK_EQUAL(second.get("/ready").status, 503);
  CAF_CHECK_EQUAL(at("a").get("/ready").status, 200);
}

CAF_TEST_FIXTURE_SCOPE_END()

} // namespace
