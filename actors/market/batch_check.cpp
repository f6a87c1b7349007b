#include "livegrid/actors/market/batch_check.hpp"

#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "livegrid/actors/access/fair_share.hpp"

namespace livegrid {

namespace {

refusal kept_for_others(std::int64_t at, const std::string& what,
                        const std::string& things, const char* type) {
  return {errc::invalid, at, what,
          "the last quarter of the " + things
            + " is kept for publishers that have made fewer",
          type};
}

/// Goes through the ticks of a batch, and counts what they would add.
class batch_check {
public:
  batch_check(const market_room& in, std::uint64_t publisher)
    : in_(in), by_(publisher) {
    // nop
  }

  /// Why the next tick cannot be taken. One that cannot uses up nothing.
  std::optional<refusal> add(const tick& x, std::int64_t at) {
    auto known = in_.symbols.find(x.symbol);
    // What is prepared has its place already.
    const auto* room = in_.promised.find(x.symbol);
    auto promised = room != nullptr && room->makes_symbol;
    auto makes = known == in_.symbols.end() && !promised
                 && fresh_.insert(x.symbol.str()).second;
    auto refused = [&](std::optional<refusal> why) {
      if (why && makes)
        fresh_.erase(x.symbol.str());
      return why;
    };
    if (makes)
      if (auto why = add_symbol(at))
        return refused(std::move(why));
    if (x.extras.empty())
      return std::nullopt;
    auto [where, first] = cells_.try_emplace(x.symbol.str());
    auto& to = where->second;
    if (first && known != in_.symbols.end() && known->second.extras)
      for (const auto& extra : *known->second.extras)
        add_name(to, extra.name, extra.made_by);
    if (first && room != nullptr)
      for (const auto& [extra, ticks] : room->extras)
        add_name(to, extra, by_);
    return refused(add_cells(to, x, at));
  }

private:
  /// The cells of one symbol.
  struct cells {
    std::set<std::string_view> names;
    std::uint64_t own = 0; ///< that are this publisher's
  };

  std::optional<refusal> add_symbol(std::int64_t at) {
    auto more = in_.promised.new_symbols() + fresh_.size() - 1;
    auto used = in_.symbols.size() + more;
    auto most = in_.max_symbols;
    if (used >= most)
      return refusal{errc::invalid, at, "symbol",
                     "the node owns as many symbols as it may ("
                       + std::to_string(most) + ")",
                     "too_many_symbols"};
    if (by_ != 0 && !has_share(used, in_.own_symbols + more, most))
      return kept_for_others(at, "symbol", "symbols", "too_many_symbols");
    return std::nullopt;
  }

  bool add_name(cells& to, const std::string& name, std::uint64_t by) const {
    auto added = to.names.insert(name).second;
    to.own += added && by == by_;
    return added;
  }

  std::optional<refusal> add_cells(cells& to, const tick& x, std::int64_t at) {
    std::vector<std::string_view> added;
    auto why = add_cells(to, x, at, added);
    if (why)
      for (auto name : added) {
        to.names.erase(name);
        --to.own;
      }
    return why;
  }

  /// @param added gets the names that are there from now on.
  std::optional<refusal> add_cells(cells& to, const tick& x, std::int64_t at,
                                   std::vector<std::string_view>& added) const {
    for (const auto& extra : x.extras) {
      auto used = to.names.size();
      auto own = to.own;
      // What is taken back makes no cell.
      if (extra.json == "null" || !add_name(to, extra.name, by_))
        continue;
      added.emplace_back(extra.name);
      if (used >= max_extra_cells)
        return refusal{errc::invalid, at, extra.name,
                       "a symbol has at most " + std::to_string(max_extra_cells)
                         + " cells of its own",
                       "too_many_cells"};
      if (by_ != 0 && !has_share(used, own, max_extra_cells))
        return kept_for_others(at, extra.name, "cells of a symbol",
                               "too_many_cells");
    }
    return std::nullopt;
  }

  const market_room& in_;
  std::uint64_t by_;
  std::set<std::string_view> fresh_;
  std::unordered_map<std::string_view, cells> cells_;
};

} // namespace

std::optional<refusal> check_room(const tick_batch& batch,
                                  const market_room& in) {
  batch_check whole{in, batch.publisher};
  std::optional<refusal> result;
  for (std::size_t i = 0; i < batch.ticks.size(); ++i) {
    auto why = whole.add(batch.ticks[i], static_cast<std::int64_t>(i));
    if (!why)
      continue;
    if (!batch.tells_all)
      return why;
    if (result)
      result->add({static_cast<std::uint32_t>(i), std::move(why->field),
                   std::move(why->message), std::move(why->type)});
    else
      result = std::move(why);
  }
  return result;
}

} // namespace livegrid
