#include "livegrid/http/widgets/param_rules.hpp"

#include <charconv>
#include <cmath>
#include <utility>

namespace livegrid {

using namespace json_rules;

namespace {

using value = rapidjson::Value;

/// The type that Workspace takes a parameter to have.
std::string_view type_of(const value& x) {
  const auto* type = find(x, "type");
  if (type != nullptr && type->IsString())
    return text_of(*type);
  return find_string(x, "paramName") == "date" ? "date" : "text";
}

/// Whether JavaScript takes it for false. Workspace makes null of such a
/// default, so that it fits every type.
bool falsy(const value& x) {
  return x.IsNull() || x.IsFalse() || (x.IsNumber() && x.GetDouble() == 0)
         || (x.IsString() && x.GetStringLength() == 0);
}

rule numeric() {
  return [](const value& x) -> std::optional<fault> {
    if (x.IsNumber())
      return std::nullopt;
    if (x.IsString()) {
      auto text = text_of(x);
      double number = 0;
      auto end = text.data() + text.size();
      auto [at, code] = std::from_chars(text.data(), end, number);
      if (code == std::errc{} && at == end && std::isfinite(number))
        return std::nullopt;
    }
    return fault{"", "must be a number or a string that holds one, not "
                       + describe(x)};
  };
}

rule scalar() {
  return either(
    "a string, a number, true, false or null",
    {string(), number(), boolean(), [](const value& x) {
       return x.IsNull() ? std::nullopt : std::optional{fault{"", "not null"}};
     }});
}

/// The rule for a default value, by the parameter's type.
rule default_value() {
  return [texts = string(), numbers = numeric(), bools = boolean(),
          scalars = scalar()](const value& x) -> std::optional<fault> {
    const auto* found = find(x, "value");
    if (found == nullptr || falsy(*found))
      return std::nullopt;
    auto type = type_of(x);
    const auto* given_type = find(x, "type");
    // Workspace makes a string of what stands in a text, but only where the
    // type was written down.
    auto is_text =
      given_type != nullptr && given_type->IsString() && type == "text";
    if (is_text || type == "endpoint" || type == "form")
      return std::nullopt;
    auto bad = type == "number"    ? numbers(*found)
               : type == "boolean" ? bools(*found)
               : type == "button"  ? scalars(*found)
                                   : texts(*found);
    if (bad)
      bad->path.insert(0, ".value");
    return bad;
  };
}

/// The members that every parameter has; a form's need no name.
std::vector<member_rule> common_members() {
  return {
    nullish("label", string()),
    nullish("options", array(object({required("label", string()),
                                     optional("value", scalar())}))),
    optional("multiple", boolean()),
    optional("multiSelect", boolean()),
    nullish("show", boolean()),
    optional("hidden", boolean()),
    optional("row", number()),
    optional("style", object({optional("popupWidth", number(100, 1000))})),
    optional("roles", array(string())),
    optional("placeholder", string()),
    optional("query", string()),
    optional("optionsEndpoint", string()),
    optional("optionsParams", any_object()),
    optional("groupById", string()),
  };
}

rule form() {
  auto members = common_members();
  members.push_back(required("paramName", string(1)));
  members.push_back(optional("type", one_of({"date", "boolean", "endpoint",
                                             "number", "text", "button"})));
  return object({
    optional("paramName", string()),
    optional("endpoint", string()),
    optional("method", one_of({"POST", "PUT"})),
    optional("inputParams", array(object(std::move(members)))),
  });
}

rule parameter() {
  auto shape = object(common_members());
  auto type = object(
    {nullish("type", one_of({"text", "date", "ticker", "number", "boolean",
                             "endpoint", "form", "tabs", "button"}))});
  auto name = object({required("paramName", string(1))});
  auto tab_options =
    object({nullish("options", array(object({nullish("value", string())})))});
  auto language = object(
    {nullish("language", one_of({"sql", "javascript", "python", "json", "html",
                                 "css", "markdown", "xml", "text"}))});
  auto by_type = [=,
                  form_shape = form()](const value& x) -> std::optional<fault> {
    auto is = type_of(x);
    if (is == "form")
      return form_shape(x);
    if (auto bad = name(x))
      return bad;
    if (is == "tabs")
      return tab_options(x);
    if (is == "text")
      return language(x);
    return std::nullopt;
  };
  auto multiple = [](const value& x) -> std::optional<fault> {
    const auto* found = find(x, "multiple");
    if (found != nullptr && found->IsTrue() && type_of(x) != "text")
      return fault{".multiple", "can only be true where type is \"text\""};
    return std::nullopt;
  };
  return all({shape, type, by_type, default_value(), multiple});
}

bool selects_files(const value& x) {
  const auto* roles = find(x, "roles");
  if (roles == nullptr || !roles->IsArray())
    return false;
  for (const auto& role : roles->GetArray())
    if (role.IsString() && text_of(role) == "fileSelector")
      return true;
  return false;
}

/// Calls `f` with each parameter, row by row.
template <class F>
void for_each_parameter(const value& params, F f) {
  if (!params.IsArray())
    return;
  for (const auto& x : params.GetArray()) {
    if (!x.IsArray()) {
      f(x);
      continue;
    }
    for (const auto& y : x.GetArray())
      f(y);
  }
}

std::optional<fault> one_file_selector(const value& params) {
  auto n = 0;
  for_each_parameter(params, [&](const value& x) { n += selects_files(x); });
  if (n > 1)
    return fault{"", "only one may have the role \"fileSelector\""};
  return std::nullopt;
}

} // namespace

rule params_rule() {
  auto one = parameter();
  auto row = array(one);
  auto one_or_row = [=](const value& x) {
    return x.IsArray() ? row(x) : one(x);
  };
  return all({array(one_or_row), one_file_selector});
}

bool has_file_selector(const value& params) {
  auto found = false;
  for_each_parameter(params, [&](const value& x) {
    found = found || (type_of(x) == "endpoint" && selects_files(x));
  });
  return found;
}

} // namespace livegrid
