#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

namespace livegrid {

/// Where the other nodes of a list are or may be, and which of them are to be
/// dialed.
///
/// * An address is *reached* while the node there is known.
/// * It is *missing* else, and *untried* until its first dialing has come to an
///   end: so that nobody takes itself for alone too soon.
/// * Of two nodes the one whose address comes first in alphabetical order dials
///   the other, who is the *second*. The second does so after a while without
///   word from there: when a connection is lost, it may be that it alone has
///   noticed.
///
/// A plain object of the roll-call's, see rollcall.hpp. Times are those of a
/// clock that goes on while the process is suspended.
class address_list {
public:
  using time = std::chrono::nanoseconds;

  /// @param all each `host:port`, in any order
  /// @param own this node's, which is one of them
  void init(std::vector<std::string> all, const std::string& own, time now);

  /// Where this node's own address stands among all, in alphabetical order.
  std::size_t own_index() const noexcept {
    return own_index_;
  }

  /// Nothing is known of any.
  void begin_anew(time now);

  bool any_missing() const noexcept;
  bool any_untried() const noexcept;

  /// The addresses that are to be dialed, which they are from now on.
  std::vector<std::string> begin_dialing(time now);

  /// The node of that name was found there.
  void end_dialing(const std::string& where, const std::string& name, time now);

  /// Nobody was found there.
  /// @returns whether it was the first time since it was reached or begun
  bool fail_dialing(const std::string& where, time now);

  /// The node of that name is there, which has come by itself.
  void note_reached(const std::string& where, const std::string& name,
                    time now);

  /// The node of that name is lost: it is to be dialed again.
  void lose(const std::string& name, time now);

private:
  struct address {
    std::string text;
    bool first = false; ///< this node is the first to dial it
    bool dialing = false;
    bool tried = false;
    std::string reached; ///< the name of who is there
    time due{};          ///< when it may be dialed
    time reached_at{};
    unsigned losses = 0; ///< one soon after the other
  };

  address& at(const std::string& where);

  static void begin(address& x, time now);
  static void lose(address& x, time now);

  std::vector<address> all_; ///< of the other nodes
  std::size_t own_index_ = 0;
};

} // namespace livegrid
