#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "livegrid/actors/base/error.hpp"
#include "livegrid/actors/prices/tick.hpp"
#include "livegrid/http/json/json_reader.hpp"
#include "livegrid/http/readers/refused_ticks.hpp"
#include "livegrid/http/readers/tick_values.hpp"

namespace livegrid {

/// Makes ticks of what the JSON says. Goes on behind a fault, since a text that
/// is not JSON matters more.
class tick_handler final : public json_handler {
public:
  explicit tick_handler(taking which = taking::all_or_none) : which_(which) {
    // nop
  }

  /// The next element's index will be `x`.
  void next_element(std::int64_t x) noexcept {
    element_ = x - 1;
  }

  /// The first value that cannot be, with its element; no ticks count then.
  /// None where good ticks alone are taken.
  std::optional<refusal>& fault() noexcept {
    return fault_;
  }

  /// The ticks read so far.
  std::vector<tick>& ticks() noexcept {
    return ticks_;
  }

  /// What was left out, where good ticks alone are taken, and of each tick its
  /// element.
  refused_ticks& refused() noexcept {
    return refused_;
  }

  std::vector<std::int64_t>& elements() noexcept {
    return elements_;
  }

  /// Whether the outermost array holds ticks, rather than being a fault.
  bool takes_array = false;

  /// Whether a symbol needs nothing but its name: an object may hold nothing
  /// else, or any cells, and a string in the array stands for one.
  bool names_suffice = false;

  void null() override;

  void boolean(bool x) override;

  void number(std::string_view text, double x) override;

  void string(std::string_view text) override;

  void key(std::string_view name) override;

  void begin_object() override;

  void end_object() override;

  void begin_array() override;

  void end_array() override;

private:
  using kind = tick_key::kind;

  enum class place : std::uint8_t { top, list, tick, cleared, skipped };

  /// Makes a tick of a symbol of which nothing else is said.
  void take_name(std::string_view text);

  /// Takes back the cell of that name: one of the source's own when all of the
  /// tick is known, which may bring it.
  void take_back(std::string_view name);

  /// Whether a scalar belongs to a tick; one that stands for a tick is a fault.
  bool in_tick();

  void refuse_element();

  /// Refuses the current element.
  void refuse(refusal why);

  void refuse_type();

  /// Takes the outcome of setting the current key, in place of an earlier one.
  void note(std::optional<refusal> outcome);

  /// Keeps a fault of the current tick.
  void hold(refusal x);

  /// The same, if it is one.
  void hold_if(std::optional<refusal> x);

  /// Drops the fault of an earlier value of the current key.
  void settle();

  /// Judges an array or object that is a value of a tick, and passes over it.
  void skip_value();

  /// Passes over the array or object that begins.
  void skip();

  void end_skipped();

  /// What is wrong with the current tick, now that all of it is known.
  std::optional<refusal> fault_of_tick();

  void finish_tick();

  std::vector<tick> ticks_;
  taking which_;
  std::optional<refusal> fault_; ///< the first one
  refused_ticks refused_;
  std::vector<std::int64_t> elements_;

  place place_ = place::top;
  place outer_ = place::top;        ///< where the current tick stands
  place skipped_from_ = place::top; ///< where the skipped value stands
  std::size_t skipped_ = 0;         ///< depth in the skipped value
  std::int64_t element_ = -1;

  // -- the current tick -------------------------------------------------------

  tick tick_;
  bool has_symbol_ = false;
  bool brings_ignored_ = false;
  std::vector<refusal> open_;
  std::vector<std::string> cleared_; ///< cells of the source's own
  tick_key key_;
  std::string_view name_; ///< of the current key
  std::string own_name_;  ///< the text of it, where no table has it
};

} // namespace livegrid
