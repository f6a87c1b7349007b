#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <set>
#include <string>

#include "livegrid/actors/cluster/distant_rows.hpp"
#include "livegrid/actors/prices/price_state.hpp"

#include "members.hpp"

#include "actor_fixture.hpp"

namespace livegrid::test {

/// Node `g` of a cluster in which `a` and `b` own symbols, and the rows that
/// came there. There are ways to both, number 1 and 2.
class held_rows_fixture : public actor_fixture, public distant_port {
public:
  ownership symbols;
  distant_rows rows{symbols, *this};
  std::set<std::string> cut; ///< members to which there is no way
  bool split = false;
  strings dropped; ///< rows whose ticks are
  std::string x = symbol_of("a", {"a", "b"});
  std::string y = symbol_of("b", {"a", "b"});

  held_rows_fixture() {
    symbols.init(1, [this] { return rows.all().size(); });
    rows.init(stats);
    enter({"a", "b"});
  }

  /// These are the owners from now on; without `g` itself it owns nothing.
  void enter(std::initializer_list<std::string> owners, bool own = false) {
    auto next = make_view(++epoch_, owners);
    next.members.emplace_back(make_member("g", own));
    symbols.enter(next, next.members.size() - 1);
  }

  time_point now() const override {
    return sched.clock().now();
  }

  std::optional<std::uint32_t> way_to(std::size_t member) const override {
    const auto& whom = symbols.name_of(member);
    if (whom == "g" || cut.contains(whom))
      return std::nullopt;
    return whom == "a" ? 1 : 2;
  }

  bool may_be_split() const override {
    return split;
  }

  void note_dropped(const row& what) override {
    dropped.emplace_back(text_of(what));
  }

  /// The row of a symbol after so many ticks that its owner since `epoch` has
  /// taken, each of a price one above the one before.
  /// @param from what the owner went on from, if it was not the first one
  static row_ptr row_of(std::string_view symbol, std::uint64_t epoch, int ticks,
                        const row_ptr& from = nullptr) {
    price_state state{name_of(symbol)};
    auto before = 0.0;
    if (from) {
      CAF_REQUIRE(state.restore(from));
      before = std::stod(std::string{from->text(cell::price)});
    }
    state.set_epoch(epoch);
    auto result = state.render();
    for (int i = 1; i <= ticks; ++i) {
      state.load(trade(symbol, before + i));
      result = state.render();
    }
    return result;
  }

  static std::string text_of(const row& z) {
    std::string fresh{z.text(cell::freshness)};
    return z.symbol().str() + ' ' + std::string{z.text(cell::price)} + ' '
           + fresh.substr(1, fresh.size() - 2);
  }

  static strings texts_of(const row_batch& batch) {
    strings result;
    for (const auto& z : batch.rows)
      result.emplace_back(text_of(*z));
    return result;
  }

private:
  std::uint64_t epoch_ = 0;
};

} // namespace livegrid::test
