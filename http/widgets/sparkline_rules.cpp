#include "livegrid/http/widgets/sparkline_rules.hpp"

namespace livegrid {

using namespace json_rules;

namespace {

rule marker_style() {
  return object({optional("size", number()), optional("fill", string()),
                 optional("stroke", string()),
                 optional("strokeWidth", number())});
}

rule sparkline_options() {
  auto points = object({
    optional("firstLast", marker_style()),
    optional("minimum", marker_style()),
    optional("maximum", marker_style()),
    optional("highlighted", marker_style()),
    optional("positiveNegative",
             object({optional("positive", marker_style()),
                     optional("negative", marker_style())})),
  });
  auto label = object({
    optional("enabled", boolean()),
    optional("fontWeight", string()),
    optional("fontStyle", string()),
    optional("fontSize", number()),
    optional("fontFamily", string()),
    optional("color", string()),
    optional("placement",
             one_of({"inside", "outside", "inside-center", "inside-end",
                     "outside-center", "outside-end"})),
  });
  auto markers = object({
    optional("enabled", boolean()),
    optional("shape", one_of({"circle", "diamond", "square", "plus", "cross",
                              "triangle"})),
    optional("size", number()),
    optional("fill", string()),
    optional("stroke", string()),
    optional("strokeWidth", number()),
    optional("highlightSize", number()),
  });
  auto axis = object({
    optional("type", one_of({"number", "category", "time"})),
    optional("stroke", string()),
    optional("strokeWidth", number()),
    optional("paddingInner", number()),
    optional("paddingOuter", number()),
  });
  return object({
    optional("stroke", string()),
    optional("strokeWidth", number()),
    optional("fill", string()),
    optional("fillOpacity", number()),
    optional("min", number()),
    optional("max", number()),
    optional("direction", one_of({"vertical", "horizontal"})),
    optional("xKey", string()),
    optional("yKey", string()),
    optional("tooltip", object({optional("enabled", boolean()),
                                optional("renderer", string())})),
    optional("axis", axis),
    optional("markers", markers),
    optional("highlightStyle",
             object({optional("fill", string()), optional("stroke", string()),
                     optional("strokeWidth", number())})),
    optional("pointsOfInterest", points),
    // Workspace's validator refuses options without it.
    required("customFormatter", string()),
    optional("label", label),
    optional(
      "padding",
      object({optional("top", number()), optional("right", number()),
              optional("bottom", number()), optional("left", number())})),
  });
}

} // namespace

rule sparkline_rule() {
  return object({
    required("type", one_of({"line", "area", "bar"})),
    optional("dataField", string()),
    optional("options", sparkline_options()),
  });
}

} // namespace livegrid
