#pragma once

#include <optional>
#include <vector>

#include "livegrid/actors.hpp"
#include "livegrid/fwd.hpp"
#include "livegrid/replier.hpp"
#include "livegrid/symbol_filter.hpp"
#include "livegrid/symbol_name.hpp"

namespace livegrid {

/// What a query asks for.
struct query_config {
  market_actor market;

  /// Which symbols, in the order of the answer; nothing for all of the node.
  std::optional<std::vector<symbol_name>> symbols;

  /// At most so many of all.
  std::uint64_t limit = 1000;

  /// Which of all; null for no other limit. Names that are asked for are not
  /// looked at.
  symbol_filter_ptr filter;

  /// Whether the names will do, without the rows.
  bool names_only = false;

  replier_ptr to;

  /// Is asked instead of the market where the node is one of a cluster.
  grid_actor grid;
};

/// One question from outside, answered once: asks the market who owns the
/// symbols, asks the owners for their rows, replies, and is gone.
struct query_state {
  static inline constexpr const char* name = "query";

  caf::event_based_actor* self = nullptr;

  query_config config;
  std::vector<row_ptr> rows;
  std::size_t missing = 0; ///< rows still to come
  bool done = false;

  /// Of all symbols, those that the market has listed so far.
  std::vector<symbol_ref> listed;

  void start();

  /// Asks the market for all symbols, a slice at a time.
  void list(std::uint64_t start);

  void ask(std::vector<symbol_ref> owners);

  /// Asks the grid for rows, or for names and then, where they will not do, for
  /// their rows.
  void ask_grid();
  void ask_grid_for(std::vector<symbol_name> names);

  void finish();
  void fail(caf::error why);
};

/// Spawns a query on `home`, or on the system's scheduler if that is null.
void spawn_query(caf::actor_system& sys, caf::execution_unit* home,
                 query_config config);

} // namespace livegrid
