#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "livegrid/actors/cluster/distant_rows.hpp"
#include "livegrid/actors/cluster/ownership.hpp"
#include "livegrid/actors/prices/row.hpp"

namespace livegrid {

/// Looks whether the rows that this node wants have come. Their owner is asked
/// for the versions that it has of some symbols, in turn; a row is *missing*
/// from when the owner has said that there is one which has not come here.
///
/// A plain object of the grid's, see grid.hpp.
class row_audit {
public:
  using names = std::vector<symbol_name>;
  using time_point = std::chrono::steady_clock::time_point;

  row_audit(ownership& symbols, distant_rows& rows);

  /// How many rows are missing.
  std::size_t size() const noexcept {
    return missing_.size();
  }

  void clear() noexcept {
    missing_.clear();
  }

  /// Symbols whose versions that member is to be asked for: the missing ones,
  /// and some of the others.
  /// @param next where among these the next time begins
  names next_for(const std::string& whom, std::size_t& next) const;

  /// Takes what the owner of those symbols has of them: epoch and version, one
  /// after the other, 0 where it has no row. Returns of which symbols rows have
  /// to be asked for again.
  /// @pre there are two numbers for each name
  names note(const names& which, const std::vector<std::uint64_t>& orders,
             time_point now);

  /// How many rows have been missing for so long.
  std::size_t missing_for(std::chrono::seconds time, time_point now) const;

private:
  struct missing_row {
    row_order order;
    time_point since; ///< when that was heard of
    bool asked = false;
  };

  ownership& symbols_;
  distant_rows& rows_;
  std::unordered_map<symbol_name, missing_row> missing_;
};

} // namespace livegrid
