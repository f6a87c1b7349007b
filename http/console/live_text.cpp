#include "livegrid/http/console/live_text.hpp"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <numeric>
#include <string_view>
#include <utility>

#include "livegrid/actors/base/text.hpp"
#include "livegrid/http/console/answer_text.hpp"
#include "livegrid/http/console/terminal_text.hpp"

namespace livegrid {

namespace {

/// Room for the numbers that are still to come.
constexpr std::size_t narrowest = 9;

/// Columns and facts, those first that a narrow terminal shows; what is not
/// among them comes last.
constexpr std::string_view importance[] = {
  "symbol",       "id",           "lag B",
  "verdict",      "price",        "ticks/s",
  "freshness",    "version",      "skipped",
  "waiting",      "rows/s",       "change",
  "peer",         "merged",       "age",
  "volume",       "delivered",    "bid",
  "ask",          "ticks_per_s",  "rows_per_s",
  "merged_per_s", "loop_lag_us",  "subscribers",
  "symbols",      "bad_messages", "change_percent",
  "seq",
};

std::size_t rank_of(std::string_view name) {
  return static_cast<std::size_t>(
    std::find(std::begin(importance), std::end(importance), name)
    - std::begin(importance));
}

/// 0 to `n`, the most important of their names first.
template <class NameOf>
std::vector<std::size_t> by_importance(std::size_t n, NameOf name_of) {
  std::vector<std::size_t> result(n);
  std::iota(result.begin(), result.end(), 0u);
  std::stable_sort(result.begin(), result.end(), [&](auto a, auto b) {
    return rank_of(name_of(a)) < rank_of(name_of(b));
  });
  return result;
}

/// The columns that fit side by side, from left to right; all if `width` is 0.
std::vector<std::size_t> fitting(const std::vector<std::string>& names,
                                 const std::vector<std::size_t>& widths,
                                 std::size_t width) {
  std::vector<std::size_t> result;
  std::size_t used = 0;
  for (auto i : by_importance(names.size(), [&](auto i) { return names[i]; })) {
    auto more = widths[i] + (result.empty() ? 0 : 2);
    // One is shown, cut if it must be.
    if (width > 0 && !result.empty() && used + more > width)
      continue;
    used += more;
    result.push_back(i);
  }
  std::sort(result.begin(), result.end());
  return result;
}

/// Leaves the columns that fit.
void narrow(listing& x, std::size_t width) {
  std::vector<std::size_t> widths;
  for (std::size_t i = 0; i < x.columns.size(); ++i) {
    auto widest = columns_of(x.columns[i]);
    for (const auto& row : x.rows)
      widest = std::max(widest, columns_of(row[i]));
    widths.push_back(widest);
  }
  auto kept = fitting(x.columns, widths, width);
  auto pick = [&](std::vector<std::string>& cells) {
    std::vector<std::string> result;
    for (auto i : kept)
      result.push_back(std::move(cells[i]));
    cells = std::move(result);
  };
  pick(x.columns);
  for (auto& row : x.rows)
    pick(row);
}

/// How many rows each list gets of those that there is room for: as many as
/// another, unless it has fewer.
std::vector<std::size_t> shares(const std::vector<listing>& xs,
                                std::size_t room) {
  std::vector<std::size_t> order(xs.size());
  std::iota(order.begin(), order.end(), 0u);
  std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) {
    return xs[a].rows.size() < xs[b].rows.size();
  });
  std::vector<std::size_t> result(xs.size());
  auto left = xs.size();
  for (auto i : order) {
    // The first list gets what cannot be halved.
    result[i] =
      std::min(xs[i].rows.size(), (room + (i == 0 ? left - 1 : 0)) / left);
    room -= result[i];
    --left;
  }
  return result;
}

std::string padded(const std::string& text, std::size_t width) {
  return std::string(width - std::min(width, columns_of(text)), ' ') + text;
}

void append_lines(std::vector<std::string>& to, std::string_view text) {
  while (!text.empty())
    to.emplace_back(take_part(text, '\n'));
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

/// An actor and its most important facts, in no more lines than `most`.
void append_part(std::vector<std::string>& to, const actor_status& x,
                 std::size_t width, std::size_t most) {
  auto order =
    by_importance(x.facts.size(), [&](auto i) { return x.facts[i].first; });
  for (auto n = order.size(); n > 0; --n) {
    std::vector<std::size_t> kept(
      order.begin(), order.begin() + static_cast<std::ptrdiff_t>(n));
    std::sort(kept.begin(), kept.end());
    actor_status some{x.kind, x.name, {}};
    for (auto i : kept)
      some.facts.push_back(x.facts[i]);
    std::vector<std::string> lines;
    // Where there are but few lines they are for facts.
    if (most > 2)
      lines.push_back(x.kind + ' ' + x.name);
    append_facts(lines, some, width);
    if (lines.size() > most)
      continue;
    to.insert(to.end(), lines.begin(), lines.end());
    return;
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
  version_ = version;
  cells.insert(cells.begin(), skipped);
  auto header = list.columns;
  header.insert(header.begin(), "skipped");
  widths_.resize(std::max(widths_.size(), cells.size()), narrowest);
  for (std::size_t i = 0; i < cells.size(); ++i) {
    cells[i] = printable(cells[i]);
    widths_[i] =
      std::max({widths_[i], columns_of(header[i]), columns_of(cells[i])});
  }
  std::string result;
  auto kept = fitting(header, widths_, width);
  // At first, and if the terminal or a number is another one now.
  if (kept != std::exchange(shown_, kept))
    result = line(header, width);
  return result + line(cells, width);
}

std::string watch_table::line(const std::vector<std::string>& cells,
                              std::size_t width) const {
  std::string result;
  for (auto i : shown_)
    result += (result.empty() ? "" : "  ") + padded(cells[i], widths_[i]);
  return (width > 0 ? fit(result, width) : result) + '\n';
}

std::string to_screen(const console_answer& x, std::size_t width,
                      std::size_t height) {
  std::vector<std::string> lines;
  // The cursor stays below; a list has a title and a header.
  auto fixed = 1 + 2 * x.lists.size() + (x.note.empty() ? 0 : 1);
  auto room = height > fixed ? height - fixed : 0;
  std::size_t rows = 0;
  for (const auto& list : x.lists)
    rows += list.rows.size();
  // Facts take a quarter of it, and what the rows leave.
  for (const auto& part : x.parts)
    append_part(lines, part, width,
                std::max((room + 3) / 4, room - std::min(room, rows)));
  room -= std::min(room, lines.size());
  auto share = shares(x.lists, room);
  for (std::size_t i = 0; i < x.lists.size(); ++i) {
    console_answer one;
    auto& list = one.lists.emplace_back(x.lists[i]);
    list.rows.resize(share[i]);
    narrow(list, width);
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
