#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace livegrid::storm {

using milliseconds = std::chrono::milliseconds;

/// What can befall a cluster for a while.
enum class fault_kind : std::uint8_t {
  kill,        ///< a node dies, and is started again at the end
  suspend,     ///< it stands still
  stop,        ///< it is told to end, and started again
  cut_off,     ///< it reaches nobody, and nobody reaches it
  cut,         ///< two nodes do not reach each other
  cut_one_way, ///< what one sends to another is lost
  join,        ///< one more node comes, and is told to end at the end
  no_etcd,     ///< etcd is away
};

struct fault {
  fault_kind kind;
  std::size_t node = 0;  ///< which of them, where it is about one
  std::size_t other = 0; ///< and about a second
  milliseconds begin{0}; ///< after the salvo's begin
  milliseconds length{0};

  /// Such as "b and c cut for 1.5 s".
  std::string text() const;
};

/// Faults at about the same time; the next ones come when all is calm again.
using salvo = std::vector<fault>;

/// How nodes are named: a, b and so on.
std::string node_name(std::size_t i);

/// Draws faults that follow from a seed.
class plan {
public:
  /// @param nodes how many nodes there are, without the one that joins.
  plan(std::uint64_t seed, std::size_t nodes, bool with_etcd);

  /// The next faults: up to `most`, each of another node, so that at least one
  /// is left alone.
  salvo next(std::size_t most);

private:
  std::size_t draw(std::size_t below);

  milliseconds draw_time(milliseconds least, milliseconds most);

  std::mt19937_64 random_;
  std::size_t nodes_;
  bool with_etcd_;
};

} // namespace livegrid::storm
