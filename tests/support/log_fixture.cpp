#include "log_fixture.hpp"

#include <sstream>
#include <string>
#include <utility>

namespace livegrid::test {

strings log_fixture::lines() {
  auto text = err.text();
  CAF_CHECK(text.empty() || text.back() == '\n');
  strings result;
  std::istringstream in{text.substr(read_)};
  for (std::string line; std::getline(in, line);)
    result.emplace_back(std::move(line));
  read_ = text.size();
  return result;
}

} // namespace livegrid::test
