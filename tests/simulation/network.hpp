#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <caf/all.hpp>

#include "random.hpp"
#include "timeline.hpp"

namespace livegrid::simulation {

class network;

/// The networking of one process, as far as it matters: what CAF's middleman
/// does with its connections, including what it does wrong. A process has one
/// route to another; what comes over a second connection is read all the same,
/// and answered over the first.
class transport {
public:
  /// @param host where the process runs; a later one there has a higher `run`.
  transport(network& net, caf::actor_system& sys, std::size_t host,
            std::uint32_t run);

  ~transport();

  /// What others find who connect.
  void publish(const caf::strong_actor_ptr& what) {
    published_ = what;
  }

  using found = std::function<void(caf::strong_actor_ptr, std::string)>;

  /// Connects to whoever is at that host. Calls `then` with what is published
  /// there, or with why there is no way.
  void dial(std::size_t host, found then);

  /// Sends heartbeats, and closes connections that are silent. To be called
  /// every `heartbeat_interval`.
  void beat();

  /// Closes everything, as the kernel does for a process that has ended.
  void close_all();

  /// Breaks a connection to that host at this side alone; none if there is no
  /// route to it.
  /// @param silently the other side is never told.
  void break_route(std::size_t host, bool silently);

  static constexpr instant heartbeat_interval{std::chrono::milliseconds{500}};
  static constexpr instant connection_timeout{std::chrono::milliseconds{2000}};

  /// Whether the process does nothing.
  bool suspended = false;

  /// What has come for a process that is suspended, in its order.
  std::vector<std::function<void()>> inbox;

private:
  friend class network;

  class proxy;

  struct connection;
  using connection_ptr = std::shared_ptr<connection>;

  struct packet {
    enum class kind : std::uint8_t { open, greeting, reply, data, beat, close };
    kind what = kind::data;
    caf::actor_id from = 0;
    caf::actor_id to = 0; ///< of a greeting: what is published
    caf::message_id id;
    std::vector<char> bytes;
  };

  struct end {
    transport* who = nullptr; ///< null once it is closed
    bool silent = false;      ///< it tells nobody that it is closed
    instant last_heard{0};
    instant last_due{0}; ///< when what was sent there arrives
    std::vector<packet> held;
  };

  struct connection {
    std::uint64_t number = 0;
    std::array<std::size_t, 2> hosts{};
    std::array<end, 2> ends; ///< the one that dialed is the first
    found then;              ///< until it is established
  };

  static std::size_t side_of(const connection& x, const transport& who);

  void take(const connection_ptr& over, packet& x);

  void take_data(const connection_ptr& over, packet& x);

  void send(const caf::node_id& to, caf::mailbox_element& x,
            caf::actor_id whom);

  void close(connection_ptr x);

  caf::strong_actor_ptr proxy_of(const caf::node_id& node, caf::actor_id id);

  network& net_;
  caf::actor_system& sys_;
  std::size_t host_;
  caf::node_id node_;
  caf::strong_actor_ptr published_;
  std::map<caf::node_id, connection_ptr> routes_;
  std::map<std::uint64_t, connection_ptr> connections_;
  std::map<std::uint64_t, caf::node_id> peers_; ///< of connections, once known
  std::map<std::pair<caf::node_id, caf::actor_id>, caf::strong_actor_ptr>
    proxies_;

  /// What others have heard of.
  std::map<caf::actor_id, caf::strong_actor_ptr> known_;
};

/// Cables between hosts.
class network {
public:
  network(timeline& time, simulation::random& chance, std::size_t hosts);

  /// Whether what one host sends reaches the other.
  bool open(std::size_t from, std::size_t to) const {
    return !cut_.contains({from, to});
  }

  void cut(std::size_t from, std::size_t to) {
    cut_.emplace(from, to);
  }

  void mend(std::size_t from, std::size_t to);

  /// How long a packet takes, and how much longer some do.
  instant delay();

  timeline& time() noexcept {
    return time_;
  }

  simulation::random& chance() noexcept {
    return chance_;
  }

private:
  friend class transport;

  void send(const transport::connection_ptr& over, std::size_t to,
            transport::packet x);

  void arrive(const transport::connection_ptr& over, std::size_t to,
              transport::packet& x);

  timeline& time_;
  simulation::random& chance_;
  std::set<std::pair<std::size_t, std::size_t>> cut_;
  std::vector<transport*> hosts_; ///< who runs there; null for nobody
  std::map<std::uint64_t, std::weak_ptr<transport::connection>> connections_;
  std::uint64_t last_connection_ = 0;
};

} // namespace livegrid::simulation
