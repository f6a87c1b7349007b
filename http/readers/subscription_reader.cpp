#include "livegrid/http/readers/subscription_reader.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <optional>
#include <string>
#include <unordered_set>
#include <utility>

#include "livegrid/actors/base/text.hpp"
#include "livegrid/http/json/json_reader.hpp"

namespace livegrid {

namespace {

/// Bytes of a bad name that are kept.
constexpr std::size_t max_bad_text = 64;

/// Gathers the names that someone asks for.
class name_collector {
public:
  /// Adds the names of a comma list; a blank one has none.
  void add_list(std::string_view list) {
    for (const auto& name : split_list(list))
      add(name);
  }

  void add_bad(std::string_view text) {
    asked_ = true;
    result_.bad.emplace_back(cut_text(text, max_bad_text));
  }

  subscription finish() && {
    if (all_) {
      result_.what = subscription::change::all;
      result_.symbols.clear();
      result_.too_many = false;
    } else if (asked_) {
      result_.what = subscription::change::replace;
    }
    return std::move(result_);
  }

private:
  void add(std::string_view text) {
    if (text == "*") {
      all_ = true;
      return;
    }
    auto name = symbol_name::parse(text);
    if (!name)
      return add_bad(text);
    asked_ = true;
    if (result_.symbols.size() == subscription::max_symbols)
      result_.too_many = result_.too_many || !seen_.contains(*name);
    else if (seen_.insert(*name).second)
      result_.symbols.push_back(std::move(*name));
  }

  subscription result_;
  std::unordered_set<symbol_name> seen_;
  bool asked_ = false; ///< for anything at all
  bool all_ = false;
};

refusal fault(std::string_view field, std::string_view message,
              const char* type) {
  refusal result;
  result.code = errc::invalid;
  result.field = field;
  result.message = message;
  result.type = type;
  return result;
}

/// How many letters have to be changed, added or left out to make one text the
/// other.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    auto corner = std::exchange(row[0], i + 1);
    for (std::size_t j = 0; j < b.size(); ++j) {
      auto changed = corner + (a[i] != b[j]);
      corner = row[j + 1];
      row[j + 1] = std::min({changed, row[j] + 1, corner + 1});
    }
  }
  return row.back();
}

/// Whether somebody who writes that name of a parameter may mean `symbol`.
bool is_like_symbol(std::string_view name) {
  constexpr std::size_t longest = 8;
  if (name.size() > longest)
    return false;
  auto lower = to_lower(name);
  return lower == "ticker" || lower == "tickers"
         || distance(lower, "symbol") <= 2;
}

/// A list of names that has none asks for none.
subscription or_none(subscription x) {
  if (x.what == subscription::change::keep)
    x.what = subscription::change::replace;
  return x;
}

class subscription_handler final : public json_handler {
public:
  explicit subscription_handler(const symbol_params& which)
    : which_(which), said_(which.names.size()) {
    // nop
  }

  expected<subscription, refusal> finish() && {
    auto said = std::find_if(said_.begin(), said_.end(),
                             [](const auto& x) { return x.given; });
    for (auto* x : {&message_fault_, &type_fault_, &params_fault_})
      if (*x)
        return unexpected{std::move(**x)};
    if (said != said_.end() && said->fault)
      return unexpected{*std::move(said->fault)};
    if (!has_symbol_ && !stray_.empty())
      return unexpected{fault(which_.main_name(),
                              "no symbols in '" + stray_
                                + "': send {\"params\":{\"" + which_.main_name()
                                + "\":[\"AAPL\",\"MSFT\"]}}",
                              "missing")};
    if (said != said_.end())
      return or_none(std::move(said->names));
    return has_values_ || !which_.declared ? which_.unasked() : subscription{};
  }

  void null() override {
    scalar(token::null, "null");
  }

  void boolean(bool x) override {
    scalar(token::other, x ? "true" : "false");
  }

  void number(std::string_view text, double) override {
    scalar(token::other, text);
  }

  void string(std::string_view text) override {
    scalar(token::string, text);
  }

  void key(std::string_view name) override {
    if (place_ == place::message) {
      key_ = name == "type"     ? key_kind::type
             : name == "params" ? key_kind::params
                                : key_kind::other;
      // Beside `params` other keys may mean whatever they like.
      if (key_ == key_kind::params && !std::exchange(has_params_, true)
          && !which_.has(stray_))
        stray_.clear();
      else if (key_ == key_kind::other && (!has_params_ || which_.has(name)))
        note_stray(name);
    } else if (place_ == place::params) {
      auto found = std::find(which_.names.begin(), which_.names.end(), name);
      auto at = static_cast<std::size_t>(found - which_.names.begin());
      asked_ = at < said_.size() ? &said_[at] : nullptr;
      key_ = asked_ ? key_kind::symbol : key_kind::other;
      has_symbol_ = has_symbol_ || asked_ != nullptr;
      // Other parameters of a widget are none of ours.
      if (!asked_ && is_like_symbol(name) && !is_other(name))
        note_stray(name);
    }
  }

