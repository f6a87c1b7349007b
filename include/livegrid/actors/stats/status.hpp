#pragma once

#include <concepts>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <caf/meta/type_name.hpp>

#include "livegrid/actors/base/number.hpp"
#include "livegrid/actors/base/text.hpp"
#include "livegrid/actors/stats/load.hpp"

namespace livegrid {

/// A text, a number or a boolean. Whoever makes it decides which: a text that
/// looks like a number stays one.
class fact_value {
public:
  fact_value() = default;

  fact_value(std::string text) : text_(std::move(text)) {
    // nop
  }

  fact_value(std::string_view text) : text_(text) {
    // nop
  }

  fact_value(const char* text) : text_(text) {
    // nop
  }

  template <std::integral T>
  fact_value(T x) : is_text_(false) {
    if constexpr (std::same_as<T, bool>)
      text_ = x ? "true" : "false";
    else
      text_ = std::to_string(x);
  }

  /// A value that is written as JSON already. `null`, too, is no text; what is
  /// no JSON is one.
  static fact_value json(std::string_view text) {
    fact_value result{json_string_text(text)};
    // A string keeps its quotes for this.
    result.is_text_ = text != "true" && text != "false" && text != "null"
                      && !parse_number(text);
    return result;
  }

  const std::string& str() const noexcept {
    return text_;
  }

  bool is_text() const noexcept {
    return is_text_;
  }

  friend bool operator==(const fact_value&, const fact_value&) = default;

  template <class Inspector>
  friend auto inspect(Inspector& f, fact_value& x) {
    return f(caf::meta::type_name("fact_value"), x.text_, x.is_text_);
  }

private:
  std::string text_;
  bool is_text_ = true;
};

/// What an actor says of itself: the same form for every kind, so that the
/// operator's tools need not know them one by one.
struct actor_status {
  using fact = std::pair<std::string, fact_value>;

  std::string kind; ///< symbol, market, subscriber, ...
  std::string name; ///< which one of its kind
  std::vector<fact> facts;
  actor_load load;

  friend bool operator==(const actor_status&, const actor_status&) = default;

  template <class Inspector>
  friend auto inspect(Inspector& f, actor_status& x) {
    return f(caf::meta::type_name("actor_status"), x.kind, x.name, x.facts,
             x.load);
  }
};

} // namespace livegrid
