#include "livegrid/http/widgets/widget_symbols.hpp"

#include <string>
#include <string_view>
#include <vector>

#include "livegrid/actors/base/text.hpp"
#include "livegrid/actors/settings/setting_value.hpp"
#include "livegrid/http/json/json_rules.hpp"
#include "livegrid/http/widgets/symbol_param.hpp"
#include "livegrid/http/widgets/widget_params.hpp"
#include "livegrid/http/widgets/widget_rules.hpp"

namespace livegrid {

using json_rules::find_string;
using json_rules::text_of;

namespace {

using value = rapidjson::Value;
using names = std::vector<std::string>;

constexpr std::string_view all_symbols = "*";

bool is_seen(std::string_view name, const symbol_filter& to) {
  auto symbol = symbol_name::parse(name);
  return name == all_symbols || (symbol && to.allows(*symbol));
}

/// Of the patterns those that are names.
names names_in(const symbol_filter& to) {
  names result;
  for (const auto& x : to.patterns())
    if (x.find_first_of("*?") == x.npos)
      result.push_back(x);
  return result;
}

value text_value(std::string_view text,
                 rapidjson::Document::AllocatorType& memory) {
  return value{text.data(), static_cast<rapidjson::SizeType>(text.size()),
               memory};
}

/// Leaves the options that may be seen; if that is none, those that are known
/// by name. Returns the names that can be picked then.
names narrow_options(value& param, const symbol_filter& to,
                     rapidjson::Document::AllocatorType& memory) {
  auto options = param.FindMember("options");
  if (options == param.MemberEnd() || !options->value.IsArray()
      || options->value.Empty())
    return names_in(to);
  names result;
  value kept{rapidjson::kArrayType};
  for (auto& x : options->value.GetArray()) {
    auto name = find_string(x, "value");
    if (!name || !is_seen(*name, to))
      continue;
    result.emplace_back(*name);
    kept.PushBack(x.Move(), memory);
  }
  if (result.empty())
    for (const auto& name : result = names_in(to)) {
      value one{rapidjson::kObjectType};
      one.AddMember("label", text_value(name, memory), memory);
      one.AddMember("value", text_value(name, memory), memory);
      kept.PushBack(one.Move(), memory);
    }
  options->value = std::move(kept);
  return result;
}

/// The names that a default value has, in any of its forms.
names names_of(const value& x) {
  if (x.IsString())
    return split_list(text_of(x));
  names result;
  if (x.IsArray())
    for (const auto& y : x.GetArray())
      if (y.IsString())
        result.emplace_back(text_of(y));
  return result;
}

void narrow_default(value& param, const names& picks, const symbol_filter& to,
                    rapidjson::Document::AllocatorType& memory) {
  auto found = param.FindMember("value");
  auto given = found == param.MemberEnd() ? names{} : names_of(found->value);
  // Without a default none is refused.
  if (given.empty())
    return;
  names kept;
  for (const auto& name : given)
    if (is_seen(name, to))
      kept.push_back(name);
  if (kept.empty())
    kept.push_back(picks.empty() ? std::string{all_symbols} : picks.front());
  if (found->value.IsArray()) {
    found->value.Clear();
    for (const auto& name : kept)
      found->value.PushBack(text_value(name, memory), memory);
    return;
  }
  std::string joined;
  for (const auto& name : kept)
    joined += (joined.empty() ? "" : ",") + name;
  found->value = text_value(joined, memory);
}

} // namespace

void narrow_symbols(rapidjson::Document& widgets, const symbol_filter& to) {
  for (auto& [key, definition] : widgets.GetObject()) {
    // Those of other types may show anything.
    if (widget_type(definition) != "live_grid")
      continue;
    auto asked = symbol_params_of(definition);
    // It has been read before, so that this is no fault.
    if (!asked || !asked->declared)
      continue;
    for_each_param(definition, [&](value& param, const std::string&) {
      if (!asked->has(find_string(param, "paramName").value_or("")))
        return;
      auto picks = narrow_options(param, to, widgets.GetAllocator());
      narrow_default(param, picks, to, widgets.GetAllocator());
    });
  }
}

} // namespace livegrid