  void begin_object() override {
    if (place_ == place::start)
      place_ = place::message;
    else if (place_ == place::message && key_ == key_kind::params)
      begin_params();
    else
      nested("{...}");
  }

  void end_object() override {
    if (place_ == place::skipped)
      return end_skipped();
    place_ = place_ == place::params ? place::message : place::start;
  }

  void begin_array() override {
    if (place_ == place::params && key_ == key_kind::symbol)
      begin_names();
    else
      nested("[...]");
  }

  void end_array() override {
    if (place_ == place::skipped)
      return end_skipped();
    place_ = place::params;
    asked_->names = std::move(names_).finish();
  }

private:
  enum class place : std::uint8_t { start, message, params, names, skipped };

  enum class key_kind : std::uint8_t { type, params, symbol, other };

  enum class token : std::uint8_t { null, string, other };

  /// What a parameter says of symbols.
  struct said_of_symbols {
    bool given = false; ///< anything but null
    subscription names;
    std::optional<refusal> fault;
  };

  void scalar(token what, std::string_view text) {
    switch (place_) {
    case place::start:
      return refuse_message();
    case place::message:
      if (key_ == key_kind::type)
        set_type(what == token::null
                 || (what == token::string && text == "params"));
      else if (key_ == key_kind::params)
        set_params(what == token::null);
      return;
    case place::params:
      if (key_ == key_kind::symbol)
        set_symbol(what, text);
      return;
    case place::names:
      if (what == token::string)
        names_.add_list(text);
      else if (what == token::other)
        names_.add_bad(text);
      return;
    case place::skipped:
      return;
    }
  }

  /// An object or array where none can be, or one that does not matter.
  void nested(std::string_view text) {
    switch (place_) {
    case place::start:
      refuse_message();
      break;
    case place::message:
      if (key_ == key_kind::type)
        set_type(false);
      else if (key_ == key_kind::params)
        set_params(false);
      break;
    case place::params:
      if (key_ == key_kind::symbol)
        set_symbol(token::other, text);
      break;
    case place::names:
      names_.add_bad(text);
      break;
    case place::skipped:
      ++skipped_;
      return;
    }
    skipped_from_ = place_;
    skipped_ = 1;
    place_ = place::skipped;
  }

  void end_skipped() {
    if (--skipped_ == 0)
      place_ = skipped_from_;
  }

  void note_stray(std::string_view name) {
    if (stray_.empty())
      stray_ = cut_text(name, max_bad_text);
  }

  void refuse_message() {
    message_fault_ = fault("", "a message must be an object", "dict_type");
  }

  void set_type(bool good) {
    type_fault_.reset();
    if (!good)
      type_fault_ = fault("type", "type must be \"params\"", "literal_error");
  }

  void set_params(bool good) {
    said_.assign(said_.size(), {});
    has_values_ = false;
    params_fault_.reset();
    if (!good)
      params_fault_ = fault("params", "params must be an object", "dict_type");
  }

  void begin_params() {
    set_params(true);
    has_values_ = true;
    place_ = place::params;
  }

  void begin_names() {
    *asked_ = {.given = true};
    names_ = name_collector{};
    place_ = place::names;
  }

  void set_symbol(token what, std::string_view text) {
    *asked_ = {.given = what != token::null};
    if (what == token::string)
      asked_->names = split_symbols(text);
    else if (what == token::other)
      asked_->fault =
        fault(which_.main_name(),
              which_.main_name() + " must be a string or an array of strings",
              "string_type");
  }

  bool is_other(std::string_view name) const {
    const auto& xs = which_.others;
    return std::find(xs.begin(), xs.end(), name) != xs.end();
  }

  const symbol_params& which_;
  place place_ = place::start;
  place skipped_from_ = place::start;
  std::size_t skipped_ = 0;
  key_kind key_ = key_kind::other;
  bool has_params_ = false;
  bool has_values_ = false; ///< whether `params` is an object
  bool has_symbol_ = false;
  std::string stray_; ///< a key that may have been meant for `symbol`
  name_collector names_;
  std::vector<said_of_symbols> said_; ///< by each name, the first one wins
  said_of_symbols* asked_ = nullptr;  ///< of these the one that is read
  std::optional<refusal> message_fault_;
  std::optional<refusal> type_fault_;
  std::optional<refusal> params_fault_;
};

} // namespace

expected<subscription, refusal> read_subscription(std::string_view message,
                                                  const symbol_params& which) {
  subscription_handler handler{which};
  if (auto error = read_json(message, handler))
    return unexpected{*std::move(error)};
  return std::move(handler).finish();
}

subscription split_symbols(std::string_view names) {
  name_collector collector;
  collector.add_list(names);
  return std::move(collector).finish();
}

subscription
read_symbols(const std::vector<std::pair<std::string, std::string>>& params,
             const symbol_params& which) {
  for (const auto& name : which.names) {
    name_collector collector;
    auto given = false;
    for (const auto& [key, value] : params) {
      if (key != name)
        continue;
      given = true;
      collector.add_list(value);
    }
    if (given)
      return or_none(std::move(collector).finish());
  }
  return which.unasked();
}

} // namespace livegrid
