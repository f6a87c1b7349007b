#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "grid_fixture.hpp"

namespace livegrid::test {

/// Nodes of which each counts for itself, and whose messages may get lost.
class agreement_fixture : public grid_fixture {
public:
  agreement_fixture() {
    apart = true;
    lose_nothing();
  }

  void lose_nothing() {
    cables.lose([](const std::string&, const std::string&,
                   const caf::message&) { return false; });
  }

  /// Messages that begin with that atom do not get from one to the other.
  template <class Atom>
  void lose(std::string from, std::string to) {
    cables.lose([=](const std::string& a, const std::string& b,
                    const caf::message& what) {
      return a == from && b == to && begins_with<Atom>(what);
    });
  }

  /// Nothing gets from that node to the others or from them to it.
  void lose_all_of(std::string whose) {
    cables.lose([=](const std::string& a, const std::string& b,
                    const caf::message&) { return a == whose || b == whose; });
  }

  counters& counts(const std::string& at) {
    return *nodes.at(at).stats;
  }

  /// Lets nodes exchange words, and do what these lead to.
  void pass_beats(int n) {
    for (int i = 0; i < n; ++i)
      pass(std::chrono::seconds{1});
  }

  /// The last row that a node's viewer got, since it was last asked.
  std::string last_row(const std::string& at) {
    auto rows = take_rows(at);
    return rows.empty() ? "nothing" : rows.back();
  }

  /// How many rows have crossed from that node since that was asked.
  std::uint64_t crossed_from(const std::string& at) {
    auto now = get(counts(at).relay_rows);
    return now - std::exchange(crossed_[at], now);
  }

  /// Ends the connection of two nodes, which both notice, and lets none come
  /// about until `lose_nothing`.
  void part_nodes(const std::string& a, const std::string& b);

  /// That node learns that it is no member, and the others go on.
  void drop_member(const std::string& whose,
                   const std::vector<std::string>& others);

  /// A symbol that two nodes have owned at once: `b` takes a tick of that price
  /// while it is cut off, and the others have gone on without it by then.
  std::string own_twice(double price);

  /// The node that was cut off is a member again.
  void heal(bool owns_again);

private:
  std::map<std::string, std::uint64_t> crossed_;
};

} // namespace livegrid::test
