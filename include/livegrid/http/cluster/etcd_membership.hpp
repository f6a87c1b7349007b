#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <variant>
#include <vector>

#include "livegrid/actors/members/member.hpp"
#include "livegrid/fwd.hpp"
#include "livegrid/http/cluster/etcd_access.hpp"
#include "livegrid/http/system/boot_clock.hpp"

namespace livegrid {

class member_loop;

struct membership_config {
  /// etcd's client URLs, `http://HOST:PORT`, tried in turn; 1 to 8.
  std::vector<std::string> endpoints;

  etcd_access access;

  /// Which cluster of those that etcd knows; a name as members have.
  std::string cluster;

  /// This node, as the others shall know it.
  member self;

  /// For how long after its last sign of life the others take it to be alive,
  /// 2 to 60 s. etcd may grant more.
  std::chrono::seconds ttl{3};

  log_ptr log;

  /// What is wrong with it, or empty.
  std::string fault() const;
};

/// This node can no longer know that it is a member: the others may take it for
/// dead. It tries to become one again; views from before are void.
struct membership_lost {
  std::string reason;
};

/// Another node that lives has the name of this one. It goes on trying, in case
/// that one leaves.
struct membership_refused {
  /// The other's instance, or empty if its entry says nothing one can read.
  std::string holder;

  std::string reason;
};

/// This node is not a member and cannot become one for now: etcd does not
/// answer, or a predecessor of the same name has not expired. Told once a
/// cause.
struct membership_waiting {
  std::string reason;
};

/// A view is what is so from now on; this node is in it. It may have the same
/// members as the one before.
using membership_event = std::variant<cluster_view, membership_lost,
                                      membership_refused, membership_waiting>;

/// Makes this node a member of a cluster through etcd, keeps it one, and tells
/// who else is. Works on a thread of its own.
class etcd_membership {
public:
  /// Called from the thread of the membership; must neither throw nor wait, nor
  /// stop the membership.
  using listener = std::function<void(const membership_event&)>;

  /// Starts to join.
  /// @pre `config.fault().empty()`
  etcd_membership(membership_config config, listener tell);

  etcd_membership(const etcd_membership&) = delete;

  etcd_membership& operator=(const etcd_membership&) = delete;

  /// Stops.
  ~etcd_membership();

  /// Stays a member, but one of which this is said from now on. Thread-safe.
  void restate(bool owns_symbols, std::vector<symbol_name> pinned);

  /// Leaves the cluster so that the others know at once, if etcd answers within
  /// a second. No event comes after it. Not thread-safe.
  void stop();

  /// Until when this node may act as a member, such as an owner: at that time
  /// the others may begin to take it for dead. In the past if it is none.
  /// Whoever acts must look at it right before, since an event may come late in
  /// a process that was suspended. Thread-safe.
  boot_clock::time_point valid_until() const noexcept;

  /// Whether it may act now. Thread-safe.
  bool valid() const noexcept {
    return boot_clock::now() < valid_until();
  }

private:
  std::unique_ptr<member_loop> loop_;
  std::thread thread_;
};

/// A new random id for `member::instance`.
std::string random_instance();

} // namespace livegrid
