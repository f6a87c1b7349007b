#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "livegrid/cluster.hpp"

#include "network.hpp"
#include "random.hpp"
#include "timeline.hpp"

namespace livegrid::simulation {

class etcd_client;

/// An etcd, as far as members see it: entries with revisions, leases that end
/// late, watches that lag. It is on a host of its own.
class etcd_cluster {
public:
  etcd_cluster(timeline& time, network& net, random& chance, std::size_t host);

  std::size_t host() const noexcept {
    return host_;
  }

  /// While it is down it answers nobody, and ends no leases.
  void set_up(bool on);

  bool up() const noexcept {
    return up_;
  }

  static constexpr instant ttl{std::chrono::seconds{2}};

private:
  friend class etcd_client;

  struct entry {
    member who;
    instant ends{0}; ///< its lease
  };

  void sweep();

  void changed();

  cluster_view view() const;

  timeline& time_;
  network& net_;
  random& chance_;
  std::size_t host_;
  bool up_ = true;
  std::uint64_t revision_ = 1;
  std::map<std::string, entry> entries_;
  std::vector<etcd_client*> clients_; ///< by age
};

/// What one process has to do with etcd.
class etcd_client {
public:
  struct listener {
    std::function<void(cluster_view)> tell;
    std::function<void()> lose;
  };

  etcd_client(etcd_cluster& etcd, std::size_t host, member self, listener tell);

  ~etcd_client();

  bool valid() const noexcept {
    return etcd_.time_.now() < valid_until_;
  }

  void restate(bool owns, std::vector<symbol_name> pinned);

  /// Takes its entry away.
  void leave();

  void suspend() {
    suspended_ = true;
  }

  void resume();

private:
  friend class etcd_cluster;

  void plan_step();

  void step();

  void put();

  void lose();

  /// The watch tells of it, after a while.
  void deliver(const cluster_view& x);

  void news(const cluster_view& x);

  bool reachable() const;

  etcd_cluster& etcd_;
  std::size_t host_;
  member self_;
  listener tell_;
  instant valid_until_{0};
  instant next_renewal_{0};
  bool joined_ = false;
  bool suspended_ = false;
  bool leaving_ = false;
  std::uint64_t told_ = 0;
  instant news_due_{0};
  std::vector<cluster_view> held_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

} // namespace livegrid::simulation
