#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "livegrid/actors.hpp"
#include "livegrid/actors/base/error.hpp"
#include "livegrid/actors/base/expected.hpp"
#include "livegrid/actors/prices/tick.hpp"
#include "livegrid/http/readers/refused_ticks.hpp"
#include "livegrid/replier.hpp"

namespace livegrid {

/// How many ticks count, and which others were left out, if their sender has
/// asked for that.
struct taken_ticks {
  std::uint64_t ticks = 0;
  std::optional<refused_ticks> refused;
};

/// What became of ticks that went to the market. Without `taking::good_ones`
/// all of them count, or none.
using tick_answer = expected<taken_ticks, refusal>;

/// The body that says so to who has sent them.
std::string accepted_body(const taken_ticks& x);

/// Ticks whose sender wants the good ones of them taken.
struct good_ticks {
  tick_batch batch;

  /// Of each tick its element in what was sent; -1 if it came alone.
  std::vector<std::int64_t> elements;

  refused_ticks refused;
};

/// Sends ticks to the market; what it refuses of them, all of which it names at
/// once, is left out, and the rest sent again.
/// @param take is called once, on whichever thread has the answer; at once if
///        all were left out before.
void publish_good_ticks(const ingress_actor& to, good_ticks x,
                        std::function<void(const tick_answer&)> take);

} // namespace livegrid
