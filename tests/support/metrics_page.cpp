#include "metrics_page.hpp"

#include <cstdlib>
#include <sstream>

namespace livegrid::test {

metrics_page::metrics_page(node_process& from)
  : text_(from.get("/metrics").body) {
  std::istringstream lines{text_};
  for (std::string line; std::getline(lines, line);) {
    constexpr std::string_view type = "# TYPE ";
    if (line.starts_with(type))
      families_.insert(
        line.substr(type.size(), line.find(' ', type.size()) - type.size()));
    auto blank = line.rfind(' ');
    if (!line.starts_with('#') && blank != std::string::npos)
      series_[line.substr(0, blank)] = std::strtod(&line[blank + 1], nullptr);
  }
}

double metrics_page::at(std::string_view series) const {
  auto i = series_.find(series);
  if (i == series_.end())
    give_up("no " + std::string{series} + " in /metrics");
  return i->second;
}

void wait_for_metric(node_process& node, std::string_view series,
                     double value) {
  auto deadline = clock::now() + patience;
  double found = 0;
  do {
    found = metrics_page{node}.at(series);
    if (found == value)
      return;
  } while (clock::now() < deadline);
  give_up(std::string{series} + " is " + std::to_string(found) + " and not "
          + std::to_string(value));
}

} // namespace livegrid::test
