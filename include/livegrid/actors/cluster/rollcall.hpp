#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "livegrid/actors.hpp"
#include "livegrid/actors/cluster/address_list.hpp"
#include "livegrid/actors/members/member.hpp"
#include "livegrid/fwd.hpp"

namespace livegrid {

/// What a roll-call needs to know of its surroundings.
struct rollcall_config {
  std::string cluster;

  /// This node, as the others shall know it.
  member self;

  /// Where all nodes are, or may be: `host:port`, this node's own among them,
  /// written in the same way everywhere. Of two nodes the one dials whose
  /// address comes first in alphabetical order.
  std::vector<std::string> addresses;

  /// Finds the way to an address and answers with a `link_atom`, sooner or
  /// later.
  std::function<void(const std::string&, const rollcall_actor&)> dial;

  /// Told of each node that was reached, and of the way to it.
  std::function<void(const member&, const join_actor&)> found;

  /// Told the members whenever they change, and that none of that holds.
  std::function<void(const cluster_view&)> tell;
  std::function<void()> lose;

  /// A clock that goes on while the process is suspended.
  std::function<std::chrono::nanoseconds()> clock;

  /// The time of day: epochs follow it, so that a node that is started anew
  /// gives none that it has given before, and that of the views of a cluster
  /// that was split the one that came later is above the other.
  timestamp (*wall_clock)() = nullptr;

  /// Until when by the other clock this node may act as a member.
  std::shared_ptr<std::atomic<std::int64_t>> valid_until;

  log_ptr log;
};

/// Finds out which nodes of a fixed list are there, for a cluster without an
/// engine that would know. Each node is connected to each other; of those that
/// are, the one whose name comes first says who the members are, with an epoch
/// above all that it has heard of. So while the network is split, each side
/// goes on by itself, and when it heals there is one view again.
///
/// Twice a second each tells each other which view it has. So whatever was
/// missed is heard of later, and who hears nothing knows that there is no way,
/// whatever the connection says.
///
/// Nodes must all reach each other or none: one that reaches only some may be
/// left out, and then is no member. Lives as long as its node.
struct rollcall_state {
  static inline constexpr const char* name = "rollcall";

  using time_point = std::chrono::steady_clock::time_point;

  rollcall_actor::pointer self = nullptr;
  rollcall_config config;

  /// Another node that is there.
  struct peer {
    member who;
    rollcall_actor handle;

    /// Who it said the members are, the last time: to be heeded once it is the
    /// first, which it may notice before this node does. None if it knows no
    /// view.
    std::optional<cluster_view> said;

    std::chrono::nanoseconds heard{}; ///< when it last said something

    bool spoken = false; ///< it has told its view, or the last epoch it knew
  };

  std::map<std::string, peer> peers;      ///< by name
  address_list addresses;                 ///< of the other nodes
  std::chrono::nanoseconds waits_until{}; ///< for others to dial it
  std::optional<cluster_view> view;       ///< the last one told
  std::uint64_t highest = 0;              ///< epoch heard of
  std::chrono::nanoseconds looked{};      ///< when `check` was last done

  /// Since when the first of all says that this node is no member.
  std::optional<std::chrono::nanoseconds> left_out;

  void init(rollcall_actor::pointer ptr, rollcall_config how);

  /// Another node says who it is; answers who this one is.
  caf::result<member> join(const std::string& cluster, const member& who);

  /// That node is there, and can be spoken to.
  void add(const member& who, const rollcall_actor& handle);

  /// A peer has told its view.
  void note_view(const cluster_view& x);

  /// A peer has told what is to be said of it.
  void note_member(const member& x);

  /// The way to a peer is gone.
  void lose(const caf::actor_addr& who);

  /// The way to an address was found, or was not, and why.
  void note_way(const std::string& where, const join_actor& to);
  void note_no_way(const std::string& where, const std::string& why);

  /// Looks whether it was suspended, and for who is not there.
  void check();

  /// That is to be said of this node from now on.
  void restate(bool owns_symbols, std::vector<symbol_name> pinned);

private:
  /// The peer whose message is in hand, or null.
  peer* sender();

  /// Goes by the view of the first of all peers, unless this node itself is the
  /// first.
  void heed();

  /// Tells a peer which view this node has.
  void say_to(const peer& x);

  /// Peers that have said nothing for long cannot be spoken to.
  void drop_silent();

  /// An epoch above all that it has heard of, which no other node gives: while
  /// the network is split, each side goes on by itself.
  std::uint64_t next_epoch() const noexcept;

  /// Since which epoch that node is a member, by the view of epoch `next`.
  std::uint64_t since_of(const member& x, std::uint64_t next) const;

  /// Whether a peer goes by another view than this node's, which is no older.
  /// This node, as the first, has not given that one.
  bool strays(const cluster_view& said) const;

  /// Whether any peer does.
  bool disputed() const;

  /// It is a member no more, until it is told so again.
  void give_up(const char* why);

  /// Whether the process did nothing for so long that the others take it for
  /// dead; then it is no member any more.
  bool was_suspended();

  /// Says who the members are, if that is this node's part.
  void compose();

  /// Goes by that view from now on.
  void enter_view(cluster_view x);

  /// Looks for the ways to nodes that are missing.
  void dial();

  /// Why that node cannot be a member with this one; empty if it can.
  std::string fault_of(const std::string& cluster, const member& who) const;
};

rollcall_actor::behavior_type
rollcall(rollcall_actor::stateful_pointer<rollcall_state> self,
         rollcall_config config);

} // namespace livegrid
