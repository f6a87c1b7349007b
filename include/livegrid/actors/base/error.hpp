#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <caf/atom.hpp>
#include <caf/error.hpp>
#include <caf/meta/load_callback.hpp>
#include <caf/meta/type_name.hpp>
#include <caf/sec.hpp>

namespace livegrid {

/// Why something was refused. `http/` maps these to statuses, in one place.
enum class errc : std::uint8_t {
  malformed = 1, ///< not what the format says: 400
  invalid,       ///< well-formed, but a value cannot be: 422
  too_big,       ///< over a size limit: 413
  unavailable,   ///< cannot serve now: 503
  timed_out,     ///< an actor did not answer in time: 503
  moved,         ///< another node owns the symbol: 503, but ask again
  forbidden,     ///< not with this key: 403
  limited,       ///< too much of it a second: 429
  unsure,        ///< it is not known whether it was done: 504
};

std::string to_string(errc x);

/// Why one more tick of a batch cannot be taken; see `refusal`.
struct refused_tick {
  std::uint32_t element = 0;
  std::string field;
  std::string message;
  std::string type;

  friend bool operator==(const refused_tick&, const refused_tick&) = default;

  template <class Inspector>
  friend auto inspect(Inspector& f, refused_tick& x) {
    return f(x.element, x.field, x.message, x.type);
  }
};

/// What exactly was refused, in the words of FastAPI's error lists.
struct refusal {
  errc code = errc::invalid;

  /// Which tick (element or line, from 0), or -1 where that does not apply.
  std::int64_t element = -1;

  /// Which field, or empty.
  std::string field;

  /// Why, for a person.
  std::string message;

  /// The kind, as pydantic names it: `missing`, `greater_than`, ...
  std::string type = "value_error";

  /// The symbol of that tick, or empty where it is not known.
  std::string symbol;

  /// Of a batch that wants all of them told (`tick_batch::tells_all`): the
  /// other ticks that cannot be taken, in their order.
  std::vector<refused_tick> others;

  /// Where still more of them are, behind `max_others` that say why.
  std::vector<std::uint32_t> more;

  static constexpr std::size_t max_others = 100;

  /// How many ticks it names.
  std::uint64_t ticks() const noexcept {
    return element < 0 ? 0 : 1 + others.size() + more.size();
  }

  /// Names one more tick, behind all that it names.
  void add(refused_tick x);

  friend bool operator==(const refusal&, const refusal&) = default;

  template <class Inspector>
  friend auto inspect(Inspector& f, refusal& x) {
    auto code = static_cast<std::uint8_t>(x.code);
    auto load = [&]() -> caf::error {
      if (code < static_cast<std::uint8_t>(errc::malformed)
          || code > static_cast<std::uint8_t>(errc::unsure))
        return caf::sec::invalid_argument;
      x.code = static_cast<errc>(code);
      return caf::none;
    };
    return f(caf::meta::type_name("refusal"), code, x.element, x.field,
             x.message, x.type, x.symbol, x.others, x.more,
             caf::meta::load_callback(load));
  }
};

/// One refusal that names the ticks of both, which are of one batch.
/// @pre Both name one.
refusal merge(refusal x, refusal y);

/// An error with its refusal as context.
caf::error make_error(refusal x);

/// An error of ours without more to say than its message.
caf::error make_error(errc code, std::string message);

/// The refusal that an error carries; what CAF itself reports (a time-out, an
/// actor that is gone) comes as `timed_out` or `unavailable`.
/// @pre `x` is an error, not `caf::none`.
refusal to_refusal(const caf::error& x);

} // namespace livegrid
