#include "livegrid/http/widgets/apps.hpp"

#include <algorithm>
#include <string_view>

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

namespace livegrid {

namespace {

using writer = rapidjson::Writer<rapidjson::StringBuffer>;

void write(writer& out, std::string_view text) {
  out.String(text.data(), static_cast<rapidjson::SizeType>(text.size()));
}

/// Places the widgets side by side as long as a row has room, then below.
void write_layout(writer& out, const std::vector<widget>& widgets) {
  int x = 0;
  int y = 0;
  int row_height = 0;
  out.StartArray();
  for (const auto& w : widgets) {
    if (x + w.width > dashboard_columns) {
      x = 0;
      y += row_height;
      row_height = 0;
    }
    out.StartObject();
    out.Key("i");
    write(out, w.id);
    out.Key("x");
    out.Int(x);
    out.Key("y");
    out.Int(y);
    out.Key("w");
    out.Int(w.width);
    out.Key("h");
    out.Int(w.height);
    out.Key("groups");
    out.StartArray();
    out.EndArray();
    out.EndObject();
    x += w.width;
    row_height = std::max(row_height, w.height);
  }
  out.EndArray();
}

void write_app(writer& out, const std::vector<widget>& widgets) {
  out.StartObject();
  out.Key("name");
  out.String("Live Grid");
  out.Key("description");
  out.String("Prices as they change");
  out.Key("allowCustomization");
  out.Bool(true);
  out.Key("tabs");
  out.StartObject();
  out.Key("live-grid");
  out.StartObject();
  out.Key("id");
  out.String("live-grid");
  out.Key("name");
  out.String("Live Grid");
  out.Key("layout");
  write_layout(out, widgets);
  out.EndObject();
  out.EndObject();
  out.Key("groups");
  out.StartArray();
  out.EndArray();
  out.Key("prompts");
  out.StartArray();
  out.EndArray();
  out.EndObject();
}

} // namespace

std::string apps_json(const std::vector<widget>& widgets) {
  rapidjson::StringBuffer buf;
  writer out{buf};
  out.StartArray();
  if (!widgets.empty())
    write_app(out, widgets);
  out.EndArray();
  return {buf.GetString(), buf.GetSize()};
}

} // namespace livegrid
