#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include <caf/error.hpp>
#include <caf/meta/load_callback.hpp>
#include <caf/meta/type_name.hpp>
#include <caf/sec.hpp>

namespace livegrid {

/// Which state of a symbol it is, whoever shows it: the one that a tick made.
/// Of two the greater one is newer; where two parts of a cluster have gone on
/// by themselves, the one of the owner whose view came later.
struct state_id {
  std::uint64_t epoch = 0;   ///< of the owner that applied the tick
  std::uint64_t version = 0; ///< of the row that showed it first; from 1

  friend auto operator<=>(const state_id&, const state_id&) = default;

  template <class Inspector>
  friend auto inspect(Inspector& f, state_id& x) {
    return f(caf::meta::type_name("state_id"), x.epoch, x.version);
  }
};

/// What a state of a symbol knows of an older one.
enum class knowledge : std::uint8_t {
  all,     ///< it goes on from there, or from a later one
  none,    ///< ticks have made the older one that it does not have: both have
           ///< owned the symbol at once, or the owner before died with them
  unknown, ///< that was too many owners ago
};

/// The owners that a symbol has had before the one of now, each told by the
/// last of its states that the next one went on from. Of many the oldest are
/// forgotten. Costs nothing to copy; thread-safe, since what is shared never
/// changes.
class lineage {
public:
  static constexpr std::size_t max_size = 8;

  /// Another owner goes on from that state.
  void add(const state_id& last);

  /// The state that the owner of now went on from; 0 if it was the first.
  state_id last() const noexcept;

  /// What whoever goes on from here knows of a state of another owner.
  knowledge of(const state_id& x) const noexcept;

  friend bool operator==(const lineage& x, const lineage& y) noexcept;

  template <class Inspector>
  friend auto inspect(Inspector& f, lineage& x) {
    std::vector<state_id> states;
    auto cut = false;
    if (x.body_) {
      states = x.body_->states;
      cut = x.body_->cut;
    }
    auto load = [&]() -> caf::error {
      if (states.size() > max_size)
        return caf::sec::invalid_argument;
      x.body_ = states.empty()
                  ? nullptr
                  : std::make_shared<body>(body{std::move(states), cut});
      return caf::none;
    };
    return f(caf::meta::type_name("lineage"), states, cut,
             caf::meta::load_callback(load));
  }

private:
  struct body {
    std::vector<state_id> states; ///< oldest first
    bool cut = false;             ///< there were owners before the first one
  };

  std::shared_ptr<const body> body_; ///< null for none
};

} // namespace livegrid
