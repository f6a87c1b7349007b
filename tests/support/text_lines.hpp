#pragma once

#include <string>
#include <vector>

namespace livegrid::test {

/// The lines of a text that ends with a line feed.
inline std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> result{""};
  for (auto c : text)
    if (c == '\n')
      result.emplace_back();
    else
      result.back() += c;
  result.pop_back();
  return result;
}

} // namespace livegrid::test
