#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "livegrid/actors.hpp"
#include "livegrid/actors/prices/name_index.hpp"
#include "livegrid/fwd.hpp"

namespace livegrid {

/// Where a directory learns names.
struct directory_config {
  market_actor market;

  /// Is asked instead where the node is one of a cluster.
  grid_actor grid;

  counters_ptr stats;
};

/// Knows the names of all symbols, and which of them a key may see, so that
/// nobody has to go through all of them for each question: it asks the market
/// for new names alone, and the grid only if that has others than before. Who
/// asks while it learns is answered from what comes of that. Has a thread of
/// its own: what it does at once may take long.
struct directory_state {
  static inline constexpr const char* name = "directory";

  struct question {
    name_query what;
    caf::typed_response_promise<name_page_ptr> to;
  };

  directory_actor::pointer self = nullptr;

  directory_config config;
  name_index index;

  /// What the grid called the names that are known.
  std::optional<std::uint64_t> version;

  std::deque<question> waiting; ///< for what has not been asked for yet
  std::vector<question> asking; ///< who is answered when all is known
  std::uint64_t answered = 0;

  caf::result<name_page_ptr> ask(name_query& what);

  /// Learns what is new, for who waits.
  void learn();

  /// Asks the market for the next of its symbols.
  void list();

  /// Asks the grid for all names, which are those of that version.
  void fetch(std::optional<std::uint64_t> of);

  /// All that is new is known.
  void answer();

  /// What is new cannot be known.
  void fail(const caf::error& why);

  actor_status status() const;
};

directory_actor::behavior_type
directory(directory_actor::stateful_pointer<directory_state> self,
          directory_config config);

} // namespace livegrid
