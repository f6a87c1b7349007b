#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "fuzz.hpp"
#include "json_check.hpp"

#include "livegrid/actors/base/number.hpp"
#include "livegrid/actors/base/time_text.hpp"
#include "livegrid/actors/prices/price_state.hpp"
#include "livegrid/actors/prices/tick.hpp"

namespace livegrid::fuzz {

/// What holds for every tick that was read from a text.
inline void expect_sound(const tick& x) {
  expect(symbol_name::valid(x.symbol.str()), "a tick has a symbol");
  expect(x.acceptable(), "numbers of a tick are acceptable");
  expect(!x.seq || *x.seq >= 0, "a number in sequence is not negative");
  expect(x.extras.size() <= max_extra_cells, "a tick has at most 64 cells");
  for (const auto& cell : x.extras) {
    expect(extra_cell::valid_name(cell.name), "a cell has a name");
    auto notes = expect_json(cell.json);
    expect(notes.values == 1 && notes.nested == 0, "a cell is a scalar");
  }
}

/// Whether two ticks say the same; what they do not say does not count.
inline bool same(const tick& x, const tick& y) {
  if (x.symbol != y.symbol || x.given != y.given || x.time != y.time
      || x.seq != y.seq || x.extras != y.extras)
    return false;
  for (std::size_t i = 0; i < num_fields; ++i)
    if (auto f = static_cast<field>(i); x.has(f) && x.get(f) != y.get(f))
      return false;
  return true;
}

/// A tick as a JSON object that says the same.
inline std::string to_json(const tick& x) {
  // A tick of ignored fields alone is one as well.
  std::string result = R"({"date":null,"symbol":")" + x.symbol.str() + '"';
  for (std::size_t i = 0; i < num_fields; ++i) {
    auto f = static_cast<field>(i);
    if (!x.has(f))
      continue;
    result += ",\"" + std::string{to_string(f)} + "\":";
    append_number(result, x.get(f));
  }
  if (x.time) {
    // Early ones are no numbers of ticks.
    auto whole = std::chrono::floor<std::chrono::seconds>(*x.time);
    auto fraction = std::to_string((*x.time - whole).count());
    result += ",\"time\":\"" + iso_time(whole);
    result.back() = '.';
    result += std::string(9 - fraction.size(), '0') + fraction + "Z\"";
  }
  if (x.seq)
    result += ",\"seq\":" + std::to_string(*x.seq);
  for (const auto& cell : x.extras)
    result += ",\"" + cell.name + "\":" + cell.json;
  return result + '}';
}

/// Applies ticks as the owners of their symbols do, and looks at each row.
class tick_checker {
public:
  void apply(const tick& x) {
    auto& state = states_.try_emplace(x.symbol, x.symbol).first->second;
    auto fresh =
      std::count_if(x.extras.begin(), x.extras.end(), [&](const auto& cell) {
        return cell.json != "null" && !state.knows_extra(cell.name);
      });
    // The market would refuse it.
    if (state.num_extras() + static_cast<std::size_t>(fresh) > max_extra_cells)
      return;
    state.apply(x, tick_arrival{.received = timestamp{}, .from = source::post});
    auto shown = state.render();
    expect(shown->symbol() == x.symbol, "a row is of its symbol");
    expect_json(*shown);
  }

private:
  std::map<symbol_name, price_state> states_;
};

} // namespace livegrid::fuzz
