#include "livegrid/actors/prices/view.hpp"

#include <algorithm>
#include <utility>

#include "livegrid/actors/base/text.hpp"
#include "livegrid/actors/prices/row.hpp"

namespace livegrid {

namespace {

/// `,"name":` with the name written as JSON. The comma comes first so that a
/// brace can take its place in the first key of an object.
std::string make_key(std::string_view name) {
  std::string result = ",\"";
  for (auto c : name) {
    auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      result += '\\';
      result += c;
    } else if (byte < 0x20) {
      result += "\\u00";
      append_hex(result, byte);
    } else {
      result += c;
    }
  }
  result += "\":";
  return result;
}

} // namespace

view::view(std::vector<std::string> cells, std::vector<std::string> row_id)
  : has_row_id_(!row_id.empty()) {
  columns_.reserve(cells.size());
  for (auto& name : cells) {
    column c;
    c.key = make_key(name);
    c.row_id = std::find(row_id.begin(), row_id.end(), name) != row_id.end();
    c.which = parse_cell(name);
    c.name = std::move(name);
    columns_.push_back(std::move(c));
  }
}

void view::append_row(std::string& out, const row& x) const {
  auto start = out.size();
  for (const auto& c : columns_) {
    out += c.key;
    out += text_of(x, bit_of(c, x));
  }
  if (columns_.empty())
    out += '{';
  else
    out[start] = '{';
  out += '}';
}

bool view::append_changes(std::string& out, const row& x,
                          const cell_set& changed) const {
  if (!shows(x, changed))
    return false;
  auto start = out.size();
  for (const auto& c : columns_) {
    auto bit = bit_of(c, x);
    if (!c.row_id && (bit < 0 || !changed.test(static_cast<std::size_t>(bit))))
      continue;
    out += c.key;
    out += text_of(x, bit);
  }
  out[start] = '{';
  out += '}';
  return true;
}

bool view::shows(const row& x, const cell_set& changed) const noexcept {
  return std::any_of(columns_.begin(), columns_.end(), [&](const column& c) {
    auto bit = bit_of(c, x);
    return bit >= 0 && changed.test(static_cast<std::size_t>(bit));
  });
}

int view::bit_of(const column& c, const row& x) noexcept {
  if (c.which)
    return static_cast<int>(index(*c.which));
  auto i = x.find_extra(c.name);
  return i < 0 ? -1 : static_cast<int>(fixed_cells) + i;
}

std::string_view view::text_of(const row& x, int bit) noexcept {
  if (bit < 0)
    return "null";
  auto i = static_cast<std::size_t>(bit);
  return i < fixed_cells ? x.text(static_cast<cell>(i))
                         : x.extra_text(i - fixed_cells);
}

} // namespace livegrid
