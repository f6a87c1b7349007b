#include "livegrid/http/widgets/widget_rules.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include "livegrid/http/widgets/column_rules.hpp"
#include "livegrid/http/widgets/param_rules.hpp"
#include "livegrid/http/widgets/widgets.hpp"

namespace livegrid {

using namespace json_rules;

namespace {

using value = rapidjson::Value;

constexpr auto known_keys =
  std::to_array<std::string_view>({"name",
                                   "showTitle",
                                   "description",
                                   "category",
                                   "subCategory",
                                   "schemaName",
                                   "source",
                                   "widgetId",
                                   "widgetType",
                                   "endpoint",
                                   "fileEndpoint",
                                   "wsEndpoint",
                                   "params",
                                   "groupById",
                                   "data",
                                   "type",
                                   "defaultViz",
                                   "gridData",
                                   "staleTime",
                                   "refetchInterval",
                                   "dataUpdateDisplay",
                                   "runButton",
                                   "disableRetrievalForCopilot",
                                   "copilotParseAs",
                                   "inputType",
                                   "raw",
                                   "exportable",
                                   "storage",
                                   "mcp_tool",
                                   "searchCategory"});

rule type_name() {
  return one_of({"advanced_charting",
                 "chart",
                 "chart-highcharts",
                 "chart-vegalite",
                 "file_viewer",
                 "html",
                 "iframe",
                 "live_grid",
                 "markdown",
                 "metric",
                 "multi_file_viewer",
                 "newsfeed",
                 "note",
                 "rich_note",
                 "omni",
                 "pdf",
                 "table",
                 "ssrm_table",
                 "ssrm_advanced",
                 "youtube"});
}

/// Five fields of digits, names and `* / , - ? # L W`, or six with seconds,
/// or a name such as `@hourly`.
rule cron() {
  return [](const value& x) -> std::optional<fault> {
    auto bad = [&] {
      return fault{"", "must be a cron expression such as \"*/5 * * * *\", "
                       "not "
                         + describe(x)};
    };
    if (!x.IsString())
      return bad();
    auto fields = 0;
    auto in_field = false;
    auto text = text_of(x);
    for (unsigned char c : text) {
      if (c == ' ' || c == '\t') {
        in_field = false;
        continue;
      }
      if (!std::isalnum(c)
          && std::string_view{"*/,-?#@"}.find(static_cast<char>(c))
               == std::string_view::npos)
        return bad();
      fields += !in_field;
      in_field = true;
    }
    auto named = fields == 1 && text.find('@') != std::string_view::npos;
    if (!named && fields != 5 && fields != 6)
      return bad();
    return std::nullopt;
  };
}

/// More than 0, up to `max`.
rule size_up_to(double max) {
  return [within = number(0, max)](const value& x) {
    if (x.IsNumber() && x.GetDouble() == 0)
      return std::optional{fault{"", "must be more than 0"}};
    return within(x);
  };
}

rule strings() {
  return either("a string or an array of strings", {string(), array(string())});
}

rule data() {
  return object({
    optional("dataKey", string()),
    optional("wsRowIdColumn", strings()),
    optional("wsRowIdColumns", array(string())),
    optional("wsSymbolParam", string()),
    optional("table", table_rule()),
  });
}

rule definition_rule() {
  return object({
    required("name", string()),
    required("description", string()),
    required("endpoint", string()),
    nullish("type", type_name()),
    nullish("defaultViz", type_name()),
    nullish("showTitle", boolean()),
    optional("category", string()),
    optional("subCategory", string()),
    optional("schemaName", string()),
    optional("source", strings()),
    optional("widgetId", string()),
    optional("widgetType", string()),
    optional("fileEndpoint", string()),
    optional("wsEndpoint", string()),
    nullish("params", params_rule()),
    nullish("groupById", string()),
    optional("data", data()),
    // No dashboard shows what is wider than its columns.
    optional("gridData", object({required("w", size_up_to(dashboard_columns)),
                                 required("h", size_up_to(1000))})),
    optional("staleTime",
             either("a number of at least 1000 (milliseconds) or false",
                    {at_least(1000), literal_false()})),
    nullish("refetchInterval",
            either("a number of at least 1000 (milliseconds), false or a cron "
                   "expression such as \"*/5 * * * *\"",
                   {at_least(1000), literal_false(), cron()})),
    optional("dataUpdateDisplay", cron()),
    optional("runButton", boolean()),
    optional("disableRetrievalForCopilot", boolean()),
    optional("copilotParseAs", one_of({"structured", "unstructured"})),
    optional("inputType", string()),
    optional("raw", boolean()),
    optional("exportable", boolean()),
    optional("storage", any_object()),
  });
}

std::optional<fault> file_selector(const value& x) {
  if (widget_type(x) != "multi_file_viewer")
    return std::nullopt;
  const auto* params = find(x, "params");
  if (params != nullptr && has_file_selector(*params))
    return std::nullopt;
  return fault{".params", "a multi_file_viewer needs a param of type "
                          "\"endpoint\" with the role \"fileSelector\""};
}

} // namespace

std::optional<fault> check_widget(const value& definition) {
  static const rule check = all({definition_rule(), file_selector});
  return check(definition);
}

std::string_view widget_type(const value& definition) {
  if (auto type = find_string(definition, "type"))
    return *type;
  return find_string(definition, "defaultViz").value_or("table");
}

std::vector<std::string> unknown_keys(const value& definition) {
  std::vector<std::string> result;
  for (const auto& [key, _] : definition.GetObject())
    if (std::find(known_keys.begin(), known_keys.end(), text_of(key))
        == known_keys.end())
      result.emplace_back(text_of(key));
  return result;
}

} // namespace livegrid
