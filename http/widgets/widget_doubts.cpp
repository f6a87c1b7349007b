#include "livegrid/http/widgets/widget_doubts.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "livegrid/http/readers/query_text.hpp"
#include "livegrid/http/widgets/symbol_param.hpp"
#include "livegrid/http/widgets/widget_endpoint.hpp"
#include "livegrid/http/widgets/widget_params.hpp"
#include "livegrid/http/widgets/widget_rules.hpp"

namespace livegrid {

using json_rules::fault;
using json_rules::find;
using json_rules::find_string;
using json_rules::text_of;

namespace {

using value = rapidjson::Value;

/// What a wsEndpoint's query may hold that somebody reads.
constexpr std::array<std::string_view, 7> ws_options{
  "cells", "interval", "batch", "with", "token", "api_key", "X-API-KEY"};

/// Whether Workspace sends it as if it were not there.
bool is_unset(const value* x) {
  return x == nullptr || x->IsNull()
         || (x->IsString() && x->GetStringLength() == 0)
         || (x->IsArray() && x->Empty());
}

bool has_row_id(const value& definition) {
  const auto* data = find(definition, "data");
  if (data == nullptr)
    return false;
  const auto* ids = find(*data, "wsRowIdColumns");
  if (ids == nullptr)
    ids = find(*data, "wsRowIdColumn");
  return !is_unset(ids);
}

void doubt_options(const value& param, const std::string& path,
                   std::vector<fault>& to) {
  auto text = find_string(param, "optionsEndpoint");
  if (!text || text->empty())
    return;
  auto where = path + ".optionsEndpoint";
  // Workspace's own default.
  auto type = find_string(param, "type").value_or("text");
  if (type == "text")
    to.push_back({where, "Workspace drops this from a param of type \"text\", "
                         "whose picker stays empty: write \"type\": "
                         "\"endpoint\""});
  // Somewhere else, perhaps.
  if (text->starts_with("http"))
    return;
  auto leads_to = normalized_path(text->substr(0, text->find('?')));
  if (leads_to != options_path)
    to.push_back({where, "no options are served at " + leads_to
                           + ": write \"optionsEndpoint\": \"symbols\", or "
                             "list them in \"options\""});
}

void doubt_ws_query(const value& definition, std::vector<fault>& to) {
  auto text = find_string(definition, "wsEndpoint").value_or("");
  auto query = text.substr(std::min(text.find('?') + 1, text.size()));
  if (text.find('?') == text.npos)
    return;
  for (const auto& [key, what] : parse_query(query).value_or(
         std::vector<std::pair<std::string, std::string>>{})) {
    if (key == "cells" && what == "changed")
      to.push_back({".wsEndpoint",
                    "cells=changed brings rows in parts, and of two that come "
                    "close together Workspace loses cells of the first: leave "
                    "it out"});
    if (std::find(ws_options.begin(), ws_options.end(), key)
        == ws_options.end())
      to.push_back({".wsEndpoint", "nobody reads the option "
                                     + json_rules::quoted(key)
                                     + ": there are cells, interval, "
                                       "batch and with"});
  }
}

} // namespace

std::vector<fault> doubts_of_use(const value& definition) {
  std::vector<fault> result;
  for_each_param(definition, [&](const value& x, const std::string& path) {
    doubt_options(x, path, result);
  });
  auto live = find_string(definition, "wsEndpoint").value_or("");
  if (widget_type(definition) != "live_grid" || live.empty())
    return result;
  if (!has_row_id(definition))
    result.push_back({".data", "there is no row id: Workspace puts each update "
                               "below the last, as on a tape; if rows are to "
                               "change, add \"wsRowIdColumn\": \"symbol\""});
  doubt_ws_query(definition, result);
  for (auto& x : doubts_of_symbols(definition))
    result.push_back(std::move(x));
  return result;
}

} // namespace livegrid
