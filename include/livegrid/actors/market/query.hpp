#pragma once

#include <optional>
#include <vector>

#include "livegrid/actors.hpp"
#include "livegrid/actors/prices/symbol_filter.hpp"
#include "livegrid/actors/prices/symbol_name.hpp"
#include "livegrid/fwd.hpp"
#include "livegrid/replier.hpp"

namespace livegrid {

/// What a query asks for.
struct query_config {
  market_actor market;

  /// The symbols whose rows are wanted, in the order of the answer; nothing for
  /// the first ones of all symbols, whose names the directory tells.
  std::optional<std::vector<symbol_name>> symbols;

  /// How many rows there may be where `symbols` names none.
  std::uint64_t limit = 1000;

  /// Which symbols may be shown where `symbols` names none; null for all. Names
  /// in `symbols` are not looked at: their reader has taken out what may not be
  /// shown.
  symbol_filter_ptr filter;

  directory_actor directory;

  replier_ptr to;

  /// Where the node is one of a cluster: stands for the markets of all nodes,
  /// and is asked instead of `market`.
  grid_actor grid;
};

/// One question for rows from outside, answered once: asks who owns the
/// symbols, asks the owners for their rows, replies, and is gone.
struct query_state {
  static inline constexpr const char* name = "query";

  caf::event_based_actor* self = nullptr;

  query_config config;
  std::vector<row_ptr> rows;
  std::size_t missing = 0; ///< rows still to come
  bool done = false;

  /// Whose rows are asked for, of which the first ones are in `rows`.
  std::vector<symbol_name> wanted;

  void start();

  /// Begins to ask for the rows of these symbols, a thousand at a time.
  void resolve(std::vector<symbol_name> names);

  /// Asks the market who owns the next ones of them, or the grid for their
  /// rows.
  void next();

  void ask(std::vector<symbol_ref> owners);

  /// @param came how many rows have come since it last went on.
  void go_on(std::size_t came);

  void finish();
  void fail(caf::error why);
};

/// Spawns a query on `home`, or on the system's scheduler if that is null;
/// there it stays, whoever answers it.
void spawn_query(caf::actor_system& sys, caf::execution_unit* home,
                 query_config config);

} // namespace livegrid
