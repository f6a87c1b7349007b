#include "livegrid/http/readers/misnamed_field.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "livegrid/actors/base/near_word.hpp"
#include "livegrid/actors/base/text.hpp"
#include "livegrid/http/readers/tick_values.hpp"

namespace livegrid {

namespace {

struct other_name {
  std::string_view name; ///< in lower case, without underscores
  std::string_view field;
};

/// What exchanges and libraries call the fields.
constexpr auto other_names = std::to_array<other_name>({
  {"last", "price"},
  {"lastprice", "price"},
  {"lasttradeprice", "price"},
  {"tradeprice", "price"},
  {"ltp", "price"},
  {"px", "price"},
  {"lastpx", "price"},
  {"vol", "volume"},
  {"dayvolume", "volume"},
  {"totalvolume", "volume"},
  {"qty", "size"},
  {"quantity", "size"},
  {"lastsize", "size"},
  {"lastqty", "size"},
  {"bidprice", "bid"},
  {"bestbid", "bid"},
  {"askprice", "ask"},
  {"bestask", "ask"},
  {"offer", "ask"},
  {"bidqty", "bid_size"},
  {"askqty", "ask_size"},
  {"prevclose", "prev_close"},
  {"previousclose", "prev_close"},
  {"marketcap", "market_cap"},
  {"mktcap", "market_cap"},
  {"ticker", "symbol"},
  {"sym", "symbol"},
  {"instrument", "symbol"},
  {"timestamp", "time"},
  {"ts", "time"},
});

/// A shorter word is a slip of too many others: `mid` is no `bid`.
constexpr std::size_t shortest_with_slip = 5;

constexpr bool can_be_meant(const cell_entry& x) noexcept {
  return x.kind != cell_kind::computed;
}

constexpr bool is_long(const cell_entry& x) noexcept {
  return can_be_meant(x) && x.name.size() >= shortest_with_slip;
}

/// The fields that a slip of a long word may be.
constexpr auto long_fields = [] {
  constexpr auto size =
    std::count_if(known_cells.begin(), known_cells.end(), is_long);
  std::array<std::string_view, size> result{};
  std::size_t i = 0;
  for (const auto& x : known_cells)
    if (is_long(x))
      result[i++] = x.name;
  return result;
}();

/// In lower case, without what stands between words.
std::string plain(std::string_view name) {
  auto result = to_lower(name);
  std::erase(result, '_');
  return result;
}

std::string hint(std::string_view name, std::string_view meant) {
  return std::string{name} + " would be a cell of its own; did you mean "
         + std::string{meant} + '?';
}

} // namespace

std::string_view meant_field(std::string_view name) {
  auto word = plain(name);
  for (const auto& x : known_cells)
    if (can_be_meant(x) && x.name != name && plain(x.name) == word)
      return x.name;
  for (const auto& x : other_names)
    if (x.name == word)
      return x.field;
  if (word.size() < shortest_with_slip)
    return {};
  return nearest_word(to_lower(name), long_fields);
}

std::optional<refusal> misnamed_field(const tick& x) {
  for (const auto& extra : x.extras)
    if (auto meant = meant_field(extra.name);
        !meant.empty() && meant != "symbol")
      return refusal{.field = extra.name,
                     .message = hint(extra.name, meant),
                     .type = "extra_forbidden"};
  return std::nullopt;
}

refusal missing_symbol(const tick& x) {
  auto result = missing_symbol();
  for (const auto& extra : x.extras)
    if (meant_field(extra.name) == "symbol") {
      result.message += ", and " + hint(extra.name, "symbol");
      break;
    }
  return result;
}

} // namespace livegrid
