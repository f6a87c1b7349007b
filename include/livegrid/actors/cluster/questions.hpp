#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "livegrid/actors.hpp"
#include "livegrid/actors/cluster/claims.hpp"
#include "livegrid/actors/cluster/distant_rows.hpp"
#include "livegrid/actors/cluster/links.hpp"
#include "livegrid/actors/cluster/ownership.hpp"

namespace livegrid {

/// How long other nodes may take to answer a question.
constexpr std::chrono::seconds question_timeout{4};

/// What is asked of the grid as of a market: rows, names, and whether there are
/// others. Other nodes are asked for what they know.
///
/// A part of the grid's, in whose name it asks; see grid.hpp.
class questions {
public:
  using names = std::vector<symbol_name>;

  questions(const ownership& symbols, const links& peers,
            const distant_rows& rows, const claims& share);

  void init(grid_actor::pointer self, market_actor market);

  /// The rows of these symbols, in this order.
  /// @param asked_by_peer then this node alone answers
  caf::result<row_batch> fetch(const names& which, bool asked_by_peer);

  /// The names of all symbols, at most so many.
  caf::result<names> fetch_names(std::uint64_t limit);

  /// Stands for the names of all symbols.
  caf::result<std::uint64_t> fetch_version();

private:
  /// Who is asked for a row.
  struct source {
    enum class kind : std::uint8_t {
      market,
      member,
      held,   ///< the last that came here is all there is
      nobody, ///< nothing can be said
    };

    kind from = kind::nobody;
    std::size_t member = 0; ///< that is asked
    bool stands_by = false; ///< it is not the owner, but the next one
  };

  /// What one of those who are asked shall answer.
  struct share_of_rows {
    names which;
    std::vector<std::size_t> positions; ///< of the rows, in the answer
    std::vector<bool> stands_by;        ///< see `source`
  };

  source find_source(const symbol_name& which, bool asked_by_peer) const;

  bool can_ask(std::size_t member) const;

  /// Why nothing can be said of a symbol.
  std::string why_unknown(const symbol_name& which) const;

  const ownership& symbols_;
  const links& peers_;
  const distant_rows& rows_;
  const claims& share_;
  grid_actor::pointer self_ = nullptr;
  market_actor market_;
};

} // namespace livegrid
