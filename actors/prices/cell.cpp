#include "livegrid/actors/prices/cell.hpp"

#include <algorithm>
#include <array>

namespace livegrid {

namespace {

constexpr std::array<std::string_view, fixed_cells> names{
  "date",       "symbol",     "price", "change",    "change_percent",
  "volume",     "market_cap", "open",  "high",      "low",
  "prev_close", "bid",        "ask",   "bid_size",  "ask_size",
  "size",       "time",       "seq",   "freshness",
};

} // namespace

std::string_view to_string(cell x) noexcept {
  return names[index(x)];
}

std::optional<cell> parse_cell(std::string_view name) noexcept {
  auto is = [name](cell x) -> std::optional<cell> {
    if (name == names[index(x)])
      return x;
    return std::nullopt;
  };
  // Size and one letter leave one candidate.
  switch (name.size()) {
  case 3:
    switch (name[0]) {
    case 'l':
      return is(cell::low);
    case 'b':
      return is(cell::bid);
    case 'a':
      return is(cell::ask);
    default:
      return is(cell::seq);
    }
  case 4:
    switch (name[0]) {
    case 'd':
      return is(cell::date);
    case 'o':
      return is(cell::open);
    case 'h':
      return is(cell::high);
    case 's':
      return is(cell::size);
    default:
      return is(cell::time);
    }
  case 5:
    return is(cell::price);
  case 6:
    switch (name[0]) {
    case 's':
      return is(cell::symbol);
    case 'c':
      return is(cell::change);
    default:
      return is(cell::volume);
    }
  case 8:
    return is(name[0] == 'b' ? cell::bid_size : cell::ask_size);
  case 9:
    return is(cell::freshness);
  case 10:
    return is(name[0] == 'm' ? cell::market_cap : cell::prev_close);
  case 14:
    return is(cell::change_percent);
  default:
    return std::nullopt;
  }
}

bool extra_cell::valid_name(std::string_view name) noexcept {
  auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
           || (c >= '0' && c <= '9') || c == '_';
  };
  return !name.empty() && name.size() <= 32
         && std::all_of(name.begin(), name.end(), allowed) && name != "type"
         && !parse_cell(name);
}

} // namespace livegrid
