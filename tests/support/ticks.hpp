#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "livegrid/actors/prices/symbol_name.hpp"
#include "livegrid/actors/prices/tick.hpp"

namespace livegrid::test {

/// The name that `text` is. Throws if it is none.
inline symbol_name name_of(std::string_view text) {
  auto x = symbol_name::parse(text);
  if (!x)
    throw std::invalid_argument("no symbol name: " + std::string{text});
  return *x;
}

/// The names that `texts` are.
inline std::vector<symbol_name>
names_of(std::initializer_list<std::string_view> texts) {
  std::vector<symbol_name> result;
  for (auto x : texts)
    result.emplace_back(name_of(x));
  return result;
}

/// A tick of these numbers.
inline tick make_tick(std::string_view symbol,
                      std::initializer_list<std::pair<field, double>> values) {
  tick result;
  result.symbol = name_of(symbol);
  for (const auto& [which, x] : values)
    result.set(which, x);
  return result;
}

/// A trade at that price, numbered where `seq` is not below 0.
inline tick trade(std::string_view symbol, double price,
                  std::int64_t seq = -1) {
  auto result = make_tick(symbol, {{field::price, price}});
  if (seq >= 0)
    result.seq = seq;
  return result;
}

/// A tick of a price and `n` cells of its own, named `prefix0`, `prefix1`, ...
inline tick with_extras(std::string_view symbol, std::size_t n,
                        const std::string& prefix = "x") {
  auto result = trade(symbol, 1);
  for (std::size_t i = 0; i < n; ++i)
    result.extras.push_back({prefix + std::to_string(i), "1"});
  return result;
}

/// A batch that was received one second after the clock's beginning.
inline tick_batch batch_of(std::vector<tick> ticks,
                           source from = source::post) {
  return {from, timestamp{std::chrono::seconds{1}}, std::move(ticks)};
}

} // namespace livegrid::test
