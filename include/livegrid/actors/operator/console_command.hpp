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

  /// Splits at blanks. Those between `"` belong to a word, as in `"NIFTY 50"`;
  /// a word that begins with one is no option. No word has a `"` of its own.
  static console_command parse(std::string_view line);

  /// A word as `parse` takes it for one, in quotes where it has to be.
  static std::string word(std::string_view text);

  /// A line that reads as this.
  std::string str() const;
};

} // namespace livegrid
