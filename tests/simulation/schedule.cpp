#include "schedule.hpp"

#include <algorithm>
#include <array>
#include <iomanip>
#include <istream>
#include <sstream>
#include <stdexcept>
#include <utility>

#include "random.hpp"

namespace livegrid::simulation {

namespace {

using namespace std::chrono_literals;

constexpr std::array<std::string_view, num_fault_kinds> kind_names{
  "kill",  "stop", "suspend", "isolate", "cut",  "part",
  "reset", "drop", "etcd",    "pin",     "drain"};

/// Faults begin when the nodes have found each other, most times.
constexpr instant first_fault = 200ms;

/// The longest that one lasts: longer than any patience of a node's.
constexpr std::int64_t longest_ms = 6000;

/// What was written with six decimals comes back exactly.
instant instant_of(double seconds) {
  return std::chrono::round<std::chrono::microseconds>(
    std::chrono::duration<double>(seconds));
}

} // namespace

instant schedule::over() const {
  instant result{0};
  for (const auto& x : faults)
    result = std::max(result, x.at + x.length);
  for (const auto& [who, when] : late)
    result = std::max(result, when);
  return result;
}

schedule make_schedule(std::uint64_t seed, std::optional<finding> by) {
  random chance{seed};
  schedule result;
  result.seed = seed;
  auto either = chance.percent(60) ? finding::etcd : finding::list;
  result.by = by.value_or(either);
  result.nodes = 3 + chance.below(chance.percent(80) ? 2 : 5);
  auto host = [&] { return chance.below(result.nodes); };
  auto ms = [&](std::int64_t first, std::int64_t last) {
    return instant{
      std::chrono::microseconds{chance.between(first * 1000, last * 1000)}};
  };
  if (chance.percent(25))
    result.viewers_only.push_back(host());
  if (chance.percent(30)) {
    // Nodes that come together.
    auto when = ms(1000, 4000);
    auto n = 1 + chance.below(result.nodes - 1);
    for (std::size_t i = 0; i < n; ++i)
      result.late.emplace_back(result.nodes - 1 - i,
                               when + ms(0, chance.percent(50) ? 30 : 1000));
  }
  auto n = 1 + chance.below(chance.percent(70) ? 4 : 10);
  auto at = first_fault + ms(0, 3000);
  for (std::size_t i = 0; i < n; ++i) {
    fault x;
    x.what = static_cast<fault::kind>(chance.below(num_fault_kinds));
    if (x.what == fault::kind::etcd && result.by == finding::list)
      x.what = fault::kind::suspend;
    x.at = at;
    x.length = ms(5, chance.percent(50) ? 1000 : longest_ms);
    x.a = host();
    do
      x.b = host();
    while (x.b == x.a);
    auto cable = x.what == fault::kind::cut || x.what == fault::kind::part;
    if (cable && result.by == finding::etcd && chance.percent(30)) {
      x.b = result.nodes;
      if (chance.percent(50))
        std::swap(x.a, x.b);
    }
    result.faults.push_back(x);
    // Some come close together, some one by one.
    at += chance.percent(40)   ? ms(0, 50)
          : chance.percent(60) ? ms(0, 1000)
                               : ms(0, 5000);
  }
  return result;
}

std::string to_text(instant x) {
  std::ostringstream out;
  out << std::fixed << std::setprecision(6)
      << std::chrono::duration<double>(x).count();
  return out.str();
}

std::string to_text(const fault& x) {
  std::ostringstream out;
  out << kind_names[static_cast<std::size_t>(x.what)] << ' ' << to_text(x.at)
      << ' ' << to_text(x.length) << ' ' << x.a << ' ' << x.b;
  return out.str();
}

std::string to_text(const schedule& x) {
  std::ostringstream out;
  out << "seed " << x.seed << '\n'
      << (x.by == finding::etcd ? "etcd" : "list") << '\n'
      << "nodes " << x.nodes << '\n';
  for (auto i : x.viewers_only)
    out << "viewers-only " << i << '\n';
  for (const auto& [who, when] : x.late)
    out << "late " << who << ' ' << to_text(when) << '\n';
  for (const auto& f : x.faults)
    out << to_text(f) << '\n';
  return out.str();
}

schedule read_schedule(std::istream& in) {
  schedule result;
  std::string line;
  while (std::getline(in, line)) {
    if (line.empty() || line.front() == '#')
      continue;
    std::istringstream words{line};
    std::string what;
    words >> what;
    auto kind = std::find(kind_names.begin(), kind_names.end(), what);
    double when = 0;
    double length = 0;
    std::size_t host = 0;
    if (what == "etcd" && words.rdbuf()->in_avail() == 0) {
      result.by = finding::etcd;
      continue;
    }
    if (what == "list") {
      result.by = finding::list;
    } else if (what == "seed") {
      words >> result.seed;
    } else if (what == "nodes") {
      words >> result.nodes;
    } else if (what == "viewers-only") {
      words >> host;
      result.viewers_only.push_back(host);
    } else if (what == "late") {
      words >> host >> when;
      result.late.emplace_back(host, instant_of(when));
    } else if (kind != kind_names.end()) {
      fault x;
      x.what = static_cast<fault::kind>(kind - kind_names.begin());
      words >> when >> length >> x.a >> x.b;
      x.at = instant_of(when);
      x.length = instant_of(length);
      result.faults.push_back(x);
    } else {
      throw std::runtime_error("what is '" + line + "'?");
    }
    if (!words)
      throw std::runtime_error("'" + line + "' is cut off");
  }
  return result;
}

} // namespace livegrid::simulation
