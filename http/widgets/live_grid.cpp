#include "livegrid/http/widgets/live_grid.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>
#include <unordered_set>
#include <utility>

#include "livegrid/actors/prices/cell.hpp"
#include "livegrid/actors/prices/view.hpp"
#include "livegrid/http/readers/delivery_query.hpp"
#include "livegrid/http/readers/query_text.hpp"
#include "livegrid/http/widgets/symbol_param.hpp"
#include "livegrid/http/widgets/widget_endpoint.hpp"

namespace livegrid {

using json_rules::fault;
using json_rules::find;
using json_rules::find_string;
using json_rules::quoted;
using json_rules::text_of;

namespace {

using value = rapidjson::Value;

/// The longest name of a column, in bytes.
constexpr std::size_t max_field_size = 64;

/// Names in the order in which they came, each once.
class name_list {
public:
  /// Returns false if the name is there already.
  bool add(std::string_view name) {
    if (!known_.emplace(name).second)
      return false;
    names_.emplace_back(name);
    return true;
  }

  std::vector<std::string> take() && {
    return std::move(names_);
  }

private:
  std::vector<std::string> names_;
  std::unordered_set<std::string> known_;
};

bool good_size(std::string_view name) {
  return !name.empty() && name.size() <= max_field_size;
}

std::string bad_size() {
  return "must be 1 to " + std::to_string(max_field_size) + " bytes long";
}

/// Whether a tick can ever bring a cell of that name.
bool is_cell(std::string_view name) {
  return parse_cell(name).has_value() || extra_cell::valid_name(name);
}

std::string column_path(rapidjson::SizeType i) {
  return ".data.table.columnsDefs[" + std::to_string(i) + "]";
}

const value* find_table(const value& definition) {
  const auto* data = find(definition, "data");
  return data == nullptr ? nullptr : find(*data, "table");
}

/// The declared columns; nothing if there are none.
const value* find_columns(const value& definition) {
  const auto* table = find_table(definition);
  const auto* columns = table ? find(*table, "columnsDefs") : nullptr;
  return columns != nullptr && !columns->Empty() ? columns : nullptr;
}

bool shows_all(const value& definition) {
  const auto* table = find_table(definition);
  const auto* all = table ? find(*table, "showAll") : nullptr;
  return all != nullptr && all->IsTrue();
}

/// The cell that decides a column's colour.
std::optional<std::string_view> color_key(const value& column) {
  const auto* params = find(column, "renderFnParams");
  auto key = params ? find_string(*params, "colorValueKey") : std::nullopt;
  // An empty key names no cell, and the value itself decides.
  return key && !key->empty() ? key : std::nullopt;
}

/// Calls `f` with each name of the row id and its path, as Workspace reads
/// it: the singular spelling counts only where the plural one is absent.
template <class F>
void for_each_row_id(const value& definition, F f) {
  const auto* data = find(definition, "data");
  if (data == nullptr)
    return;
  std::string path = ".data.wsRowIdColumns";
  const auto* ids = find(*data, "wsRowIdColumns");
  if (ids == nullptr) {
    path.pop_back();
    ids = find(*data, "wsRowIdColumn");
  }
  if (ids == nullptr)
    return;
  if (ids->IsString()) {
    if (ids->GetStringLength() > 0)
      f(text_of(*ids), path);
    return;
  }
  for (rapidjson::SizeType i = 0; i < ids->Size(); ++i)
    f(text_of((*ids)[i]), path + "[" + std::to_string(i) + "]");
}

std::optional<fault> add_columns(name_list& cells, const value& definition) {
  const auto* columns = find_columns(definition);
  if (columns == nullptr)
    return std::nullopt;
  std::unordered_set<std::string_view> declared;
  for (rapidjson::SizeType i = 0; i < columns->Size(); ++i) {
    auto field = find_string((*columns)[i], "field").value_or("");
    if (!good_size(field))
      return fault{column_path(i) + ".field", bad_size()};
    if (!declared.insert(field).second)
      return fault{column_path(i) + ".field",
                   quoted(field) + " is declared twice"};
    cells.add(field);
  }
  return std::nullopt;
}

std::optional<fault> add_color_keys(name_list& cells, const value& definition) {
  const auto* columns = find_columns(definition);
  if (columns == nullptr)
    return std::nullopt;
  for (rapidjson::SizeType i = 0; i < columns->Size(); ++i) {
    auto key = color_key((*columns)[i]);
    if (!key)
      continue;
    if (!good_size(*key))
      return fault{column_path(i) + ".renderFnParams.colorValueKey",
                   bad_size()};
    cells.add(*key);
  }
  return std::nullopt;
}

std::optional<fault> set_cells(widget& x, const value& definition) {
  name_list cells;
  name_list row_id;
  if (shows_all(definition) || find_columns(definition) == nullptr)
    for (std::size_t i = 0; i < standard_cells; ++i)
      cells.add(to_string(static_cast<cell>(i)));
  if (auto bad = add_columns(cells, definition))
    return bad;
  std::optional<fault> bad_id;
  for_each_row_id(definition, [&](std::string_view name, std::string path) {
    cells.add(name);
    if (bad_id)
      return;
    if (!is_cell(name))
      bad_id = fault{std::move(path), quoted(name) + " names no cell"};
    else if (!row_id.add(name))
      bad_id = fault{std::move(path), quoted(name) + " is there twice"};
  });
  if (bad_id)
    return bad_id;
  if (auto bad = add_color_keys(cells, definition))
    return bad;
  auto sourced = cells;
  sourced.add(to_string(cell::source));
  x.cells = std::move(cells).take();
  x.row_id = std::move(row_id).take();
  x.view = std::make_shared<const view>(x.cells, x.row_id);
  x.sourced_view =
    std::make_shared<const view>(std::move(sourced).take(), x.row_id);
  return std::nullopt;
}

std::optional<fault> set_path(std::string& path, const value& definition,
                              std::string key,
                              std::span<const std::string_view> own) {
  auto text = find_string(definition, key);
  if (!text)
    return std::nullopt;
  auto parsed = parse_widget_endpoint(*text, own);
  if (!parsed)
    return fault{"." + key, quoted(*text) + " " + parsed.error()};
  path = std::move(parsed->path);
  return std::nullopt;
}

/// What every WebSocket of that wsEndpoint would be refused with.
std::optional<fault> check_delivery(const value& definition) {
  auto text = find_string(definition, "wsEndpoint").value_or("");
  auto query = text.substr(std::min(text.find('?'), text.size()));
  auto parsed = parse_delivery(query.substr(query.empty() ? 0 : 1));
  if (!parsed)
    return fault{".wsEndpoint", parsed.error()};
  return std::nullopt;
}

void set_size(widget& x, const value& definition) {
  const auto* size = find(definition, "gridData");
  if (size == nullptr)
    return;
  auto units = [&](std::string_view key) {
    return static_cast<int>(std::ceil(find(*size, key)->GetDouble()));
  };
  x.width = units("w");
  x.height = units("h");
}

/// Takes the names of parameters, which may stand in rows, and those that the
/// endpoint has in its query.
void set_params(widget& x, const value& definition) {
  auto add = [&](const value& param) {
    if (param.IsObject())
      if (auto name = find_string(param, "paramName"))
        x.params.emplace_back(*name);
  };
  const auto* params = find(definition, "params");
  if (params != nullptr && params->IsArray()) {
    for (const auto& one : params->GetArray()) {
      add(one);
      if (one.IsArray())
        for (const auto& inner : one.GetArray())
          add(inner);
    }
  }
  auto endpoint = find_string(definition, "endpoint").value_or("");
  if (auto at = endpoint.find('?'); at != endpoint.npos)
    for (auto& [name, text] :
         parse_query(endpoint.substr(at + 1))
           .value_or(std::vector<std::pair<std::string, std::string>>{}))
      x.params.emplace_back(std::move(name));
}

/// The columns that live updates reach.
std::unordered_set<std::string_view> live_columns(const value& columns) {
  std::unordered_set<std::string_view> result;
  for (const auto& column : columns.GetArray()) {
    const auto* live = find(column, "enableCellChangeWs");
    if (live == nullptr || live->IsTrue())
      result.insert(find_string(column, "field").value_or(""));
  }
  return result;
}

} // namespace

expected<widget, fault> make_live_grid(std::string_view id,
                                       const value& definition,
                                       std::span<const std::string_view> own) {
  widget result;
  result.id = id;
  if (auto bad = set_path(result.endpoint_path, definition, "endpoint", own))
    return unexpected{*std::move(bad)};
  if (auto bad = set_path(result.ws_path, definition, "wsEndpoint", own))
    return unexpected{*std::move(bad)};
  if (auto bad = check_delivery(definition))
    return unexpected{*std::move(bad)};
  if (auto bad = set_cells(result, definition))
    return unexpected{*std::move(bad)};
  auto asked = symbol_params_of(definition);
  if (!asked)
    return unexpected{std::move(asked).error()};
  result.asked = *std::move(asked);
  set_size(result, definition);
  set_params(result, definition);
  return result;
}

std::vector<fault> doubts_of(const widget& x, const value& definition) {
  std::vector<fault> result;
  const auto* params = find(definition, "params");
  auto endpoint = find_string(definition, "endpoint").value_or("");
  if (endpoint.find('?') != std::string_view::npos && params != nullptr
      && params->IsArray() && !params->Empty())
    result.push_back({".endpoint", "has a query, to which Workspace adds no "
                                   "params"});
  if (!x.row_id.empty()
      && std::find(x.row_id.begin(), x.row_id.end(), "symbol")
           == x.row_id.end())
    result.push_back({".data", "the row id lacks the symbol, so that several "
                               "symbols may share a row"});
  const auto* columns = find_columns(definition);
  if (columns == nullptr) {
    if (!x.ws_path.empty())
      result.push_back({".data.table.columnsDefs",
                        "declares no column, and Workspace updates declared "
                        "columns only"});
    return result;
  }
  auto live = live_columns(*columns);
  for (rapidjson::SizeType i = 0; i < columns->Size(); ++i) {
    const auto& column = (*columns)[i];
    auto field = find_string(column, "field").value_or("");
    if (!is_cell(field))
      result.push_back(
        {column_path(i) + ".field", "no tick can bring a cell " + quoted(field)
                                      + ", so that it stays null"});
    auto key = color_key(column);
    if (key && !x.ws_path.empty() && live.contains(field)
        && !live.contains(*key))
      result.push_back({column_path(i) + ".renderFnParams.colorValueKey",
                        "no live column " + quoted(*key)
                          + " is declared (it may be hidden), so that the "
                            "colour does not follow updates"});
  }
  return result;
}

} // namespace livegrid
