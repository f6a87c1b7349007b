#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "livegrid/actors/base/log.hpp"
#include "livegrid/actors/members/member.hpp"
#include "livegrid/http/cluster/etcd_member.hpp"
#include "livegrid/http/cluster/etcd_port.hpp"

#include "etcd_model.hpp"
#include "network.hpp"
#include "random.hpp"
#include "timeline.hpp"

namespace livegrid::simulation {

class etcd_client;

/// An etcd on a host of its own, and the connections to it.
class etcd_cluster {
public:
  etcd_cluster(timeline& time, network& net, random& chance, std::size_t host);

  /// While it is down it ends no leases. Chance decides whether it has ended,
  /// and refuses who asks, or does not get on, and answers once it is up.
  void set_up(bool on);

  static constexpr std::chrono::seconds ttl{2};

private:
  friend class etcd_client;

  /// Something that etcd sends: a line, or the end.
  struct word {
    instant due{0}; ///< when it arrives
    bool last = true;
    std::string fault;
    std::string text;
  };

  /// A request, on a connection of its own.
  struct request {
    etcd_client* by = nullptr; ///< null once nobody waits for its answer
    etcd_port::post_id id = 0;
    std::size_t host = 0; ///< of whoever asks
    etcd_port::order what;
    bool connected = false;
    test::etcd_model::watch_id watch = 0;
    instant lag{0}; ///< of a watch, besides that of all

    /// What is on its way back, in its order.
    std::deque<word> said;
  };

  using request_ptr = std::shared_ptr<request>;

  // -- a request's way --------------------------------------------------------

  void connect(const request_ptr& x);

  void send(const request_ptr& x);

  void arrive(const request_ptr& x);

  void serve(const request_ptr& x);

  void say(const request_ptr& x, word what);

  /// Says that it is over.
  void refuse(const request_ptr& x, std::string why);

  /// Brings what has been said and is due, if there is a way.
  void carry(const request_ptr& x);

  /// Nobody waits for it.
  void forget(request& x);

  // -- etcd -------------------------------------------------------------------

  /// Once anyone asks: how late it is changes now and then, and it forgets.
  void sweep();

  /// Lets it do what is due, and sends what watches tell.
  void go_on();

  timeline& time_;
  network& net_;
  random& chance_;
  std::size_t host_;
  test::etcd_model model_;
  bool up_ = true;
  bool refuses_ = false; ///< while it is down
  bool used_ = false;
  std::vector<request_ptr> watching_; ///< by age
  instant next_ = instant::max();     ///< when `go_on` is planned

  // By chance, for a whole run.
  instant most_late_;             ///< that a lease ends
  instant most_lag_;              ///< of watches
  std::uint64_t compactions_ = 0; ///< of 100 sweeps
};

/// The program's membership in one process, and its connections to etcd. What
/// `member_loop` is to a node.
class etcd_client final : public etcd_port {
public:
  struct listener {
    std::function<void(cluster_view)> tell;
    std::function<void()> lose;
  };

  etcd_client(etcd_cluster& etcd, std::size_t host, member self, log_ptr log,
              listener tell);

  ~etcd_client() override;

  /// Whether this node may act as a member now.
  bool valid() const;

  void restate(bool owns, std::vector<symbol_name> pinned);

  /// Gives its lease back, and then calls `then`; after a second at most.
  void leave(std::function<void()> then);

  void suspend() {
    suspended_ = true;
  }

  void resume();

  void post(post_id id, order what) override;

  void cancel(post_id id) override;

private:
  friend class etcd_cluster;

  /// Takes it now, or once the process goes on.
  void take(std::function<void()> what);

  /// The same, for what the process finds out by its clock.
  void take_limit(std::function<void()> what);

  void take_word(etcd_cluster::request& x, etcd_cluster::word what);

  /// Goes on at that time, and not at one that was planned before.
  void plan_step(instant when);

  void step();

  etcd_cluster& etcd_;
  std::size_t host_;
  std::map<post_id, etcd_cluster::request_ptr> posts_;
  std::optional<std::pair<bool, std::vector<symbol_name>>> restated_;
  std::function<void()> leaving_; ///< called once it has left
  std::uint64_t planned_ = 0;
  bool suspended_ = false;

  // What has come for a process that is suspended.
  std::vector<std::function<void()>> inbox_;
  std::vector<std::function<void()>> limits_;

  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
  etcd_member member_;
};

} // namespace livegrid::simulation
