#include "livegrid/http/live_text.hpp"

#include <algorithm>
#include <charconv>
#include <string_view>

#include "livegrid/http/answer_text.hpp"
#include "livegrid/http/terminal_text.hpp"

namespace livegrid {

namespace {

/// Room for the numbers that are still to come.
constexpr std::size_t narrowest = 9;

std::string padded(const std::string& text, std::size_t width) {
  return std::string(width - std::min(width, columns_of(text)), ' ') + text;
}

void append_lines(std::vector<std::string>& to, std::string_view text) {
  while (!text.empty()) {
    auto end = std::min(text.find('\n'), text.size() - 1);
    to.emplace_back(text.substr(0, end));
    text.remove_prefix(end + 1);
  }
}

/// The facts of an actor, in columns of one width.
void append_facts(std::vector<std::string>& to, const actor_status& x,
                  std::size_t width) {
  std::size_t widest = 1;
  for (const auto& [key, value] : x.facts)
    widest = std::max(widest, columns_of(key) + columns_of(value.str()) + 1);
  auto across = std::max<std::size_t>(1, (width + 2) / (widest + 2));
  auto down = (x.facts.size() + across - 1) / across;
  for (std::size_t i = 0; i < down; ++i) {
    std::string line;
    for (auto j = i; j < x.facts.size(); j += down) {
      const auto& [key, value] = x.facts[j];
      line += (line.empty() ? "" : "  ") + key
              + padded(value.str(), widest - std::min(widest, columns_of(key)));
    }
    to.push_back(std::move(line));
  }
}

} // namespace

std::string watch_table::add(const console_answer& x, std::size_t width) {
  if (x.lists.empty() || x.lists[0].rows.empty() || x.lists[0].rows[0].empty())
    return {};
  const auto& list = x.lists[0];
  auto cells = list.rows[0];
  std::uint64_t version = 0;
  const auto& text = cells[0];
  std::from_chars(text.data(), text.data() + text.size(), version);
  if (version_ == version)
    return {};
  std::string skipped;
  if (version_ && version > *version_ + 1)
    skipped = '+' + std::to_string(version - *version_ - 1);
  auto first = !version_;
  version_ = version;
  cells.insert(cells.begin(), skipped);
  std::string result;
  if (first) {
    auto header = list.columns;
    header.insert(header.begin(), "skipped");
    result = line(header, width);
  }
  return result + line(cells, width);
}

std::string watch_table::line(const std::vector<std::string>& cells,
                              std::size_t width) {
  std::string result;
  widths_.resize(std::max(widths_.size(), cells.size()), narrowest);
  for (std::size_t i = 0; i < cells.size(); ++i) {
    auto text = printable(cells[i]);
    widths_[i] = std::max(widths_[i], columns_of(text));
    result += (i > 0 ? "  " : "") + padded(text, widths_[i]);
  }
  return (width > 0 ? fit(result, width) : result) + '\n';
}

std::string to_screen(const console_answer& x, std::size_t width,
                      std::size_t height) {
  std::vector<std::string> lines;
  for (const auto& part : x.parts) {
    lines.push_back(part.kind + ' ' + part.name);
    append_facts(lines, part, width);
  }
  auto fixed = lines.size() + (x.note.empty() ? 0 : 1);
  // A title and a header each, and the cursor stays below.
  fixed += 2 * x.lists.size() + 1;
  auto room = height > fixed ? height - fixed : 0;
  for (std::size_t i = 0; i < x.lists.size(); ++i) {
    console_answer one;
    auto& list = one.lists.emplace_back(x.lists[i]);
    auto share = room / (x.lists.size() - i);
    if (list.rows.size() > share)
      list.rows.resize(share);
    room -= list.rows.size();
    append_lines(lines, to_text(one, width));
  }
  if (!x.note.empty())
    lines.push_back(x.note);
  // The rest scrolls away else, and the top with it.
  if (lines.size() + 1 > height)
    lines.resize(height > 0 ? height - 1 : 0);
  std::string result = "\x1b[H";
  for (const auto& line : lines)
    result += fit(line, width) + "\x1b[K\n";
  return result + "\x1b[J";
}

} // namespace livegrid
