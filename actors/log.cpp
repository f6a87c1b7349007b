#include "livegrid/log.hpp"

#include <array>
#include <charconv>
#include <limits>

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "livegrid/json_string.hpp"

namespace livegrid {

namespace {

constexpr unsigned lines_per_second = 10;

constexpr std::array<std::string_view, 4> level_names{"error", "warning",
                                                      "info", "debug"};

constexpr const char* text_pattern = "%Y-%m-%dT%H:%M:%S.%eZ %l %v";

constexpr const char* json_pattern =
  R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l",%v})";

spdlog::level::level_enum to_spdlog(log_level x) noexcept {
  switch (x) {
  case log_level::error:
    return spdlog::level::err;
  case log_level::warning:
    return spdlog::level::warn;
  case log_level::info:
    return spdlog::level::info;
  case log_level::debug:
    break;
  }
  return spdlog::level::debug;
}

std::int64_t second_of(logger::clock::time_point x) {
  return std::chrono::floor<std::chrono::seconds>(x).time_since_epoch().count();
}

/// Quoted, with quotes, backslashes and control bytes escaped.
void append_quoted(std::string& out, std::string_view text) {
  static constexpr std::string_view hex = "0123456789abcdef";
  out += '"';
  for (auto c : text) {
    auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20 || byte == 0x7f) {
      out += "\\x";
      out += hex[byte >> 4];
      out += hex[byte & 15];
    } else {
      out += c;
    }
  }
  out += '"';
}

void append_value(std::string& out, const log_pair& x, log_format format) {
  std::visit(
    [&](auto value) {
      using type = decltype(value);
      if constexpr (std::is_same_v<type, bool>)
        out += value ? "true" : "false";
      else if constexpr (!std::is_same_v<type, std::string_view>)
        out += std::to_string(value);
      else if (format == log_format::json)
        append_json_string(out, value);
      else
        append_quoted(out, value);
    },
    x.value);
}

} // namespace

std::optional<log_level> parse_log_level(std::string_view name) noexcept {
  for (std::size_t i = 0; i < level_names.size(); ++i)
    if (level_names[i] == name)
      return static_cast<log_level>(i);
  return std::nullopt;
}

logger::logger(log_level threshold, log_format format,
               clock::time_point (*now)())
  : threshold_(threshold),
    format_(format),
    now_(now),
    out_(std::make_shared<spdlog::logger>(
      "livegrid", std::make_shared<spdlog::sinks::stderr_sink_mt>())) {
  // The threshold is ours: the operator changes it while others log.
  out_->set_level(spdlog::level::trace);
  out_->set_formatter(std::make_unique<spdlog::pattern_formatter>(
    format == log_format::json ? json_pattern : text_pattern,
    spdlog::pattern_time_type::utc));
  // Where stderr is gone there is nobody left to tell.
  out_->set_error_handler([](const std::string&) {});
}

logger::~logger() {
  report(now_(), std::numeric_limits<std::int64_t>::max());
}

void logger::write(log_level level, std::string_view event, log_pairs details) {
  if (!enabled(level))
    return;
  auto now = now_();
  auto second = second_of(now);
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
    b.level = level;
    return;
  }
  ++b.written;
  put(now, level, event, details, std::exchange(b.left_out, 0));
}

void logger::report_left_out() {
  auto now = now_();
  report(now, second_of(now));
}

void logger::report(clock::time_point when, std::int64_t second) {
  std::lock_guard guard{mutex_};
  for (auto& [event, b] : budgets_)
    if (b.left_out > 0 && b.second < second)
      put(when, b.level, event, {}, std::exchange(b.left_out, 0));
}

void logger::put(clock::time_point when, log_level level,
                 std::string_view event, log_pairs details,
                 std::uint64_t left_out) {
  std::string line;
  auto json = format_ == log_format::json;
  auto key = [&](std::string_view name) {
    line += json ? ",\"" : " ";
    line += name;
    line += json ? "\":" : "=";
  };
  if (json) {
    line += "\"event\":";
    append_json_string(line, event);
  } else {
    line += event;
  }
  for (const auto& x : details) {
    key(x.key);
    append_value(line, x, format_);
  }
  if (left_out > 0) {
    key("left_out");
    line += std::to_string(left_out);
  }
  out_->log(when, {}, to_spdlog(level), line);
}

} // namespace livegrid
