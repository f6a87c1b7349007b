#pragma once

#include <compare>
#include <cstdint>
#include <string>

#include <caf/meta/load_callback.hpp>
#include <caf/meta/type_name.hpp>
#include <caf/sec.hpp>

#include "livegrid/actors/prices/tick.hpp"

namespace livegrid {

/// Which source of ticks.
struct feed_id {
  source kind = source::post;

  /// Which one of its kind, where there are several, from 1.
  std::uint64_t number = 0;

  friend auto operator<=>(const feed_id&, const feed_id&) = default;

  /// What the operator calls it: `simulator`, `post`, `socket-3`.
  std::string str() const {
    std::string result{kind.name()};
    return number == 0 ? result : result + '-' + std::to_string(number);
  }

  template <class Inspector>
  friend auto inspect(Inspector& f, feed_id& x) {
    return f(caf::meta::type_name("feed_id"), x.kind, x.number);
  }
};

/// A source of ticks at one moment, as the operator sees it.
struct feed_summary {
  feed_id id;
  std::string peer;             ///< who it is, where it is a connection
  std::string state;            ///< up, paused, down
  std::uint64_t symbols = 0;    ///< that had their last tick from it
  std::uint64_t ticks = 0;      ///< taken
  std::uint64_t milli_rate = 0; ///< ticks in 1000 s, of late
  std::uint64_t age_ms = 0;     ///< since the last tick; ~0 if there was none
  std::uint64_t refused = 0;    ///< ticks, or bodies that could not be read
  std::string last_refusal;     ///< why, the last time

  template <class Inspector>
  friend auto inspect(Inspector& f, feed_summary& x) {
    return f(caf::meta::type_name("feed_summary"), x.id, x.peer, x.state,
             x.symbols, x.ticks, x.milli_rate, x.age_ms, x.refused,
             x.last_refusal);
  }
};

} // namespace livegrid
