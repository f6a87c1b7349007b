#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "livegrid/actors/market/market_entries.hpp"

namespace livegrid {

/// Batches that have been prepared, and will be taken or not, with the room
/// that they have been promised. That is counted as they come and go: to go
/// through all of them for each new one takes seconds where there are many.
class reservations {
public:
  /// What all batches together need of one symbol.
  struct need {
    std::uint32_t ticks = 0;
    std::map<std::string, std::uint32_t> extras; ///< ticks that have that cell
    bool makes_symbol = false;                   ///< it is not there yet
  };

  /// Keeps a batch instead of one with the same id.
  /// @param known the symbols that are there.
  void add(tick_batch batch, const symbol_map& known);

  /// Takes a batch out; nothing if there is none of that id.
  std::optional<tick_batch> take(const batch_id& which);

  /// Drops a batch, or with the number 0 all of that node.
  void drop(const batch_id& which);

  /// Drops the batches that have a tick of one of these symbols.
  void drop_all_of(const std::unordered_set<symbol_name>& symbols);

  /// That symbol is there from now on.
  void note_made(const symbol_name& which);

  /// Null if nothing is promised to that symbol.
  const need* find(const symbol_name& which) const;

  /// Whether no batch is prepared and nothing is promised.
  bool empty() const noexcept {
    return batches_.empty() && needs_.empty();
  }

  /// How many symbols are promised that are not there yet.
  std::uint64_t new_symbols() const noexcept {
    return new_symbols_;
  }

private:
  using batch_map = std::map<batch_id, tick_batch>;

  void reserve(const tick_batch& batch, const symbol_map& known);

  void release(const tick_batch& batch);

  batch_map::iterator drop(batch_map::iterator which);

  batch_map batches_;
  std::unordered_map<symbol_name, need> needs_;
  std::uint64_t new_symbols_ = 0;
};

} // namespace livegrid
