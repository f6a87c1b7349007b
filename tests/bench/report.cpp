#include "report.hpp"

#include <algorithm>
#include <cstdio>

namespace livegrid::bench {

namespace {

/// Writes three or four digits that say something.
std::string number(double x) {
  char text[64];
  std::snprintf(text, sizeof text, "%.*f", x < 10 ? 3 : x < 1000 ? 1 : 0, x);
  return text;
}

} // namespace

void report::line(const std::string& scenario, std::vector<figure> figures,
                  const usage& used) {
  figures.emplace_back("node_cpus", used.node / used.seconds);
  figures.emplace_back("bench_cpus", used.bench / used.seconds);
  figures.emplace_back("noise_cpus", used.noise);
  std::string out;
  if (json_) {
    out = "{\"scenario\":\"" + scenario + '"';
    for (auto& [name, value] : figures)
      out += ",\"" + name + "\":" + number(value);
    out += '}';
  } else {
    out = scenario
          + std::string(14 - std::min<std::size_t>(13, scenario.size()), ' ');
    for (auto& [name, value] : figures)
      out += "  " + name + ' ' + number(value);
  }
  std::puts(out.c_str());
  std::fflush(stdout);
}

} // namespace livegrid::bench
