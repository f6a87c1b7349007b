#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include <caf/error.hpp>

#include "livegrid/actors/prices/row.hpp"
#include "livegrid/fwd.hpp"

namespace livegrid {

/// The number of ticks that the owners of their symbols have.
struct accepted {
  std::uint64_t ticks = 0;
};

using answer = std::variant<accepted, std::vector<row_ptr>, caf::error>;

/// Whoever asked from outside, and waits. Answers exactly once, from any
/// thread; one that is destroyed without an answer reports a fault by itself.
class replier {
public:
  virtual ~replier() = default;

  virtual void reply(answer x) = 0;

  /// Is told, before the answer, how many rows there would be without a limit,
  /// where it is for all of them.
  virtual void note_total(std::uint64_t) {
    // nop
  }
};

} // namespace livegrid
