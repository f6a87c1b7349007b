#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "livegrid/actors/base/expected.hpp"
#include "livegrid/actors/base/timestamp.hpp"
#include "livegrid/actors/day/session.hpp"
#include "livegrid/actors/day/time_zone.hpp"

namespace livegrid {

/// When a trade date ends.
enum class roll_rule : std::uint8_t {
  session, ///< when the first period of the next one begins
  utc,     ///< at 00:00 UTC
  /// At 00:00 UTC as well: that the numbers are about the last 24 hours is for
  /// the source to say, or for cells that are made from bars.
  rolling24h,
};

constexpr std::size_t num_roll_rules = 3;

std::string_view to_string(roll_rule x) noexcept;

std::optional<roll_rule> parse_roll_rule(std::string_view name) noexcept;

/// A market as it is written down, all in TradingView's words.
struct venue_definition {
  std::string name;
  std::string tz = "UTC";       ///< of tzdata
  std::string session = "24x7"; ///< the regular one, see `parse_session`
  std::string pre;              ///< trading before it; empty: none
  std::string post;             ///< trading after it; empty: none
  roll_rule roll = roll_rule::session;
  std::string holidays;    ///< see `parse_holidays`
  std::string corrections; ///< of the regular session, see `parse_corrections`
};

/// A stretch of time: `begin` belongs to it, `end` does not.
struct time_span {
  timestamp begin{};
  timestamp end{};

  bool holds(timestamp x) const noexcept {
    return begin <= x && x < end;
  }

  friend bool operator==(const time_span&, const time_span&) = default;
};

/// The times that belong to one trade date. Where they reach beyond the range
/// of the clock they end with it.
struct trade_day {
  std::chrono::sys_days date{};
  time_span span;

  friend bool operator==(const trade_day&, const trade_day&) = default;
};

/// A stretch of one trade date that is either all within the regular session or
/// all outside of it.
struct day_part {
  std::chrono::sys_days date{};
  time_span span;
  bool regular = false;

  friend bool operator==(const day_part&, const day_part&) = default;
};

/// Which trade date a time belongs to at one market: that which has begun last.
/// A trade date begins with its first period, be it before the regular session
/// or on the day before, and lasts until the next one begins: nights, weekends
/// and holidays belong to the date before them. Pure, and never changes.
class venue {
public:
  /// What is wrong with a definition.
  struct fault {
    std::string_view member; ///< of `venue_definition`, its name
    std::string reason;
  };

  static expected<venue, fault> make(venue_definition x);

  const venue_definition& definition() const noexcept {
    return definition_;
  }

  const std::string& name() const noexcept {
    return definition_.name;
  }

  /// The trade date of a time, and all times that belong to it.
  trade_day day_of(timestamp x) const;

  /// The part of it in which the time is: as long as times are in it, their
  /// trade date and their session are known by two comparisons.
  day_part part_of(timestamp x) const;

  /// Whether the time is in the regular session.
  bool is_regular(timestamp x) const {
    return part_of(x).regular;
  }

  /// When the trade date of that time ends; the end of the clock's range if it
  /// does not before.
  timestamp next_roll(timestamp x) const {
    return day_of(x).span.end;
  }

  /// When the regular session of a trade date begins; nothing if it has none.
  std::optional<timestamp> regular_begin(std::chrono::sys_days date) const;

private:
  venue() = default;

  /// When a trade date begins; nothing for a day without trading.
  std::optional<std::chrono::sys_seconds>
  begin_of(std::chrono::sys_days date) const;

  /// The periods of its regular session, none on a holiday.
  const std::vector<session_period>&
  regular_of(std::chrono::sys_days date) const;

  bool by_session() const noexcept {
    return definition_.roll == roll_rule::session;
  }

  venue_definition definition_;
  time_zone zone_;
  session_week regular_;
  session_week pre_;
  session_week post_;
  std::set<std::chrono::sys_days> holidays_;
  session_corrections corrections_;
};

using venue_ptr = std::shared_ptr<const venue>;

} // namespace livegrid
