#include "livegrid/http/console/answer_text.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

#include <rapidjson/encodings.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include "livegrid/http/console/terminal_text.hpp"

namespace livegrid {

namespace {

constexpr std::size_t gap = 2;

void append_padded(std::string& out, std::string_view text, std::size_t width,
                   bool right) {
  auto fitted = fit(text, width);
  auto fill = std::string(width - std::min(width, columns_of(fitted)), ' ');
  out += right ? fill + fitted : fitted + fill;
}

bool is_number(std::string_view text) {
  return !text.empty() && text.find_first_not_of("-.0123456789") == text.npos;
}

void append_list(std::string& out, const listing& x, std::size_t width) {
  if (x.columns.empty())
    return;
  std::vector<std::size_t> widths;
  std::vector<bool> right;
  for (std::size_t i = 0; i < x.columns.size(); ++i) {
    auto widest = columns_of(x.columns[i]);
    auto numbers = !x.rows.empty();
    for (const auto& row : x.rows) {
      widest = std::max(widest, columns_of(row[i]));
      numbers = numbers && (row[i].empty() || is_number(row[i]));
    }
    widths.push_back(widest);
    right.push_back(numbers);
  }
  // The widest column gives way until all of them fit.
  auto total = [&] {
    auto result = gap * std::max<std::size_t>(widths.size(), 1) - gap;
    for (auto w : widths)
      result += w;
    return result;
  };
  constexpr std::size_t narrowest = 8;
  while (width > 0 && total() > width) {
    auto widest = std::max_element(widths.begin(), widths.end());
    if (*widest <= narrowest)
      break;
    --*widest;
  }
  auto append_row = [&](const std::vector<std::string>& cells) {
    std::string line;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      line.append(i > 0 ? gap : 0, ' ');
      append_padded(line, cells[i], widths[i], right[i]);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    // Very many columns, or very few of the terminal's.
    out += (width > 0 ? fit(line, width) : line) + '\n';
  };
  append_row(x.columns);
  for (const auto& row : x.rows)
    append_row(row);
  if (x.pages > 1)
    out += "page " + std::to_string(x.page) + " of " + std::to_string(x.pages)
           + ", " + std::to_string(x.total) + " in all\n";
}

// All but ASCII is escaped, so that a terminal can be given JSON as well.
using writer = rapidjson::Writer<rapidjson::StringBuffer, rapidjson::UTF8<>,
                                 rapidjson::ASCII<>>;

void write(writer& out, std::string_view text) {
  auto valid = as_utf8(text);
  out.String(valid.data(), static_cast<rapidjson::SizeType>(valid.size()));
}

void write_fact(writer& out, const fact_value& x) {
  // What comes from the node is not taken at its word.
  if (auto checked = fact_value::json(x.str());
      !x.is_text() && !checked.is_text())
    out.RawValue(x.str().data(), x.str().size(), rapidjson::kNumberType);
  else
    write(out, x.str());
}

void write_all(writer& out, const std::vector<std::string>& texts) {
  out.StartArray();
  for (const auto& x : texts)
    write(out, x);
  out.EndArray();
}

void write(writer& out, const listing& x) {
  out.StartObject();
  out.Key("title");
  write(out, x.title);
  out.Key("columns");
  write_all(out, x.columns);
  out.Key("rows");
  out.StartArray();
  for (const auto& row : x.rows)
    write_all(out, row);
  out.EndArray();
  out.Key("total");
  out.Uint64(x.total);
  out.Key("page");
  out.Uint64(x.page);
  out.Key("pages");
  out.Uint64(x.pages);
  out.EndObject();
}

} // namespace

std::string to_text(const console_answer& x, std::size_t width) {
  constexpr std::size_t key_width = 20;
  std::string result;
  for (const auto& part : x.parts) {
    result += printable(part.kind + (part.name.empty() ? "" : " " + part.name));
    result += '\n';
    for (const auto& [key, value] : part.facts) {
      result += "  ";
      append_padded(result, key, std::max(key_width, columns_of(key)), false);
      result += ' ' + printable(value.str()) + '\n';
    }
  }
  for (const auto& list : x.lists) {
    if (!list.title.empty())
      result += printable(list.title) + '\n';
    append_list(result, list, width);
  }
  if (!x.note.empty())
    result += printable(x.note) + '\n';
  return result;
}

std::string to_json(const console_answer& x) {
  rapidjson::StringBuffer buf;
  writer out{buf};
  out.StartObject();
  out.Key("parts");
  out.StartArray();
  for (const auto& part : x.parts) {
    out.StartObject();
    out.Key("kind");
    write(out, part.kind);
    out.Key("name");
    write(out, part.name);
    out.Key("facts");
    out.StartObject();
    for (const auto& [key, value] : part.facts) {
      write(out, key);
      write_fact(out, value);
    }
    out.EndObject();
    out.EndObject();
  }
  out.EndArray();
  out.Key("lists");
  out.StartArray();
  for (const auto& list : x.lists)
    write(out, list);
  out.EndArray();
  out.Key("note");
  write(out, x.note);
  out.EndObject();
  return {buf.GetString(), buf.GetSize()};
}

} // namespace livegrid
