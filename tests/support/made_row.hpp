#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "livegrid/row.hpp"

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
  row_builder result{symbol_name::parse(symbol).value(), version, changed};
  result.set(cell::symbol, '"' + std::string{symbol} + '"');
  for (const auto& x : cells)
    result.set(x.which, x.json);
  return std::move(result).finish();
}

/// A row whose price is its version, which is all that changed.
inline row_ptr make_row(std::string_view symbol, std::uint64_t version) {
  return make_row(symbol, version, {{cell::price, std::to_string(version)}});
}

} // namespace livegrid::test
