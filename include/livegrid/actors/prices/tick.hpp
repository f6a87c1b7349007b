#pragma once

#include <array>
#include <bit>
#include <chrono>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <caf/error.hpp>
#include <caf/meta/load_callback.hpp>
#include <caf/meta/type_name.hpp>
#include <caf/sec.hpp>

#include "livegrid/actors/base/timestamp.hpp"
#include "livegrid/actors/prices/cell.hpp"
#include "livegrid/actors/prices/source.hpp"
#include "livegrid/actors/prices/symbol_name.hpp"

namespace livegrid {

std::string_view to_string(field x) noexcept;

std::optional<field> parse_field(std::string_view name) noexcept;

/// The cell of the same name.
cell to_cell(field x) noexcept;

/// The field of the same name; nothing for a cell that the node works out.
std::optional<field> to_field(cell x) noexcept;

/// The largest number that a tick may bring, with whichever sign.
constexpr double max_value = 1e18;

/// Whether `x` can be a value of `f`: a magnitude of at most `max_value`, and
/// no less than 0 unless it is a price.
bool acceptable(field f, double x) noexcept;

/// What a source says of one symbol at one moment.
struct tick {
  symbol_name symbol;

  /// Bit `i` says that `values[i]` was given, for `field(i)`.
  std::uint16_t given = 0;

  /// Bit `i` says that the cell of `field(i)` is taken back, before what is
  /// given is set.
  std::uint16_t cleared = 0;

  static_assert(num_fields <= 16, "more numbers need more bits");

  std::array<double, num_fields> values{};

  /// The source's time of it.
  std::optional<timestamp> time;

  /// The source's sequence number for this symbol; 0 starts the count anew.
  std::optional<std::int64_t> seq;

  std::vector<extra_cell> extras;

  /// Its source is back at its beginning, as a recording that is played once
  /// more: a trade date before the last one is not too late.
  bool anew = false;

  bool has(field f) const noexcept {
    return (given >> static_cast<unsigned>(f)) & 1u;
  }

  double get(field f) const noexcept {
    return values[static_cast<std::size_t>(f)];
  }

  /// `x` must be acceptable for `f`.
  void set(field f, double x) noexcept {
    given |= static_cast<std::uint16_t>(1u << static_cast<unsigned>(f));
    values[static_cast<std::size_t>(f)] = x;
  }

  /// Takes a number back, as `null` for its field does.
  void clear(field f) noexcept {
    given &= static_cast<std::uint16_t>(~(1u << static_cast<unsigned>(f)));
  }

  /// Whether it brings anything beside the name.
  bool empty() const noexcept {
    return given == 0 && cleared == 0 && !time && !seq && extras.empty();
  }

  friend bool operator==(const tick&, const tick&) = default;

  /// Whether every number given is acceptable for its field, and all that is
  /// taken back is one.
  bool acceptable() const noexcept;

  /// Doubles travel as their bits: CAF's own encoding of them neither keeps
  /// every value nor survives an infinity. Loading a number that is not
  /// acceptable is an error.
  template <class Inspector>
  friend auto inspect(Inspector& f, tick& x) {
    std::array<std::uint64_t, num_fields> bits;
    for (std::size_t i = 0; i < num_fields; ++i)
      bits[i] = std::bit_cast<std::uint64_t>(x.values[i]);
    std::int64_t time = x.time ? x.time->time_since_epoch().count() : 0;
    std::int64_t seq = x.seq.value_or(0);
    std::uint8_t flags = (x.time ? 1 : 0) | (x.seq ? 2 : 0) | (x.anew ? 4 : 0);
    auto load = [&]() -> caf::error {
      for (std::size_t i = 0; i < num_fields; ++i)
        x.values[i] = std::bit_cast<double>(bits[i]);
      if (!x.acceptable())
        return caf::sec::invalid_argument;
      x.anew = flags & 4;
      x.time.reset();
      x.seq.reset();
      if (flags & 1)
        x.time = timestamp{std::chrono::nanoseconds{time}};
      if (flags & 2)
        x.seq = seq;
      return caf::none;
    };
    return f(x.symbol, x.given, x.cleared, bits, flags, time, seq, x.extras,
             caf::meta::load_callback(load));
  }
};

/// Which batch: of one node's, those of a higher number came later.
struct batch_id {
  /// The node that took it in; 0 where the symbols are that node's anyway.
  std::uint64_t node = 0;

  std::uint64_t number = 0;

  explicit operator bool() const noexcept {
    return node != 0;
  }

  friend auto operator<=>(const batch_id&, const batch_id&) = default;

  template <class Inspector>
  friend auto inspect(Inspector& f, batch_id& x) {
    return f(caf::meta::type_name("batch_id"), x.node, x.number);
  }
};

/// Ticks that are applied together or not at all.
struct tick_batch {
  source from = source::post;

  /// When the node got them; stands in for `tick::time` where that is unknown.
  timestamp received{};

  std::vector<tick> ticks;

  /// Which one of its kind, where there are several: a publisher's WebSocket.
  std::uint64_t feed = 0;

  /// Under which name it may be sent twice and is applied once.
  batch_id id;

  /// Whose quota of symbols and cells it uses up; 0 for the node's own feeds.
  std::uint64_t publisher = 0;

  /// Whose count `tick::seq` belongs to: another's says nothing of it.
  std::uint64_t seq_of = 0;

  /// Whether its refusal is to name all ticks that cannot be taken, rather than
  /// the first: whoever has sent them wants the others taken.
  bool tells_all = false;

  /// The same without any ticks, for a part of them.
  tick_batch without_ticks() const {
    return {from, received, {}, feed, id, publisher, seq_of, tells_all};
  }

  template <class Inspector>
  friend auto inspect(Inspector& f, tick_batch& x) {
    std::int64_t received = x.received.time_since_epoch().count();
    auto load = [&]() -> caf::error {
      x.received = timestamp{std::chrono::nanoseconds{received}};
      return caf::none;
    };
    return f(x.from, received, x.ticks, x.feed, x.id, x.publisher, x.seq_of,
             x.tells_all, caf::meta::load_callback(load));
  }
};

} // namespace livegrid
