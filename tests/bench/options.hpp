#pragma once

#include <string>
#include <variant>
#include <vector>

#include "scenarios.hpp"

namespace livegrid::bench {

/// The command line.
struct options {
  double seconds = 0; ///< 0 for each scenario's own
  std::string program;
  bool json = false;
  bool help = false;
  std::vector<scenario> wanted;
};

/// @returns what is wrong with it if it cannot be run.
std::variant<options, std::string> parse_options(int argc, char** argv);

std::string help_text();

} // namespace livegrid::bench
