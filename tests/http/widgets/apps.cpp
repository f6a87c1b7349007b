#define CAF_SUITE http.widgets.apps

#include "livegrid/http/widgets/apps.hpp"

#include <string>
#include <vector>

#include <rapidjson/document.h>

#include "unit_test.hpp"

using namespace livegrid;

namespace {

widget sized(std::string id, int width, int height) {
  widget result;
  result.id = std::move(id);
  result.width = width;
  result.height = height;
  return result;
}

/// Where an app places the widgets: name, column, row, width, height.
std::vector<std::string> places(const std::vector<widget>& widgets) {
  rapidjson::Document doc;
  auto json = apps_json(widgets);
  doc.Parse(json.data(), json.size());
  CAF_REQUIRE(doc.IsArray() && doc.Size() == 1);
  std::vector<std::string> out;
  for (auto& x : doc[0]["tabs"]["live-grid"]["layout"].GetArray()) {
    std::string place = x["i"].GetString();
    for (auto key : {"x", "y", "w", "h"})
      place += " " + std::to_string(x[key].GetInt());
    out.push_back(place);
  }
  return out;
}

using strings = std::vector<std::string>;

} // namespace

CAF_TEST(without widgets there is no app) {
  CAF_CHECK_EQUAL(apps_json({}), "[]");
}

CAF_TEST(an app shows all widgets on one tab) {
  CAF_CHECK_EQUAL(
    apps_json({sized("a\"b", 20, 9)}),
    R"([{"name":"Live Grid","description":"Prices as they change",)"
    R"("allowCustomization":true,"tabs":{"live-grid":{"id":"live-grid",)"
    R"("name":"Live Grid","layout":[{"i":"a\"b","x":0,"y":0,"w":20,"h":9,)"
    R"("groups":[]}]}},"groups":[],"prompts":[]}])");
}

CAF_TEST(widgets stand side by side as long as a row has room) {
  CAF_CHECK_EQUAL(
    places({sized("a", 20, 9), sized("b", 20, 12), sized("c", 30, 5),
            sized("d", 40, 6), sized("e", 10, 1)}),
    (strings{"a 0 0 20 9", "b 20 0 20 12", "c 0 12 30 5", "d 0 17 40 6",
             "e 0 23 10 1"}));
  CAF_CHECK_EQUAL(places({sized("a", 20, 9), sized("b", 21, 9)}),
                  (strings{"a 0 0 20 9", "b 0 9 21 9"}));
  CAF_CHECK_EQUAL(
    places({sized("a", 10, 3), sized("b", 10, 8), sized("c", 20, 5),
            sized("d", 1, 1)}),
    (strings{"a 0 0 10 3", "b 10 0 10 8", "c 20 0 20 5", "d 0 8 1 1"}));
}
