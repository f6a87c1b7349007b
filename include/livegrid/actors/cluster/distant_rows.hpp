#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "livegrid/actors.hpp"
#include "livegrid/actors/cluster/ownership.hpp"
#include "livegrid/actors/prices/row.hpp"
#include "livegrid/fwd.hpp"

namespace livegrid {

/// A symbol that is not here, or was not when somebody began to look at it.
struct distant_symbol {
  row_ptr held; ///< the newest row that came here

  /// Somebody looks who has not been given that, since it may be old.
  bool awaited = false;

  std::vector<row_sink_actor> sinks; ///< who looks at it
};

/// What distant rows need of the grid.
class distant_port {
public:
  using time_point = std::chrono::steady_clock::time_point;

  virtual ~distant_port() = default;

  virtual time_point now() const = 0;

  /// Counts how often a way was found, up to the one to that member; nothing
  /// if there is none.
  virtual std::optional<std::uint32_t> way_to(std::size_t member) const = 0;

  /// Whether two members may have owned a symbol at once: in a cluster that was
  /// split, without etcd.
  virtual bool may_be_split() const = 0;

  /// Ticks that made this row are dropped, which the operator is told.
  virtual void note_dropped(const row& what) = 0;
};

/// The rows of other nodes' symbols that came to this node, and who here looks
/// at them.
///
/// * A *sink* is a fan-out of this node; it *looks* at a symbol, or at all.
/// * A row is *held* when it is the newest that came. It is *shown* to whoever
///   looks, *marked* as down if its owner is out of reach.
/// * A row has *gone back* if it shows less than somebody has seen here: it is
///   marked for a while, so that nobody takes it for a change of the price.
///
/// A plain object of the grid's, see grid.hpp, which sends what these functions
/// return.
class distant_rows {
public:
  using map = std::unordered_map<symbol_name, distant_symbol>;
  using names = std::vector<symbol_name>;
  using time_point = distant_port::time_point;

  distant_rows(ownership& symbols, distant_port& port);

  void init(counters_ptr stats);

  const map& all() const noexcept {
    return all_;
  }

  /// Null if nothing is known of it.
  const distant_symbol* find(const symbol_name& which) const;

  /// The row that is held of it; null if none is.
  row_ptr held(const symbol_name& which) const;

  /// All that have ever looked at anything.
  const std::vector<row_sink_actor>& sinks() const noexcept {
    return sinks_;
  }

  /// Whether somebody looks at every symbol.
  bool wants_everything() const noexcept {
    return !everything_.empty();
  }

  /// Whether somebody looks at that one.
  bool is_wanted(const distant_symbol& x) const noexcept {
    return !x.sinks.empty() || wants_everything();
  }

  // -- rows that come ---------------------------------------------------------

  /// What comes of a row.
  struct outcome {
    row_ptr show; ///< what to show; null for nothing

    /// The symbol, if its owner does not know what has been shown here.
    std::optional<symbol_name> untold;
  };

  /// A row of a symbol that is not here came from its owner.
  /// @param way see `distant_port::way_to`
  /// @param came in nanoseconds since 1970
  outcome receive(row_ptr x, std::uint32_t way, std::int64_t came);

  /// Holds a row that may be of the newest state, whoever had it.
  void hold(const row_ptr& x);

  // -- rows that are shown ----------------------------------------------------

  /// What may be shown of a symbol that is not here: that row, or that its
  /// owner is out of reach.
  row_ptr shown(const symbol_name& which, const row_ptr& held);

  /// The newer one of what somebody said and what is held here: an owner that
  /// has just come back may know less.
  row_ptr newest(row_ptr told) const;

  /// What to show now that there is no way to that member: that nothing is
  /// known of its symbols.
  row_batch shown_down(const std::string& whom);

  /// Marks what has gone back, and takes the marks away that have been seen for
  /// long enough. Returns what to show.
  row_batch show_again();

  // -- who looks --------------------------------------------------------------

  /// What is to be done for somebody who begins to look.
  struct beginning {
    row_batch now; ///< what he is shown
    names here;    ///< what this node's market tells him

    /// What other members are asked for, by their index.
    std::map<std::size_t, names> elsewhere;
  };

  beginning watch(const names& which, const row_sink_actor& who);

  /// Returns what other members need not send any more, by their index.
  std::map<std::size_t, names> unwatch(const names& which,
                                       const row_sink_actor& who);

  /// What is to be done for somebody who looks at all from now on.
  struct all_beginning {
    row_batch now;      ///< what he is shown
    bool first = false; ///< nobody did before
  };

  all_beginning watch_all(const row_sink_actor& who);

  /// Returns whether nobody looks at all any more.
  bool unwatch_all(const row_sink_actor& who);

  /// All that this node wants.
  struct wishes {
    row_batch late; ///< what its owner before has not shown
    std::vector<std::pair<row_sink_actor, names>> here;
    std::map<std::string, names> elsewhere; ///< by the owner's name
  };

  /// @param view_changed whether what is awaited comes from its owner before,
  ///                     who has not answered
  wishes all_wishes(bool view_changed);

  // -- symbols that come here -------------------------------------------------

  /// Forgets rows of no state and names that nobody looks at. Returns the
  /// symbols that are mine and not here, and of which a row is held.
  names tidy();

  /// The row that is held of a symbol that is about to be here. It is held no
  /// more.
  /// @pre it is held
  row_ptr give_away(const symbol_name& which);

  /// The rows that are held of symbols that are that member's.
  std::vector<row_ptr> held_for(const std::string& whom);

private:
  /// Whether that row may show less than somebody has seen, of one that is
  /// held.
  void note_gone_back(const row& newer, const row& older);

  ownership& symbols_;
  distant_port& port_;
  counters_ptr stats_;
  map all_;
  std::vector<row_sink_actor> sinks_;
  std::vector<row_sink_actor> everything_; ///< who looks at every symbol

  /// Symbols of which a row has gone back, and since when that has been told to
  /// whoever looks: they are shown as down.
  std::unordered_map<symbol_name, std::optional<time_point>> gone_back_;
};

} // namespace livegrid
