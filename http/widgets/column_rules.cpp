#include "livegrid/http/widgets/column_rules.hpp"

#include <algorithm>
#include <utility>

#include "livegrid/actors/base/text.hpp"
#include "livegrid/http/widgets/sparkline_rules.hpp"

namespace livegrid {

using namespace json_rules;

namespace {

using value = rapidjson::Value;

rule formatter() {
  return one_of({"int", "none", "percent", "normalized", "normalizedPercent",
                 "dateToYear"});
}

rule renderer() {
  return one_of({"greenRed", "titleCase", "hoverCard", "cellOnClick",
                 "columnColor", "showCellChange"});
}

/// Checks one name as it stands between blanks.
rule trimmed_renderer() {
  return [check = renderer()](const value& x) {
    if (!x.IsString())
      return check(x);
    return check(reference(trimmed(text_of(x))));
  };
}

/// `"greenRed"`, `"greenRed, titleCase"` or `["greenRed", "titleCase"]`.
rule renderers() {
  auto names = [check = renderer()](const value& x) -> std::optional<fault> {
    auto all = split_list(text_of(x));
    if (all.empty())
      return check(reference(""));
    for (const auto& name : all)
      if (auto bad = check(reference(name)))
        return bad;
    return std::nullopt;
  };
  return [names, list = array(trimmed_renderer())](
           const value& x) -> std::optional<fault> {
    if (x.IsString())
      return names(x);
    if (x.IsArray())
      return list(x);
    return fault{"", "must be a name, names between commas or an array of "
                     "names, not "
                       + describe(x)};
  };
}

rule color() {
  return [](const value& x) -> std::optional<fault> {
    if (x.IsString()) {
      auto text = text_of(x);
      if (text == "green" || text == "red" || text == "blue")
        return std::nullopt;
      auto hex = [](char c) { return hex_value(to_lower(c)) >= 0; };
      if ((text.size() == 4 || text.size() == 7) && text[0] == '#'
          && std::all_of(text.begin() + 1, text.end(), hex))
        return std::nullopt;
    }
    return fault{"", "must be green, red, blue, #RGB or #RRGGBB, not "
                       + describe(x)};
  };
}

rule color_rule() {
  auto common = object({
    required("condition", one_of({"eq", "ne", "gt", "lt", "gte", "lte",
                                  "contains", "notContains", "between"})),
    required("color", color()),
    optional("fill", boolean()),
  });
  auto between = object({required(
    "range", object({required("min", number()), required("max", number())}))});
  auto other = object(
    {required("value", either("a string or a number", {string(), number()}))});
  auto by_condition = [between, other](const value& x) {
    return find_string(x, "condition") == "between" ? between(x) : other(x);
  };
  return all({common, by_condition});
}

rule renderer_params() {
  auto shape = object({
    nullish("actionType", one_of({"groupBy", "sendToAgent"})),
    nullish("groupByParamName", string()),
    nullish("hoverCard", object({optional("cellField", string()),
                                 optional("title", string()),
                                 optional("markdown", string())})),
    nullish("sendToAgent", object({optional("markdown", string()),
                                   nullish("agentId", string())})),
    nullish("colorRules", array(color_rule())),
    nullish("colorValueKey", string()),
  });
  auto group_by =
    object({required("paramName", string(1)), optional("valueField", string()),
            optional("forceUpdate", boolean())});
  // The older spelling brings the name itself, so that groupBy need not.
  auto older_group_by = object(
    {optional("valueField", string()), optional("forceUpdate", boolean())});
  auto grouping = [=](const value& x) {
    auto acts = find_string(x, "actionType") == "groupBy";
    if (acts && find_string(x, "groupByParamName"))
      return object({required("groupByParamName", string(1)),
                     nullish("groupBy", older_group_by)})(x);
    return object({acts ? required("groupBy", group_by)
                        : optional("groupBy", group_by)})(x);
  };
  auto sending = [](const value& x) {
    if (find_string(x, "actionType") != "sendToAgent")
      return std::optional<fault>{};
    return object(
      {required("sendToAgent", object({required("markdown", string())}))})(x);
  };
  return all({shape, grouping, sending});
}

rule chart_type() {
  return one_of({"columnLineCombo",
                 "areaColumnCombo",
                 "customCombo",
                 "column",
                 "groupedColumn",
                 "stackedColumn",
                 "normalizedColumn",
                 "bar",
                 "groupedBar",
                 "stackedBar",
                 "normalizedBar",
                 "line",
                 "stackedLine",
                 "normalizedLine",
                 "scatter",
                 "bubble",
                 "pie",
                 "donut",
                 "doughnut",
                 "area",
                 "stackedArea",
                 "normalizedArea",
                 "histogram",
                 "radarLine",
                 "radarArea",
                 "nightingale",
                 "radialColumn",
                 "radialBar",
                 "sunburst",
                 "rangeBar",
                 "rangeArea",
                 "boxPlot",
                 "treemap",
                 "heatmap",
                 "waterfall",
                 "funnel",
                 "coneFunnel",
                 "pyramid"});
}

rule chart_view() {
  auto names = array(string());
  auto columns = [names](const value& x) {
    return x.IsNull() ? std::optional<fault>{} : names(x);
  };
  auto known_keys = [check =
                       chart_type()](const value& x) -> std::optional<fault> {
    for (const auto& [key, _] : x.GetObject())
      if (auto bad = check(key))
        return bad;
    return std::nullopt;
  };
  return object({
    optional("enabled", boolean()),
    optional("chartType", chart_type()),
    optional("cellRangeCols", all({record(columns), known_keys})),
    optional("ignoreCellRange", boolean()),
    optional("chartNavigatorEnabled", boolean()),
    optional("chartMiniChartEnabled", boolean()),
    optional("chartSettingsOpen", boolean()),
    optional("xLabel", string()),
    optional("yLabel", string()),
  });
}

} // namespace

rule column_rule() {
  return object({
    required("field", string()),
    required("headerName", string()),
    nullish("enableCellChangeWs", boolean()),
    optional("cellDataType", one_of({"text", "number", "boolean", "date",
                                     "dateString", "object"})),
    optional("chartDataType",
             one_of({"category", "series", "time", "excluded"})),
    nullish("formatterFn", formatter()),
    optional("decimalPlaces", number(0, 6)),
    optional("prefix", string()),
    optional("suffix", string()),
    nullish("renderFn", renderers()),
    nullish("renderFnParams", renderer_params()),
    optional("sparkline", sparkline_rule()),
    nullish("width", number()),
    nullish("minWidth", number()),
    nullish("maxWidth", number()),
    nullish("hide", boolean()),
    nullish("pinned", either("left, right, true or false",
                             {one_of({"left", "right"}), boolean()})),
    optional("align", one_of({"left", "center", "right"})),
    nullish("headerTooltip", string()),
    nullish("rowGroup", boolean()),
    nullish("aggFunc", string()),
    nullish("pivot", boolean()),
  });
}

rule table_rule() {
  return object({
    optional("showAll", boolean()),
    optional("enableCharts", boolean()),
    nullish("transpose", boolean()),
    optional("enableAdvanced", boolean()),
    optional("enableFormulas", boolean()),
    nullish("formatterFn", formatter()),
    optional("period", either("true, false or an array of strings",
                              {boolean(), array(string())})),
    optional("chartView", chart_view()),
    optional("columnsDefs", array(column_rule())),
  });
}

} // namespace livegrid
