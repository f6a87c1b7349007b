#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace livegrid {

/// A line of the operator's, taken apart.
struct console_command {
  std::string name;
  std::vector<std::string> args;
  std::map<std::string, std::string> options; ///< `--sort=age`, `--sort age`

  /// Splits at blanks.
  static console_command parse(std::string_view line);

  /// A line that reads as this.
  std::string str() const;
};

} // namespace livegrid
