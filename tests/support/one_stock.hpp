#pragma once

#include "ticks.hpp"

// The one symbol that suites of a price state are about.

namespace livegrid::test {

inline symbol_name name() {
  return name_of("BRK.B");
}

/// A trade of its shares.
inline tick trade(double price, double size) {
  return make_tick("BRK.B", {{field::price, price}, {field::size, size}});
}

} // namespace livegrid::test
