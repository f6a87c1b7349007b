#pragma once

#include <atomic>
#include <chrono>
#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace spdlog {
class logger;
} // namespace spdlog

namespace livegrid {

enum class log_level : std::uint8_t { error, warning, info, debug };

/// The level of that name.
std::optional<log_level> parse_log_level(std::string_view name) noexcept;

enum class log_format : std::uint8_t {
  text, ///< `2026-11-25T06:44:32.123Z info event key=1 key="text"`
  json, ///< an object a line: `time`, `level`, `event`, then the keys
};

/// A detail of an event. Views what it is made of.
struct log_pair {
  std::string_view key;
  std::variant<bool, std::int64_t, std::uint64_t, std::string_view> value;

  template <std::integral T>
  log_pair(std::string_view k, T x) : key(k) {
    if constexpr (std::same_as<T, bool>)
      value = x;
    else if constexpr (std::signed_integral<T>)
      value = std::int64_t{x};
    else
      value = std::uint64_t{x};
  }

  log_pair(std::string_view k, std::string_view x) : key(k), value(x) {
    // nop
  }

  log_pair(std::string_view k, const std::string& x)
    : key(k), value(std::string_view{x}) {
    // nop
  }

  log_pair(std::string_view k, const char* x)
    : key(k), value(std::string_view{x}) {
    // nop
  }
};

using log_pairs = std::initializer_list<log_pair>;

/// Writes one line an event to stderr: when, how grave, its name, which never
/// changes, and its details. What is from outside is escaped, so that it can
/// forge neither a line nor a key. Of one event at most ten lines a second come
/// out; the next one after that says how many were left out. Thread-safe.
class logger {
public:
  using clock = std::chrono::system_clock;

  /// @param now what the time of day is, for tests.
  explicit logger(log_level threshold = log_level::info,
                  log_format format = log_format::text,
                  clock::time_point (*now)() = clock::now);

  /// Reports what was left out and has not been told.
  ~logger();

  logger(const logger&) = delete;
  logger& operator=(const logger&) = delete;

  /// Sets it; from now on what is less grave is left out.
  void threshold(log_level x) noexcept {
    threshold_ = x;
  }

  bool enabled(log_level level) const noexcept {
    return level <= threshold_;
  }

  void write(log_level level, std::string_view event, log_pairs details);

  void error(std::string_view event, log_pairs details) {
    write(log_level::error, event, details);
  }

  void warning(std::string_view event, log_pairs details) {
    write(log_level::warning, event, details);
  }

  void info(std::string_view event, log_pairs details) {
    write(log_level::info, event, details);
  }

  void debug(std::string_view event, log_pairs details) {
    write(log_level::debug, event, details);
  }

  /// Writes a line for each event of which lines were left out in a second that
  /// is over, unless another line has told since. To be called now and then.
  void report_left_out();

private:
  struct budget {
    std::int64_t second = 0;
    unsigned written = 0;
    std::uint64_t left_out = 0;
    log_level level = log_level::info; ///< of what was left out last
  };

  void put(clock::time_point when, log_level level, std::string_view event,
           log_pairs details, std::uint64_t left_out);

  /// @param second up to which one, exclusive.
  void report(clock::time_point when, std::int64_t second);

  std::atomic<log_level> threshold_;
  log_format format_;
  clock::time_point (*now_)();
  std::shared_ptr<spdlog::logger> out_;
  std::mutex mutex_;
  std::map<std::string, budget, std::less<>> budgets_;
};

} // namespace livegrid
