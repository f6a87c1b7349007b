#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "livegrid/actors/prices/row.hpp"

namespace livegrid::test {

/// A cell of a row that a test makes.
struct made_cell {
  cell which;
  std::string json;
  bool changed = true;
};

/// A row of `symbol`, which must be a name; the name's own cell is set and not
/// among the changed ones.
inline row_ptr make_row(std::string_view symbol, std::uint64_t version,
                        const std::vector<made_cell>& cells) {
  cell_set changed;
  for (const auto& x : cells)
    if (x.changed)
      changed.set(index(x.which));
  row_builder result{
    symbol_name::parse(symbol).value(), {.version = version}, changed};
  result.set(cell::symbol, '"' + std::string{symbol} + '"');
  for (const auto& x : cells)
    result.set(x.which, x.json);
  return std::move(result).finish();
}

/// A row whose price is its version, which is all that changed.
inline row_ptr make_row(std::string_view symbol, std::uint64_t version) {
  return make_row(symbol, version, {{cell::price, std::to_string(version)}});
}

/// A row that no tick made: nothing is new but how fresh it is.
inline row_ptr make_silent_row(std::string_view symbol, std::uint64_t version,
                               std::string_view price,
                               std::string_view freshness = "quiet") {
  cell_set changed;
  changed.set(index(cell::freshness));
  row_builder result{
    symbol_name::parse(symbol).value(), {.version = version}, changed};
  result.set(cell::symbol, '"' + std::string{symbol} + '"');
  result.set(cell::price, std::string{price});
  result.set(cell::freshness, '"' + std::string{freshness} + '"');
  result.restated();
  return std::move(result).finish();
}

} // namespace livegrid::test
