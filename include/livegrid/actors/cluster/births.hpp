#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "livegrid/actors/prices/symbol_name.hpp"
#include "livegrid/actors/prices/tick.hpp"

namespace livegrid {

/// Symbols that this node's market makes once a batch is committed that it has
/// prepared, if it is. Its market alone knows whether it takes the tick that
/// would make one, and whoever publishes may send names without end that it
/// does not take: so what is not born in the end has to be forgotten.
///
/// A plain object of the grid's, see grid.hpp.
class births {
public:
  using names = std::vector<symbol_name>;

  bool empty() const noexcept {
    return awaited_.empty();
  }

  /// The market makes these when that batch is committed. What was awaited of
  /// it before has to be taken out first.
  /// @returns which time that is, for `remove_if`.
  std::uint64_t await(const batch_id& id, names unborn);

  /// What was awaited of that batch, which is over.
  names remove(const batch_id& id);

  /// The same if that batch was not prepared anew since.
  names remove_if(const batch_id& id, std::uint64_t time);

  /// Batches of that node of which something is awaited.
  std::vector<batch_id> of_node(std::uint64_t node) const;

private:
  struct entry {
    std::uint64_t time = 0;
    names unborn;
  };

  std::map<batch_id, entry> awaited_;
  std::uint64_t times_ = 0; ///< that something was awaited
};

} // namespace livegrid
