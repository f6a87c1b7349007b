#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "livegrid/actors/market/market.hpp"

#include "actor_fixture.hpp"

// Like CAF's own test headers it needs CAF_SUITE, and comes last.

namespace livegrid::test {

using refs = std::vector<symbol_ref>;

/// A market, and two who follow its symbols.
class market_fixture : public actor_fixture {
public:
  std::shared_ptr<fanout_script> got = std::make_shared<fanout_script>();
  std::shared_ptr<fanout_script> got_too = std::make_shared<fanout_script>();
  row_sink_actor fan = make_fanout(got);
  row_sink_actor other = make_fanout(got_too);
  market_actor mkt;

  /// Opens the market with these symbols, each at price 100.
  void open(std::initializer_list<std::string_view> symbols = {},
            std::uint64_t max_symbols = 100) {
    std::vector<tick> first;
    for (auto x : symbols)
      first.emplace_back(trade(x, 100));
    mkt = own(sys.spawn(market, market_of(first, max_symbols)));
    consume_messages();
  }

  caf::expected<std::uint64_t> publish(std::vector<tick> ticks,
                                       source from = source::post) {
    return ask<std::uint64_t>(mkt, publish_atom_v,
                              batch_of(std::move(ticks), from));
  }

  refs resolve(std::initializer_list<std::string_view> names) {
    auto x = ask<refs>(mkt, resolve_atom_v, names_of(names));
    CAF_REQUIRE(x);
    return *x;
  }

  refs list(std::uint64_t limit = 1000, std::uint64_t start = 0) {
    auto x = ask<refs>(mkt, list_atom_v, start, limit);
    CAF_REQUIRE(x);
    return *x;
  }

  /// What the owner of `name` says of itself under `key`; empty without owner.
  std::string owner_says(std::string_view name, std::string_view key) {
    auto owner = resolve({name}).at(0).owner;
    if (!owner)
      return "";
    auto x = ask<actor_status>(owner, status_atom_v);
    CAF_REQUIRE(x);
    return fact(*x, key);
  }

  std::string price(std::string_view name) {
    auto owner = resolve({name}).at(0).owner;
    CAF_REQUIRE(owner);
    auto x = ask<row_batch>(owner, row_atom_v);
    CAF_REQUIRE(x);
    return std::string{x->rows.at(0)->text(cell::price)};
  }

  template <class... Ts>
  void tell(Ts... what) {
    self->send(mkt, std::move(what)...);
    consume_messages();
  }

  strings take_rows(fanout_script& from) {
    auto result = from.rows();
    from.batches.clear();
    return result;
  }
};

inline strings names(const refs& xs) {
  strings result;
  for (const auto& x : xs)
    result.emplace_back(x.symbol.str());
  return result;
}

} // namespace livegrid::test
