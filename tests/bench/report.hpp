#pragma once

#include <string>
#include <utility>
#include <vector>

#include "faults.hpp"
#include "meter.hpp"

namespace livegrid::bench {

/// A name with its unit and a value.
using figure = std::pair<std::string, double>;

/// Prints a line a scenario and remembers what went wrong.
class report {
public:
  /// @param json whether a line is a JSON object.
  explicit report(bool json) : json_(json) {
    // nop
  }

  /// Prints the figures of a scenario and at what expense they were taken.
  void line(const std::string& scenario, std::vector<figure> figures,
            const usage& used);

  /// What any of the scenarios saw.
  faults& wrong() noexcept {
    return wrong_;
  }

private:
  bool json_;
  faults wrong_;
};

} // namespace livegrid::bench
