#pragma once

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

namespace livegrid::test {

/// The symbols that tests of several programs trade: enough that each of two
/// nodes gets some.
constexpr int num_traded = 12;

std::string traded_symbol(int i);

/// A viewer of all symbols of a node, which reads in a thread of its own and
/// looks whether a price ever goes back.
class grid_viewer {
public:
  explicit grid_viewer(std::uint16_t port);

  ~grid_viewer();

  /// Waits until it has seen that price of every traded symbol, or a higher.
  void wait_for(double price);

  /// How often a price was lower than one before.
  std::size_t steps_back() const;

  bool ended() const;

private:
  void read();

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
class round_publisher {
public:
  /// @param done the number of the last round that was published.
  explicit round_publisher(node_process& at, int done = 0)
    : client_(at.port()), done_(done) {
    // nop
  }

  /// Publishes `n` rounds; several requests each, of several symbols. Gives up
  /// unless all are answered with 200.
  void rounds(int n);

  int done() const noexcept {
    return done_;
  }

private:
  http_client client_;
  int done_;
};

/// Nodes by their names, and how they find each other: by an etcd of theirs
/// unless another way is told.
class cluster_nodes {
public:
  /// @param settings of every node; none for an etcd.
  explicit cluster_nodes(std::vector<std::string> settings = {});

  /// Starts a node, or starts it again, on the port that it had.
  node_process& start(const std::string& name, const std::string& roles,
                      const std::vector<std::string>& more = {});

  node_process& at(const std::string& name) {
    return *nodes_.at(name);
  }

  /// Where its peers find it; picked when it is first asked for.
  std::uint16_t port(const std::string& name);

  /// Price and volume of all traded symbols, as the node shows them once it
  /// shows that price.
  void check_all(const std::string& name, double price, double volume);

  /// The lowest and highest price, as the node shows them.
  std::pair<double, double> prices(const std::string& name);

  /// How many symbols it owns.
  double owned(const std::string& name);

  /// Settings of every node.
  std::vector<std::string> membership;

private:
  json_value rows(const std::string& name);

  std::unique_ptr<etcd_process> etcd_;
  std::map<std::string, std::uint16_t> ports_;
  std::map<std::string, std::unique_ptr<node_process>> nodes_;
};

} // namespace livegrid::test
