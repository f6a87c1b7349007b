#include "livegrid/http/readers/replay_reader.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "livegrid/actors/base/text.hpp"
#include "livegrid/http/json/json_reader.hpp"
#include "livegrid/http/readers/csv_ticks.hpp"
#include "livegrid/http/readers/tick_reader.hpp"
#include "livegrid/http/system/line_reader.hpp"

namespace livegrid {

namespace {

/// By its mark, or because its Latin letters have zero bytes between them.
bool is_utf_16(std::string_view line) noexcept {
  return line.starts_with("\xFF\xFE") || line.starts_with("\xFE\xFF")
         || line.substr(0, 2).find('\0') != line.npos;
}

expected<tick, std::string> json_row(std::string_view line) {
  auto parsed = read_ticks(line);
  if (!parsed)
    return unexpected{std::move(parsed).error().message};
  if (!parsed->single)
    return unexpected{"a tick must be an object"};
  return std::move(parsed->ticks.front());
}

class file_source final : public tick_source {
public:
  file_source(bad_row_callback on_bad_row, replay_note_callback on_note)
    : on_bad_row_(std::move(on_bad_row)), on_note_(std::move(on_note)) {
    // nop
  }

  /// Begins, unless the file cannot be played.
  expected<void, std::string> open(const std::string& path) {
    if (auto opened = lines_.open(path); !opened)
      return opened;
    if (auto begun = start(); !begun)
      return begun;
    if (!json_ && !csv_.note().empty() && on_note_)
      on_note_(lines_.line_number(), csv_.note());
    first_ = read();
    if (first_)
      return {};
    if (const auto& error = lines_.error(); !error.empty())
      return unexpected{error};
    return unexpected{
      "not a single good row"
      + (first_fault_.empty() ? "" : " (" + first_fault_ + ")")};
  }

  std::optional<timed_tick> next() override {
    if (first_)
      return std::exchange(first_, std::nullopt);
    return read();
  }

  bool rewind() override {
    first_.reset();
    due_.reset();
    ended_ = false;
    cells_told_ = std::max(cells_told_, lines_.line_number());
    return lines_.rewind() && start();
  }

  std::size_t bad_rows() const noexcept override {
    return bad_rows_;
  }

  std::size_t bad_cells() const noexcept override {
    return bad_cells_;
  }

private:
  /// Reads up to the first row.
  expected<void, std::string> start() {
    held_.reset();
    std::string_view line;
    for (;;) {
      switch (lines_.next(line)) {
      case line_reader::result::line:
        if (lines_.line_number() == 1)
          line.remove_prefix(byte_order_mark(line));
        if (is_utf_16(line))
          return unexpected{
            "is UTF-16; write it as UTF-8 (iconv -f UTF-16 -t UTF-8)"};
        if (auto text = trimmed(line); text.empty())
          continue;
        else if (text.front() == '[')
          return unexpected{"is a JSON array instead of one object a line"};
        else
          json_ = text.front() == '{';
        if (!json_)
          return csv_.header(line);
        held_ = line;
        return {};
      case line_reader::result::too_long:
        return unexpected{"the first line is longer than 1 MiB"};
      case line_reader::result::end:
        return unexpected{"is empty"};
      case line_reader::result::broken:
        return unexpected{lines_.error()};
      }
    }
  }

  /// The next good row.
  std::optional<timed_tick> read() {
    std::string_view line;
    while (!ended_) {
      auto what = line_reader::result::line;
      if (held_)
        line = *held_;
      else
        what = lines_.next(line);
      // Views of the line stay valid up to the next one.
      held_.reset();
      switch (what) {
      case line_reader::result::line:
        if (!trimmed(line).empty())
          if (auto result = read_row(line))
            return result;
        break;
      case line_reader::result::too_long:
        leave_out("longer than 1 MiB");
        break;
      case line_reader::result::broken:
        leave_out(lines_.error());
        ended_ = true;
        break;
      case line_reader::result::end:
        ended_ = true;
        break;
      }
    }
    return std::nullopt;
  }

  std::optional<timed_tick> read_row(std::string_view line) {
    auto row = json_
                 ? json_row(line)
                 : csv_.row(line, [this](auto why) { leave_out_cell(why); });
    if (!row) {
      leave_out(row.error());
      return std::nullopt;
    }
    timed_tick result;
    result.tick = *std::move(row);
    if (auto time = result.tick.time)
      due_ = due_ ? std::max(*due_, *time) : *time;
    result.due = due_;
    return result;
  }

  void leave_out_cell(std::string_view why) {
    // Of a line there may be several, but each is told once.
    if (lines_.line_number() <= cells_told_)
      return;
    ++bad_cells_;
    if (on_note_)
      on_note_(lines_.line_number(), "left out a cell: " + std::string{why});
  }

  void leave_out(std::string_view why) {
    // A file that is played again has the same bad rows.
    if (lines_.line_number() <= last_fault_)
      return;
    last_fault_ = lines_.line_number();
    ++bad_rows_;
    if (first_fault_.empty()) {
      first_fault_ = "line " + std::to_string(last_fault_) + ": ";
      first_fault_ += why;
    }
    if (on_bad_row_)
      on_bad_row_(last_fault_, why);
  }

  bad_row_callback on_bad_row_;
  replay_note_callback on_note_;
  line_reader lines_;
  csv_ticks csv_;
  bool json_ = false;
  bool ended_ = false;
  std::optional<std::string_view> held_; ///< a row that `start` has read
  std::optional<timed_tick> first_;      ///< read when the file was opened
  std::optional<timestamp> due_;         ///< the latest time so far
  std::size_t bad_rows_ = 0;
  std::size_t bad_cells_ = 0;
  std::size_t cells_told_ = 0; ///< up to that line, when it began anew
  std::size_t last_fault_ = 0; ///< the line of the last bad row
  std::string first_fault_;
};

} // namespace

expected<std::unique_ptr<tick_source>, std::string>
open_replay(const std::string& path, bad_row_callback on_bad_row,
            replay_note_callback on_note) {
  auto result =
    std::make_unique<file_source>(std::move(on_bad_row), std::move(on_note));
  if (auto opened = result->open(path); !opened)
    return unexpected{"replay file " + path + ": " + opened.error()};
  return result;
}

} // namespace livegrid
