#include <algorithm>
#include <string>

#include "fuzz.hpp"
#include "json_check.hpp"

#include "livegrid/http/widgets/widgets.hpp"

// Files of widgets: an error in one line, or widgets whose rows are JSON and
// which read back from what /widgets.json answers.

using namespace livegrid;

namespace {

bool same(const widget& x, const widget& y) {
  return x.id == y.id && x.endpoint_path == y.endpoint_path
         && x.ws_path == y.ws_path && x.cells == y.cells && x.row_id == y.row_id
         && x.width == y.width && x.height == y.height;
}

void expect_sound(const widget& x) {
  fuzz::expect(x.endpoint_path.starts_with('/'), "a widget has a path");
  fuzz::expect(x.ws_path.empty() || x.ws_path.starts_with('/'),
               "an address for rows has a path");
  for (const auto& key : x.row_id)
    fuzz::expect(std::find(x.cells.begin(), x.cells.end(), key)
                   != x.cells.end(),
                 "a row has its id");
  std::string text;
  x.view->append_row(text, *row::vacant(symbol_name::parse("AAPL").value()));
  fuzz::expect(fuzz::expect_json(text).keys == x.cells,
               "a row has the cells of its widget");
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto result = parse_widgets(fuzz::as_text(data, size), "file");
  if (!result) {
    const auto& why = result.error();
    fuzz::expect(why.starts_with("file: ") && why.size() > 6,
                 "an error names the file and says why");
    fuzz::expect(why.find('\n') == why.npos, "an error is one line");
    return 0;
  }
  auto& set = *result;
  for (const auto& x : set.widgets)
    expect_sound(x);
  for (const auto& line : set.warnings)
    fuzz::expect(line.starts_with("file: ") && line.find('\n') == line.npos,
                 "a warning names the file, in one line");
  fuzz::expect_json(set.widgets_json);
  fuzz::expect_json(set.apps_json);
  auto copy = parse_widgets(set.widgets_json, "file");
  fuzz::expect(copy.has_value(), "what is served is taken");
  fuzz::expect(copy->widgets_json == set.widgets_json
                 && copy->apps_json == set.apps_json
                 && copy->warnings == set.warnings
                 && std::equal(copy->widgets.begin(), copy->widgets.end(),
                               set.widgets.begin(), set.widgets.end(), same),
               "what is served reads back as it is");
  return 0;
}
