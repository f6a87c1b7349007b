#include "livegrid/http/widgets/symbol_param.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "livegrid/actors/prices/cell.hpp"
#include "livegrid/http/readers/query_text.hpp"
#include "livegrid/http/widgets/widget_endpoint.hpp"
#include "livegrid/http/widgets/widget_params.hpp"

namespace livegrid {

using json_rules::fault;
using json_rules::find;
using json_rules::find_string;
using json_rules::quoted;

namespace {

using value = rapidjson::Value;

std::string_view name_of(const value& param) {
  return find_string(param, "paramName").value_or("");
}

bool is_true(const value* x) {
  return x != nullptr && x->IsTrue();
}

/// Whether Workspace sends it as if it were not there.
bool is_unset(const value* x) {
  return x == nullptr || x->IsNull()
         || (x->IsString() && x->GetStringLength() == 0)
         || (x->IsArray() && x->Empty());
}

/// Whether an option looks like a symbol, as tickers are written: a name
/// without small letters, which those of cells and of periods have.
bool is_like_ticker(const value& option) {
  auto text = find_string(option, "value").value_or("");
  auto is_small = [](char c) { return c >= 'a' && c <= 'z'; };
  return (text == "*" || symbol_name::valid(text))
         && std::none_of(text.begin(), text.end(), is_small);
}

/// Whether what can be picked are symbols.
bool has_symbol_options(const value& param) {
  auto source = find_string(param, "optionsEndpoint").value_or("");
  if (!source.empty())
    return !source.starts_with("http")
           && normalized_path(source.substr(0, source.find('?')))
                == options_path;
  const auto* options = find(param, "options");
  return options != nullptr && options->IsArray() && !options->Empty()
         && std::all_of(options->Begin(), options->End(), is_like_ticker);
}

/// The parameter that `data` names; nothing if it does not say.
std::optional<std::string_view> named_param(const value& definition) {
  const auto* data = find(definition, "data");
  return data == nullptr ? std::nullopt : find_string(*data, "wsSymbolParam");
}

/// What one can type or pick symbols into.
bool takes_text(const value& param) {
  auto type = find_string(param, "type")
                .value_or(name_of(param) == "date" ? "date" : "text");
  return type == "text" || type == "ticker" || type == "endpoint";
}

/// The parameter that says which symbols; empty if none does.
std::string_view find_param(const value& definition) {
  if (auto named = named_param(definition))
    return *named;
  std::string_view usual;
  std::string_view picked;
  auto pickers = 0;
  for_each_param(definition, [&](const value& x, const std::string&) {
    auto name = name_of(x);
    if (is_symbol_param(name) && usual != "symbols")
      usual = name;
    else if (is_true(find(x, "multiSelect")) && has_symbol_options(x)) {
      picked = name;
      ++pickers;
    }
  });
  return !usual.empty() || pickers != 1 ? usual : picked;
}

} // namespace

expected<symbol_params, fault> symbol_params_of(const value& definition) {
  std::vector<std::string> all;
  for_each_param(definition, [&](const value& x, const std::string&) {
    all.emplace_back(name_of(x));
  });
  auto has = [&](std::string_view name) {
    return std::find(all.begin(), all.end(), name) != all.end();
  };
  auto mine = find_param(definition);
  if (!mine.empty() && !has(mine))
    return unexpected{
      fault{".data.wsSymbolParam", "no param is called " + quoted(mine)}};
  symbol_params result{.declared = !mine.empty()};
  if (!is_symbol_param(mine)) {
    // What the widget has these for is something else.
    std::erase_if(result.names, has);
    if (!mine.empty())
      result.names.emplace(result.names.begin(), mine);
  } else if (named_param(definition)) {
    std::erase_if(result.names,
                  [&](const auto& x) { return x != mine && has(x); });
  }
  for (auto& name : all)
    if (!result.has(name))
      result.others.emplace_back(std::move(name));
  return result;
}

std::vector<fault> doubts_of_symbols(const value& definition) {
  std::vector<fault> result;
  auto mine = find_param(definition);
  const value* asks = nullptr;
  std::string_view may_ask;
  for_each_param(definition, [&](const value& x, const std::string&) {
    auto name = name_of(x);
    if (!mine.empty() && name == mine)
      asks = &x;
    else if (takes_text(x)
             && (may_ask.empty() || find_string(x, "type") == "ticker"))
      may_ask = name;
  });
  if (asks != nullptr) {
    // Of options that the node makes itself it is known that they are symbols.
    if (!named_param(definition) && !is_symbol_param(mine)
        && find(*asks, "optionsEndpoint") == nullptr)
      result.push_back(
        {".params", quoted(mine)
                      + " is taken for symbols, as the only one with "
                        "\"multiSelect\" whose options look like them: if it "
                        "is, write \"wsSymbolParam\": "
                      + quoted(mine)
                      + " into \"data\"; if none is, \"wsSymbolParam\": "
                        "\"\""});
    if (is_unset(find(*asks, "value")))
      result.push_back({".params", quoted(mine)
                                     + " has no value at first: nothing is "
                                       "shown until one is picked; \"value\": "
                                       "\"*\" shows all"});
    return result;
  }
  if (!may_ask.empty() && !named_param(definition))
    result.push_back(
      {".params", "no param says of which symbols the rows are, so that "
                  "all are shown: if "
                    + quoted(may_ask)
                    + " does, write \"wsSymbolParam\": " + quoted(may_ask)
                    + " into \"data\"; if none does, \"wsSymbolParam\": "
                      "\"\""});
  auto endpoint = find_string(definition, "endpoint").value_or("");
  auto query = endpoint.substr(std::min(endpoint.find('?'), endpoint.size()));
  auto asked = parse_query(query.substr(query.empty() ? 0 : 1));
  if (asked && std::any_of(asked->begin(), asked->end(), [](const auto& x) {
        return is_symbol_param(x.first);
      }))
    result.push_back({".endpoint",
                      "says itself which symbols, of which the WebSocket does "
                      "not hear and has all: give the widget a param "
                      "\"symbol\" with these for its value and \"show\": "
                      "false"});
  return result;
}

} // namespace livegrid
