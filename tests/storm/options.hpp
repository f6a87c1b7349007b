#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>

namespace livegrid::storm {

/// The command line.
struct options {
  std::uint64_t seed = 1;
  std::size_t faults = 200;
  std::size_t nodes = 3;
  std::size_t viewers = 50;
  bool with_etcd = true; ///< or with a list
  std::string program;
  std::string logs; ///< where the nodes' logs go at the end; nowhere if empty
  bool help = false;
};

/// @returns what is wrong with it if it cannot be run.
std::variant<options, std::string> parse_options(int argc, char** argv);

std::string help_text();

} // namespace livegrid::storm
