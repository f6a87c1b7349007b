// What it costs that symbols and viewers are at several nodes, and how long a
// fault of one of them is felt.

#include <signal.h>

#include <future>
#include <map>
#include <memory>
#include <thread>
#include <utility>

#include "etcd_process.hpp"
#include "sample.hpp"
#include "scenarios.hpp"
#include "tcp_socket.hpp"

namespace livegrid::bench {

namespace {

/// The nodes of one cluster, and its etcd; all of them on CPU 0.
class cluster {
public:
  cluster() {
    etcd_.start();
  }

  /// Starts that node, or starts it again, and waits until it is a member.
  node& start(const std::string& name, const std::string& roles) {
    auto& port = ports_[name];
    if (port == 0)
      port = test::port_holder{}.port();
    auto& x = nodes_[name];
    x.reset();
    x = std::make_unique<node>(std::vector<std::string>{
      "--node.name=" + name, "--node.roles=" + roles,
      "--cluster.etcd=" + etcd_.endpoint(), "--cluster.ttl=2s",
      "--cluster.port=" + std::to_string(port)});
    x->wait_until_ready();
    return *x;
  }

  node& at(const std::string& name) {
    return *nodes_.at(name);
  }

private:
  test::etcd_process etcd_;
  std::map<std::string, std::uint16_t> ports_;
  std::map<std::string, std::unique_ptr<node>> nodes_;
};

/// A steady load on an owner and a node with viewers.
struct crossing {
  std::uint32_t subscribers = 1;
  double rate = 20'000; ///< ticks a second, in requests of 20
};

struct crossed {
  usage owner;
  usage gateway;
  double ticks = 0;
  percentiles latency;

  double owner_us() const noexcept {
    return owner.node * 1e6 / ticks;
  }

  double gateway_us() const noexcept {
    return gateway.node * 1e6 / ticks;
  }
};

constexpr std::uint32_t market_size = 1000;

/// @param viewers the node that has them, who want all symbols.
crossed cross(node& owner, node& gateway, node& viewers, const crossing& x,
              double seconds, faults& wrong) {
  load clients{owner.port(), viewers.port(), market_size};
  clients.connect(subscribers(x.subscribers, market_size));
  clients.publish({.rate = x.rate, .batch = 20, .pipeline = 64});
  clients.serve(seconds / 5);
  auto& all = clients.all();
  all.latency = {};
  all.timed = true;
  auto sent = clients.source().sent();
  meter of_owner{owner.pid()};
  meter of_gateway{gateway.pid()};
  clients.serve(seconds);
  crossed result;
  result.owner = of_owner.read(owner.pid());
  result.gateway = of_gateway.read(gateway.pid());
  result.ticks = static_cast<double>(clients.source().sent() - sent);
  all.timed = false;
  result.latency = all.latency;
  clients.settle();
  wrong.add(all.wrong);
  clients.disconnect();
  return result;
}

} // namespace

void run_link(double seconds, report& to) {
  cluster all;
  auto& owner = all.start("a", "symbols,http");
  auto& gateway = all.start("g", "http");
  auto run = [&](node& viewers, const crossing& x) {
    return cross(owner, gateway, viewers, x, seconds, to.wrong());
  };
  auto near = run(owner, {});
  auto far = run(gateway, {});
  auto one = run(gateway, {.rate = 1000});
  auto hundred = run(gateway, {.subscribers = 100, .rate = 1000});
  // More nodes, each with a viewer of everything.
  std::vector<std::unique_ptr<load>> viewers;
  for (auto name : {"h", "i", "j"}) {
    auto& x = all.start(name, "http");
    viewers.push_back(
      std::make_unique<load>(owner.port(), x.port(), market_size));
    viewers.back()->connect(subscribers(1, market_size));
  }
  auto four = run(gateway, {.rate = 1000});
  auto used = far.owner;
  used.node += far.gateway.node;
  used.noise -= far.gateway.node / far.gateway.seconds;
  to.line("link",
          {{"us/row_near", near.owner_us()},
           {"us/row_owner", far.owner_us()},
           {"us/row_gateway", far.gateway_us()},
           {"p50_ms_near", near.latency.at(0.5)},
           {"p50_ms", far.latency.at(0.5)},
           {"p99_ms_near", near.latency.at(0.99)},
           {"p99_ms", far.latency.at(0.99)},
           {"us/tick_owner_1_viewer", one.owner_us()},
           {"us/tick_owner_100_viewers", hundred.owner_us()},
           {"us/tick_owner_4_gateways", four.owner_us()}},
          used);
  for (auto& x : viewers)
    x->disconnect();
}

void run_failover(double seconds, report& to) {
  constexpr std::uint32_t symbols = 50;
  cluster all;
  all.start("a", "symbols,http");
  all.start("b", "symbols,http");
  auto& gateway = all.start("g", "http");
  load clients{gateway.port(), symbols};
  clients.connect(subscribers(20, symbols));
  // A node that is away must not hold back the ticks of the others.
  clients.publish({.rate = 4000, .batch = 20, .pipeline = 10'000});
  auto& seen = clients.all();
  /// Milliseconds of the longest silence from here on.
  auto silence = [&](double span) {
    clients.serve(span);
    return static_cast<double>(std::exchange(seen.silence, 0)) / 1000;
  };
  silence(1);
  meter measured{gateway.pid()};
  auto none = silence(seconds);
  all.at("b").signal(SIGTERM);
  auto left = silence(seconds);
  // The load goes on meanwhile. The node would end with the thread that has
  // started it.
  std::promise<void> enough;
  std::thread starting{[&] {
    all.start("b", "symbols,http");
    enough.get_future().wait();
  }};
  auto joined = silence(seconds);
  all.at("b").signal(SIGKILL);
  enough.set_value();
  starting.join();
  auto killed = silence(seconds * 2);
  all.start("b", "symbols,http");
  silence(seconds);
  all.at("a").signal(SIGSTOP);
  auto suspended = silence(seconds * 2);
  all.at("a").signal(SIGCONT);
  auto back = silence(seconds);
  to.line("failover",
          {{"none_ms", none},
           {"left_ms", left},
           {"joined_ms", joined},
           {"killed_ms", killed},
           {"suspended_ms", suspended},
           {"resumed_ms", back}},
          measured.read(gateway.pid()));
  clients.settle();
  to.wrong().add(seen.wrong);
  clients.disconnect();
}

} // namespace livegrid::bench
