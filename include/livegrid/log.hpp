#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace livegrid {

enum class log_level : std::uint8_t { error, warning, info, debug };

/// The level of that name.
std::optional<log_level> parse_log_level(std::string_view name) noexcept;

/// Writes one line an event to stderr: time, level, event name, details as
/// `key=value`. Thread-safe. Of one event at most ten lines a second come out;
/// the next one after that says how many were left out.
class logger {
public:
  explicit logger(log_level threshold = log_level::info)
    : threshold_(threshold) {
    // nop
  }

  /// Sets it; from now on what is less grave is left out.
  void threshold(log_level x) noexcept {
    threshold_ = x;
  }

  bool enabled(log_level level) const noexcept {
    return level <= threshold_;
  }

  void write(log_level level, std::string_view event, std::string_view details);

  void error(std::string_view event, std::string_view details) {
    write(log_level::error, event, details);
  }

  void warning(std::string_view event, std::string_view details) {
    write(log_level::warning, event, details);
  }

  void info(std::string_view event, std::string_view details) {
    write(log_level::info, event, details);
  }

private:
  struct budget {
    std::int64_t second = 0;
    unsigned written = 0;
    std::uint64_t left_out = 0;
  };

  std::atomic<log_level> threshold_;
  std::mutex mutex_;
  std::map<std::string, budget, std::less<>> budgets_;
};

/// `key="value"`, with quotes, backslashes and control bytes of the value
/// escaped, so that nothing from outside can forge a line.
std::string log_field(std::string_view key, std::string_view value);

} // namespace livegrid
