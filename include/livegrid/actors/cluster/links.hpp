#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "livegrid/actors.hpp"
#include "livegrid/actors/members/member.hpp"
#include "livegrid/actors/members/peer_word.hpp"
#include "livegrid/actors/prices/feed.hpp"

namespace livegrid {

/// Another member, and what there is between it and this node.
struct member_link {
  using time_point = std::chrono::steady_clock::time_point;

  std::string instance;
  std::uint64_t node = 0; ///< see `batch_id::node`
  peer_actor peer;        ///< the way to it; an invalid handle if there is none

  /// Counts the ways to any member, up to this one; see `row_order::link`.
  std::uint32_t generation = 0;

  bool owns_symbols = false;

  /// Whether it may have symbols that are somebody else's now: it owned some
  /// by the view before.
  bool may_hold = false;

  bool dialing = false;

  /// Who was found there, until it has said that it is that member.
  peer_actor found;

  std::optional<time_point> dial_at; ///< when it is to be dialed

  time_point up_at{};  ///< when the way to it was found
  unsigned losses = 0; ///< of ways, one soon after the other

  std::uint64_t rows_in = 0; ///< that came from it

  /// Feeds that it has told of, which are up.
  std::set<feed_id> feeds;

  /// What it was told of this node's wishes since there is a way to it.
  wish_digest wishes;

  /// Since when its view has not been this node's.
  std::optional<time_point> differs_since;

  /// By which view it has said that it has its share, the last time.
  std::uint64_t settled_by = 0;

  bool audited = false;        ///< it has not answered yet what it was asked
  std::size_t next_bucket = 0; ///< see `row_audit::next_for`

  bool up() const noexcept {
    return static_cast<bool>(peer);
  }
};

/// A node that has greeted this one before the view has it.
struct stranger {
  peer_actor peer;
  std::set<feed_id> feeds; ///< that it has told of
};

/// The links of this node to the other members.
///
/// * A *member_link* stands for another member, be there a way to it or not.
/// * A *way* is a connection over which that member's grid can be spoken to,
///   and has said which member it is. A link is *up* while there is one.
/// * To *dial* is to look for a way. Of two members one dials first, since two
///   connections would be in each other's way; the *second* does so if there is
///   still no way after a while: when one was lost, it may be that it alone has
///   noticed.
/// * A *stranger* is a node with a way to it that is no member yet.
///
/// A plain object of the grid's, see grid.hpp.
class links {
public:
  using map = std::map<std::string, member_link>;
  using time_point = member_link::time_point;

  /// See `batch_id::node`: a part of the instance that is long enough to be
  /// nobody else's.
  static std::uint64_t node_of(const std::string& instance);

  /// By the member's name.
  const map& all() const noexcept {
    return all_;
  }

  // -- who is there -----------------------------------------------------------

  /// Null if there is no such member beside this one.
  member_link* find(const std::string& name);
  const member_link* find(const std::string& name) const;

  /// @pre there is such a member
  member_link& at(const std::string& name) {
    return all_.at(name);
  }

  /// The names, in their order.
  std::vector<std::string> names() const;

  /// The names of those that are up, in their order.
  std::vector<std::string> names_up() const;

  /// With its name; null if there is none.
  map::value_type* find_instance(const std::string& instance);
  map::value_type* find_node(std::uint64_t node);

  /// Whether any of them owns symbols.
  bool any_owner() const noexcept;

  /// How many members have had another view than this node for so long.
  std::uint64_t differing_for(std::chrono::seconds time, time_point now) const;

  /// A link to that member, and whether it is a new one.
  std::pair<member_link&, bool> add(const member& x);

  /// That is no member any more.
  void remove(const std::string& name) {
    all_.erase(name);
  }

  void remove_all() noexcept {
    all_.clear();
  }

  // -- ways -------------------------------------------------------------------

  /// See `row_order::link`; nothing if there is no way to that member.
  std::optional<std::uint32_t> way_to(const std::string& name) const;

  /// The link whose way that is; null if there is none.
  member_link* of_way(const caf::strong_actor_ptr& x);

  /// That is the way to the member from now on.
  void raise(member_link& x, const peer_actor& peer, time_point now);

  /// There is no way to it any more, and what was said over it is void.
  static void lower(member_link& x);

  /// The way to it is lost. Counts that, if the way did not last.
  static void note_loss(member_link& x, time_point now);

  // -- dialing ----------------------------------------------------------------

  /// How long to wait before that member is dialed; nothing if it is now.
  /// @param own the name of this node
  /// @param listed whether a roll-call looks for members, too
  /// @param pause what it would be else
  static std::optional<std::chrono::milliseconds>
  pause_before(const std::string& name, const member_link& x,
               const std::string& own, bool listed,
               std::chrono::milliseconds pause);

  // -- strangers --------------------------------------------------------------

  std::map<std::string, stranger>& strangers() noexcept {
    return strangers_;
  }

  const std::map<std::string, stranger>& strangers() const noexcept {
    return strangers_;
  }

  /// The feeds of the node that is spoken to over that way; null if none is.
  std::set<feed_id>* feeds_of(const caf::strong_actor_ptr& way);

private:
  map all_;
  std::map<std::string, stranger> strangers_; ///< by instance
  std::uint32_t generation_ = 0;              ///< of ways, so far
};

} // namespace livegrid
