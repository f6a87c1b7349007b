#pragma once

#include <string>
#include <vector>

#include "scenarios.hpp"

#include "livegrid/actors/base/expected.hpp"

namespace livegrid::bench {

/// The command line.
struct options {
  double seconds = 0; ///< 0 for each scenario's own
  std::string program;
  bool json = false;
  bool help = false;
  std::vector<scenario> wanted;
};

/// @returns it, or what is wrong with it.
expected<options, std::string> parse_options(int argc, char** argv);

std::string help_text();

} // namespace livegrid::bench
