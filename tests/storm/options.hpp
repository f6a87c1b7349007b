#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "livegrid/actors/base/expected.hpp"

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

/// @returns it, or what is wrong with it.
expected<options, std::string> parse_options(int argc, char** argv);

std::string help_text();

} // namespace livegrid::storm
