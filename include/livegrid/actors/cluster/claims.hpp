#pragma once

#include <chrono>
#include <set>
#include <string>
#include <vector>

namespace livegrid {

/// How this node comes to its share of the symbols after a view has changed: it
/// *claims* the share from other members, which hand over what they have of it.
///
/// * A claim is *open* until the member has handed over all, or is given up.
/// * This node has *settled* when no claim is open any more: it has its share.
/// * A member is *in doubt* if it may own symbols of this node's share as well;
///   its claim is open until it has answered, whatever the time.
///
/// A plain object of the grid's, see grid.hpp. Members are named.
class claims {
public:
  using time_point = std::chrono::steady_clock::time_point;

  // -- whether the share is here ----------------------------------------------

  bool settled() const noexcept {
    return settled_;
  }

  /// This node has its share from now on, or is about to claim it.
  void settle(bool on) noexcept {
    settled_ = on;
  }

  // -- claims -----------------------------------------------------------------

  /// All members of `whom` are to be asked, and nobody else any more. This node
  /// has not settled until then.
  void begin(std::set<std::string> whom, time_point now);

  const std::set<std::string>& open() const noexcept {
    return open_;
  }

  bool is_open(const std::string& whom) const {
    return open_.contains(whom);
  }

  /// Since when they are.
  time_point begun() const noexcept {
    return begun_;
  }

  /// Whether what that member hands over is still wanted.
  bool wants(const std::string& whom) const {
    return is_open(whom) || in_doubt(whom);
  }

  /// It has handed over all that it has.
  void end(const std::string& whom);

  /// Gives them up.
  void end_all() noexcept {
    open_.clear();
  }

  /// A claim that waits too long, or will.
  struct wait {
    std::string whom;
    bool over = false;
    time_point due; ///< when it waits too long
  };

  /// How long each open claim may wait.
  /// @param may_hold whether a member may have taken ticks of this node's share
  template <class Predicate>
  std::vector<wait> waits(time_point now, Predicate may_hold) const {
    std::vector<wait> result;
    for (const auto& x : open_) {
      auto due = begun_ + patience_for(may_hold(x));
      result.push_back({x, now >= due, due});
    }
    return result;
  }

  /// Its claim is not waited for any longer.
  /// @param may_hold see `waits`: then the member is in doubt from now on
  void give_up(const std::string& whom, bool may_hold);

  // -- who may own the same ---------------------------------------------------

  bool in_doubt(const std::string& whom) const {
    return in_doubt_.contains(whom);
  }

  bool anybody_in_doubt() const noexcept {
    return !in_doubt_.empty();
  }

  const std::set<std::string>& all_in_doubt() const noexcept {
    return in_doubt_;
  }

  void doubt(const std::string& whom) {
    in_doubt_.insert(whom);
  }

  /// It is no member any more, and so owns nothing.
  void clear_doubt(const std::string& whom) {
    in_doubt_.erase(whom);
  }

  /// Whether this node's own symbols must wait, since it is not known yet who
  /// is right.
  bool disputed() const noexcept {
    return !settled_ && anybody_in_doubt();
  }

  /// Claims nothing any more, of nobody.
  void clear() noexcept {
    open_.clear();
    in_doubt_.clear();
  }

private:
  static std::chrono::milliseconds patience_for(bool may_hold) noexcept;

  bool settled_ = false;
  std::set<std::string> open_;
  std::set<std::string> in_doubt_;
  time_point begun_{};
};

} // namespace livegrid
