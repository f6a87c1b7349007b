#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "livegrid/actors/day/venue_table.hpp"
#include "livegrid/actors/market/market_entries.hpp"
#include "livegrid/fwd.hpp"

namespace livegrid {

struct market_state;

/// A day, in days since 1970, that stands for the trade date of now.
constexpr std::int32_t no_date = std::numeric_limits<std::int32_t>::min();

/// What a market knows of the trade dates of the symbols of one venue.
struct venue_days {
  venue_ptr where;
  std::uint64_t symbols = 0;

  /// How many of them a tick has brought from one trade date to that one.
  std::map<std::int32_t, std::uint64_t> rolled;

  /// All have been told to go on to that date; `no_date` if never.
  std::int32_t told = no_date;
};

/// At which venues a market's symbols are traded, and which trade dates have
/// evidently come there: a date has if the ticks of so many symbols say so, be
/// the day a holiday or not.
class market_days {
public:
  /// @param venues null: all is 24x7.
  explicit market_days(venue_table_ptr venues = nullptr);

  market_days(market_days&&) noexcept = default;
  market_days& operator=(market_days&&) noexcept = default;

  /// Finds a new symbol's venue.
  /// @param last the row of the owner before, or null.
  const venue_ptr& place(symbol_slot& x, const row_ptr& last);

  /// A symbol's cell `venue` is that JSON text: it is traded there, or, if that
  /// is no venue's name, where the patterns say. Returns the venue if it is
  /// another than before, else null.
  venue_ptr name_venue(symbol_slot& x, std::string_view json);

  /// A tick has brought a symbol from an earlier trade date to that one.
  void note_roll(symbol_entry& x, std::int32_t date);

  /// Forgets symbols that are about to go.
  void forget(const symbol_slots& gone);

  /// Whether a date waits for its regular session.
  bool pending() const;

  /// Takes out the venues where a date has evidently come by now, and which.
  std::vector<std::pair<const venue_days*, std::int32_t>>
  take_due(timestamp now);

  /// The venue of that name with its symbols; null if it has none.
  const venue_days* find(std::string_view name) const;

  const venue_table& venues() const noexcept {
    return *venues_;
  }

private:
  void move(symbol_entry& x, venue_days* to);

  venue_table_ptr venues_;

  /// They stay where they are.
  std::unordered_map<const venue*, venue_days> days_;
};

/// Lets the symbols of venues where a date has evidently come go on to it.
void roll_due(market_state& market);

/// Lets a symbol, or all of a venue, go on to a trade date.
/// @param date in days since 1970, or `no_date`.
/// @returns how many symbols were told, or that there is no such name.
caf::result<std::uint64_t> roll(market_state& market, const std::string& which,
                                std::int32_t date);

/// The venues, and the trade dates of their symbols.
listing sessions_of(const market_state& market);

} // namespace livegrid
