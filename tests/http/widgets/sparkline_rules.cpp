#define CAF_SUITE http.widgets.sparkline_rules

#include "livegrid/http/widgets/sparkline_rules.hpp"

#include <string>
#include <string_view>

#include <rapidjson/document.h>

#include "unit_test.hpp"

using namespace livegrid;

namespace {

/// What is wrong with a sparkline: path and reason, or "ok".
std::string check(const std::string& json) {
  rapidjson::Document doc;
  doc.Parse(json.data(), json.size());
  if (doc.HasParseError())
    CAF_FAIL("the test's own JSON is bad: " << json);
  auto bad = sparkline_rule()(doc);
  return bad ? bad->path + ": " + bad->reason : "ok";
}

/// The same for a sparkline with these options.
std::string with_options(const std::string& more) {
  return check(R"({"type":"line","options":{"customFormatter":"")"
               + (more.empty() ? "" : "," + more) + "}}");
}

} // namespace

CAF_TEST(a sparkline has one of three types) {
  struct {
    std::string_view json;
    std::string_view outcome;
  } cases[] = {
    {R"({"type":"line"})", "ok"},
    {R"({"type":"area","more":5})", "ok"},
    {R"({"type":"bar","dataField":"f","options":{"customFormatter":"x"}})",
     "ok"},
    {"null", ": must be an object, not null"},
    {"{}", ".type: is missing"},
    {R"({"type":null})", ".type: must be one of line, area, bar, not null"},
    {R"({"type":"pie"})", R"(.type: "pie" is none of line, area, bar)"},
    {R"({"type":"line","dataField":1})", ".dataField: must be a string, not 1"},
    {R"({"type":"line","options":[]})",
     ".options: must be an object, not an array"},
    {R"({"type":"line","options":{}})", ".options.customFormatter: is missing"},
  };
  for (auto& c : cases) {
    CAF_MESSAGE(c.json);
    CAF_CHECK_EQUAL(check(std::string{c.json}), c.outcome);
  }
}

CAF_TEST(all options may be there at once) {
  CAF_CHECK_EQUAL(
    with_options(
      R"("stroke":"s","strokeWidth":1,"fill":"f","fillOpacity":0.5,"min":0,)"
      R"("max":1.5,"direction":"vertical","xKey":"x","yKey":"y",)"
      R"("tooltip":{"enabled":true,"renderer":"r"},)"
      R"("axis":{"type":"time","stroke":"s","strokeWidth":1,)"
      R"("paddingInner":0,"paddingOuter":0},)"
      R"("markers":{"enabled":true,"shape":"circle","size":2,"fill":"f",)"
      R"("stroke":"s","strokeWidth":1,"highlightSize":3},)"
      R"("highlightStyle":{"fill":"f","stroke":"s","strokeWidth":1},)"
      R"("pointsOfInterest":{"firstLast":{"fill":"red","size":2},)"
      R"("minimum":{},"maximum":{"strokeWidth":1},"highlighted":{},)"
      R"("positiveNegative":{"positive":{"stroke":"red"},"negative":{}}},)"
      R"("label":{"enabled":false,"fontWeight":"w","fontStyle":"s",)"
      R"("fontSize":9,"fontFamily":"f","color":"c","placement":"inside"},)"
      R"("padding":{"top":1,"right":2,"bottom":3,"left":4})"),
    "ok");
}

CAF_TEST(each option has its kind) {
  auto text = [](const std::string& path) {
    return path + ": must be a string, not 1";
  };
  auto number = [](const std::string& path) {
    return path + R"(: must be a number, not "1")";
  };
  struct {
    std::string more;
    std::string outcome;
  } cases[] = {
    {"", "ok"},
    {R"("stroke":1)", text("stroke")},
    {R"("strokeWidth":"1")", number("strokeWidth")},
    {R"("fill":1)", text("fill")},
    {R"("fillOpacity":"1")", number("fillOpacity")},
    {R"("min":"1")", number("min")},
    {R"("max":"1")", number("max")},
    {R"("xKey":1)", text("xKey")},
    {R"("yKey":1)", text("yKey")},
    {R"("direction":"up")",
     R"(direction: "up" is none of vertical, horizontal)"},
    {R"("tooltip":{"enabled":1})",
     "tooltip.enabled: must be true or false, not 1"},
    {R"("tooltip":{"renderer":1})", text("tooltip.renderer")},
    {R"("axis":{"type":"date"})",
     R"(axis.type: "date" is none of number, category, time)"},
    {R"("axis":{"stroke":1})", text("axis.stroke")},
    {R"("axis":{"paddingInner":"1"})", number("axis.paddingInner")},
    {R"("axis":{"paddingOuter":"1"})", number("axis.paddingOuter")},
    {R"("markers":{"shape":"star"})",
     R"(markers.shape: "star" is none of circle, diamond, square, plus, )"
     "cross, triangle"},
    {R"("markers":{"enabled":"1"})",
     R"(markers.enabled: must be true or false, not "1")"},
    {R"("markers":{"size":"1"})", number("markers.size")},
    {R"("markers":{"highlightSize":"1"})", number("markers.highlightSize")},
    {R"("highlightStyle":{"strokeWidth":"1"})",
     number("highlightStyle.strokeWidth")},
    {R"("pointsOfInterest":{"minimum":{"size":"1"}})",
     number("pointsOfInterest.minimum.size")},
    {R"("pointsOfInterest":{"maximum":{"fill":1}})",
     text("pointsOfInterest.maximum.fill")},
    {R"("pointsOfInterest":{"highlighted":null})",
     "pointsOfInterest.highlighted: must be an object, not null"},
    {R"("pointsOfInterest":{"positiveNegative":{"negative":{"stroke":1}}})",
     text("pointsOfInterest.positiveNegative.negative.stroke")},
    {R"("label":{"placement":"above"})",
     R"(label.placement: "above" is none of inside, outside, inside-center, )"
     "inside-end, outside-center, outside-end"},
    {R"("label":{"fontSize":"1"})", number("label.fontSize")},
    {R"("label":{"color":1})", text("label.color")},
    {R"("padding":{"left":null})", "padding.left: must be a number, not null"},
  };
  for (auto& c : cases) {
    CAF_MESSAGE(c.more);
    CAF_CHECK_EQUAL(with_options(c.more),
                    c.outcome == "ok" ? c.outcome : ".options." + c.outcome);
  }
}
