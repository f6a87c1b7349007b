#include "livegrid/log.hpp"

#include <unistd.h>

#include <array>
#include <cstdio>
#include <ctime>

namespace livegrid {

namespace {

constexpr unsigned lines_per_second = 10;

constexpr std::array<std::string_view, 4> level_names{"error", "warning",
                                                      "info", "debug"};

std::string utc_now(std::chrono::system_clock::time_point now) {
  using namespace std::chrono;
  auto ms = duration_cast<milliseconds>(now.time_since_epoch()).count();
  auto seconds = static_cast<std::time_t>(ms / 1000);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 40> buf;
  auto n = std::strftime(buf.data(), buf.size(), "%Y-%m-%dT%H:%M:%S", &parts);
  std::string result{buf.data(), n};
  std::snprintf(buf.data(), buf.size(), ".%03dZ", static_cast<int>(ms % 1000));
  return result += buf.data();
}

} // namespace

std::optional<log_level> parse_log_level(std::string_view name) noexcept {
  for (std::size_t i = 0; i < level_names.size(); ++i)
    if (level_names[i] == name)
      return static_cast<log_level>(i);
  return std::nullopt;
}

void logger::write(log_level level, std::string_view event,
                   std::string_view details) {
  if (!enabled(level))
    return;
  auto now = std::chrono::system_clock::now();
  auto second =
    std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch())
      .count();
  std::lock_guard guard{mutex_};
  auto i = budgets_.find(event);
  if (i == budgets_.end())
    i = budgets_.emplace(std::string{event}, budget{}).first;
  auto& b = i->second;
  if (b.second != second) {
    b.second = second;
    b.written = 0;
  }
  if (b.written == lines_per_second) {
    ++b.left_out;
    return;
  }
  ++b.written;
  auto line = utc_now(now);
  line += ' ';
  line += level_names[static_cast<std::size_t>(level)];
  line += ' ';
  line += event;
  if (!details.empty()) {
    line += ' ';
    line += details;
  }
  if (b.left_out > 0) {
    line += " left_out=" + std::to_string(b.left_out);
    b.left_out = 0;
  }
  line += '\n';
  // One call a line, so that lines of several threads do not mix. Where stderr
  // is gone there is nobody left to tell.
  [[maybe_unused]] auto n = ::write(STDERR_FILENO, line.data(), line.size());
}

std::string log_field(std::string_view key, std::string_view value) {
  static constexpr std::string_view hex = "0123456789abcdef";
  std::string result{key};
  result += "=\"";
  for (auto c : value) {
    auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      result += '\\';
      result += c;
    } else if (byte < 0x20 || byte == 0x7f) {
      result += "\\x";
      result += hex[byte >> 4];
      result += hex[byte & 15];
    } else {
      result += c;
    }
  }
  return result += '"';
}

} // namespace livegrid
