#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "livegrid/actors.hpp"
#include "livegrid/fwd.hpp"

namespace livegrid {

/// Carries rows from this node's symbols to one other node, whatever the number
/// of its viewers: as many rows a message as have come together, and no more
/// messages under way than the other node can keep up with. Where it cannot,
/// rows wait here and, when they are too many, only the newest of each symbol
/// do. Made by the grid, for as long as the other node is linked.
struct relay_state {
  static inline constexpr const char* name = "relay";

  relay_actor::pointer self = nullptr;

  inlet_actor inlet;
  std::uint64_t node = 0; ///< this one, see `batch_id::node`

  counters_ptr stats;

  std::vector<row_ptr> waiting; ///< oldest first
  std::size_t under_way = 0;    ///< messages
  bool flush_due = false;       ///< a `flush_atom` is on its way
  std::size_t conflate_at = 0;  ///< so many rows wait when they are too many

  std::uint64_t sent = 0;   ///< rows
  std::uint64_t merged = 0; ///< rows

  /// Rows of this node's symbols, which wait from now on.
  void add_rows(const row_batch& batch);

  /// Sends what waits, as far as the other node keeps up.
  void flush();

  /// Keeps of each symbol the newest row only.
  void conflate();

  actor_status status() const;
};

relay_actor::behavior_type
relay(relay_actor::stateful_pointer<relay_state> self, inlet_actor inlet,
      std::uint64_t node, counters_ptr stats);

} // namespace livegrid
