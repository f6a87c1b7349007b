#include "plan.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace livegrid::storm {

namespace {

constexpr milliseconds shortest{100};
constexpr milliseconds longest{8000};

/// The last one begins so long after the first at most.
constexpr milliseconds spread{2500};

std::string seconds(milliseconds x) {
  auto tenths = (x.count() + 50) / 100;
  return std::to_string(tenths / 10) + '.' + std::to_string(tenths % 10) + " s";
}

} // namespace

std::string node_name(std::size_t i) {
  return {static_cast<char>('a' + i)};
}

std::string fault::text() const {
  auto whom = node_name(node);
  auto second = node_name(other);
  auto time = " for " + seconds(length);
  switch (kind) {
  case fault_kind::kill:
    return whom + " killed" + time;
  case fault_kind::suspend:
    return whom + " suspended" + time;
  case fault_kind::stop:
    return whom + " stopped" + time;
  case fault_kind::cut_off:
    return whom + " cut off" + time;
  case fault_kind::cut:
    return whom + " and " + second + " cut" + time;
  case fault_kind::cut_one_way:
    return "from " + whom + " to " + second + " cut" + time;
  case fault_kind::join:
    return whom + " there" + time;
  case fault_kind::no_etcd:
    return "etcd away" + time;
  }
  return {};
}

plan::plan(std::uint64_t seed, std::size_t nodes, bool with_etcd)
  : random_(seed), nodes_(nodes), with_etcd_(with_etcd) {
  // nop
}

std::size_t plan::draw(std::size_t below) {
  // Not a distribution of the library's: these differ between libraries.
  return random_() % below;
}

milliseconds plan::draw_time(milliseconds least, milliseconds most) {
  // Short ones as often as long ones, whatever their size.
  auto x = static_cast<double>(draw(1'000'000)) / 1e6;
  auto from = static_cast<double>(least.count());
  auto to = static_cast<double>(most.count());
  return milliseconds{std::lround(from * std::pow(to / from, x))};
}

salvo plan::next(std::size_t most) {
  std::vector<fault_kind> kinds{fault_kind::kill, fault_kind::suspend,
                                fault_kind::stop, fault_kind::cut_off,
                                fault_kind::cut,  fault_kind::cut_one_way,
                                fault_kind::join};
  if (with_etcd_)
    kinds.emplace_back(fault_kind::no_etcd);
  std::vector<std::size_t> nodes(nodes_);
  std::iota(nodes.begin(), nodes.end(), 0u);
  // Fisher and Yates.
  for (auto i = nodes.size(); i > 1; --i)
    std::swap(nodes[i - 1], nodes[draw(i)]);
  salvo result;
  auto size = std::min(most, 1 + draw(3));
  while (result.size() < size) {
    fault x{.kind = kinds[draw(kinds.size())]};
    auto alone = x.kind == fault_kind::join || x.kind == fault_kind::no_etcd;
    // One is left alone.
    if (!alone && nodes.size() < 2)
      break;
    // Of these there is one.
    if (alone && std::any_of(result.begin(), result.end(), [&](const fault& y) {
          return x.kind == y.kind;
        }))
      continue;
    x.node = nodes_;
    if (!alone) {
      x.node = nodes.back();
      nodes.pop_back();
      x.other = draw(nodes_ - 1);
      x.other += x.other >= x.node ? 1 : 0;
    }
    if (!result.empty())
      x.begin = draw_time(milliseconds{1}, spread);
    x.length = draw_time(shortest, longest);
    result.emplace_back(x);
  }
  return result;
}

} // namespace livegrid::storm
