#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <rapidjson/document.h>
#include <rapidjson/pointer.h>

#include "livegrid/actors/prices/row.hpp"
#include "livegrid/actors/prices/view.hpp"
#include "livegrid/http/json/json_rules.hpp"
#include "livegrid/http/widgets/widgets.hpp"

// Like CAF's own test headers it needs CAF_SUITE, and comes last.

#include "unit_test.hpp"

namespace livegrid::test {

using names = std::vector<std::string>;

/// The cells that a live_grid shows of itself, in their order.
inline const names standard{"date",           "symbol", "price",     "change",
                            "change_percent", "volume", "market_cap"};

/// The widgets of a file that is good.
inline widget_set accept(const std::string& text) {
  auto result = parse_widgets(text, "w.json");
  if (!result)
    CAF_FAIL("refused: " << result.error());
  return *std::move(result);
}

/// What is served where no file is named.
inline widget_set builtin() {
  auto result = load_widgets("");
  CAF_REQUIRE(result);
  return *std::move(result);
}

inline rapidjson::Document parse(std::string_view text) {
  rapidjson::Document doc;
  doc.Parse(text.data(), text.size());
  CAF_REQUIRE(!doc.HasParseError());
  return doc;
}

/// What a JSON pointer leads to, as JSON.
inline std::string at(const rapidjson::Document& doc, const char* pointer) {
  const auto* x = rapidjson::Pointer{pointer}.Get(doc);
  return x ? json_rules::to_json(*x) : "nothing";
}

inline names keys_of(const rapidjson::Value& x) {
  names result;
  for (const auto& [key, _] : x.GetObject())
    result.emplace_back(key.GetString(), key.GetStringLength());
  return result;
}

/// The keys of a row as the widget's clients get it.
inline names row_keys(const widget& x) {
  std::string text;
  x.view->append_row(text, *row::vacant(*symbol_name::parse("A")));
  return keys_of(parse(text));
}

} // namespace livegrid::test
