#include "livegrid/http/readers/tick_handler.hpp"

#include <algorithm>
#include <utility>

#include "livegrid/http/readers/misnamed_field.hpp"

namespace livegrid {

namespace {

/// Faults of one tick that are kept until it is read: later values may still
/// replace the faulty ones.
constexpr std::size_t max_open_faults = 128;

} // namespace

void tick_handler::null() {
  if (!in_tick())
    return;
  switch (key_.what) {
  case kind::number:
    tick_.clear(key_.which);
    return settle();
  case kind::symbol:
    has_symbol_ = false;
    return settle();
  case kind::time:
    tick_.time.reset();
    return settle();
  case kind::seq:
    tick_.seq.reset();
    return settle();
  case kind::clear:
    tick_.cleared = 0;
    cleared_.clear();
    return settle();
  case kind::ignored:
    brings_ignored_ = true;
    return;
  case kind::extra:
    return note(set_extra(tick_, name_, "null"));
  case kind::bad:
    return;
  }
}

void tick_handler::boolean(bool x) {
  if (!in_tick())
    return;
  if (key_.what == kind::ignored)
    brings_ignored_ = true;
  else if (key_.what == kind::extra)
    note(set_extra(tick_, name_, x ? "true" : "false"));
  else
    refuse_type();
}

void tick_handler::number(std::string_view text, double x) {
  if (!in_tick())
    return;
  switch (key_.what) {
  case kind::number:
    return note(set_number(tick_, key_.which, x));
  case kind::symbol:
    return refuse_type();
  case kind::time:
    return note(set_epoch_time(tick_, text));
  case kind::seq:
    return note(set_seq(tick_, text));
  case kind::clear:
    return refuse_type();
  case kind::ignored:
    brings_ignored_ = true;
    return;
  case kind::extra:
    return note(set_extra_number(tick_, name_, text, x));
  case kind::bad:
    return;
  }
}

void tick_handler::string(std::string_view text) {
  if (place_ == place::list && names_suffice)
    return take_name(text);
  if (place_ == place::cleared)
    return take_back(text);
  if (!in_tick())
    return;
  switch (key_.what) {
  case kind::number:
    return note(set_number(tick_, key_.which, text));
  case kind::symbol:
    has_symbol_ = true;
    return note(set_symbol(tick_, text));
  case kind::time:
    return note(set_time(tick_, text));
  case kind::seq:
    return note(set_seq(tick_, text));
  case kind::clear:
    return refuse_type();
  case kind::ignored:
    brings_ignored_ = true;
    return;
  case kind::extra:
    return note(set_extra_text(tick_, name_, text));
  case kind::bad:
    return;
  }
}

void tick_handler::key(std::string_view name) {
  if (place_ != place::tick)
    return;
  key_ = classify(name);
  // Only a name that the table does not have must be kept.
  name_ =
    key_.name.empty() ? std::string_view{own_name_.assign(name)} : key_.name;
  if (key_.what == kind::extra && name == "clear")
    key_.what = kind::clear;
  if (key_.what == kind::bad)
    hold(bad_name(name));
}

void tick_handler::begin_object() {
  if (place_ == place::skipped) {
    ++skipped_;
  } else if (place_ == place::tick) {
    skip_value();
  } else if (place_ == place::cleared) {
    refuse_type();
    skip();
  } else {
    ++element_;
    outer_ = place_;
    place_ = place::tick;
    tick_ = tick{};
    has_symbol_ = brings_ignored_ = false;
    open_.clear();
    cleared_.clear();
  }
}

void tick_handler::end_object() {
  if (place_ == place::skipped)
    return end_skipped();
  for (const auto& name : cleared_)
    hold_if(set_cleared(tick_, name));
  finish_tick();
  place_ = outer_;
}

void tick_handler::begin_array() {
  if (place_ == place::skipped) {
    ++skipped_;
  } else if (place_ == place::tick && key_.what == kind::clear) {
    settle();
    tick_.cleared = 0;
    cleared_.clear();
    place_ = place::cleared;
  } else if (place_ == place::tick) {
    skip_value();
  } else if (place_ == place::cleared) {
    refuse_type();
    skip();
  } else if (place_ == place::top && takes_array) {
    place_ = place::list;
  } else {
    refuse_element();
    skip();
  }
}

void tick_handler::end_array() {
  if (place_ == place::skipped)
    end_skipped();
  else if (place_ == place::cleared)
    place_ = place::tick;
  else
    place_ = place::top;
}

void tick_handler::take_name(std::string_view text) {
  ++element_;
  tick_ = tick{};
  open_.clear();
  has_symbol_ = true;
  if (auto bad = set_symbol(tick_, text))
    hold(std::move(*bad));
  finish_tick();
}

void tick_handler::take_back(std::string_view name) {
  if (classify(name).what != kind::extra)
    return hold_if(set_cleared(tick_, name));
  // One too many is enough to be refused.
  if (cleared_.size() <= max_extra_cells
      && std::find(cleared_.begin(), cleared_.end(), name) == cleared_.end())
    cleared_.emplace_back(name);
}

bool tick_handler::in_tick() {
  if (place_ == place::tick)
    return true;
  if (place_ == place::cleared)
    refuse_type();
  else if (place_ != place::skipped)
    refuse_element();
  return false;
}

void tick_handler::refuse_element() {
  ++element_;
  if (fault_)
    return;
  refuse({.message = names_suffice ? "a symbol must be a name or an object"
                                   : "a tick must be an object",
          .type = "dict_type"});
}

void tick_handler::refuse(refusal why) {
  why.element = element_;
  if (which_ == taking::all_or_none)
    fault_ = std::move(why);
  else
    refused_.add(std::move(why));
}

void tick_handler::refuse_type() {
  if (key_.what == kind::bad)
    return;
  if (key_.what == kind::symbol)
    has_symbol_ = true;
  settle();
  hold(wrong_type(key_, name_));
}

void tick_handler::note(std::optional<refusal> outcome) {
  settle();
  if (outcome)
    hold(std::move(*outcome));
}

void tick_handler::hold_if(std::optional<refusal> x) {
  if (x)
    hold(std::move(*x));
}

void tick_handler::hold(refusal x) {
  if (open_.size() < max_open_faults)
    open_.push_back(std::move(x));
}

void tick_handler::settle() {
  if (!open_.empty())
    std::erase_if(open_, [this](auto& x) { return x.field == name_; });
}

void tick_handler::skip_value() {
  if (key_.what == kind::ignored)
    brings_ignored_ = true;
  else
    refuse_type();
  skip();
}

void tick_handler::skip() {
  skipped_from_ = place_;
  skipped_ = 1;
  place_ = place::skipped;
}

void tick_handler::end_skipped() {
  if (--skipped_ == 0)
    place_ = skipped_from_;
}

std::optional<refusal> tick_handler::fault_of_tick() {
  if (!open_.empty())
    return std::move(open_.front());
  if (!has_symbol_)
    return missing_symbol(tick_);
  if (tick_.given != 0 || tick_.cleared != 0)
    return std::nullopt;
  // What is there from the start may have cells of any name, or none.
  if (names_suffice)
    return std::nullopt;
  if (tick_.empty() && !brings_ignored_)
    return missing_fields();
  return misnamed_field(tick_);
}

void tick_handler::finish_tick() {
  if (fault_)
    return;
  // The usual tick is all of this, and nothing else is looked at.
  if (!open_.empty() || !has_symbol_ || tick_.given == 0)
    if (auto why = fault_of_tick()) {
      if (has_symbol_)
        why->symbol = tick_.symbol.str();
      return refuse(*std::move(why));
    }
  ticks_.push_back(std::move(tick_));
  if (which_ == taking::good_ones)
    elements_.push_back(element_);
}

} // namespace livegrid
