#pragma once

#include <atomic>
#include <chrono>
#include <concepts>
#include <cstdint>
#include <deque>
#include <functional>
#include <initializer_list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace livegrid {

enum class log_level : std::uint8_t { error, warning, info, debug };

enum class log_format : std::uint8_t { text, json };

/// The level of that name.
std::optional<log_level> parse_log_level(std::string_view name) noexcept;

/// The format of that name.
std::optional<log_format> parse_log_format(std::string_view name) noexcept;

/// What an event or a field is called: snake_case that stands in the code, and
/// none of what every line has (time, level, event) or may have (left_out). The
/// compiler checks it.
class log_name {
public:
  consteval log_name(const char* text) : text_(text) {
    if (text_.empty())
      throw "a name is empty";
    for (auto c : text_)
      if (c != '_' && (c < 'a' || c > 'z') && (c < '0' || c > '9'))
        throw "a name is not snake_case";
    for (std::string_view taken : {"time", "level", "event", "left_out"})
      if (text_ == taken)
        throw "a name is one that the logger itself writes";
  }

  constexpr std::string_view text() const noexcept {
    return text_;
  }

private:
  std::string_view text_;
};

/// One `key=value` of a line. A text is only looked at.
class log_field {
public:
  using value_type = std::variant<std::monostate, bool, std::int64_t,
                                  std::uint64_t, std::string_view>;

  log_field(log_name key, std::string_view value) : key_(key), value_(value) {
    // nop
  }

  template <std::integral T>
  log_field(log_name key, T value) : key_(key), value_(widened(value)) {
    // nop
  }

  /// One that the line does not have if there is no value.
  template <std::integral T>
  log_field(log_name key, std::optional<T> value) : key_(key) {
    if (value)
      value_ = widened(*value);
  }

  std::string_view key() const noexcept {
    return key_.text();
  }

  const value_type& value() const noexcept {
    return value_;
  }

private:
  template <class T>
  static value_type widened(T x) {
    if constexpr (std::same_as<T, bool>)
      return x;
    else if constexpr (std::signed_integral<T>)
      return static_cast<std::int64_t>(x);
    else
      return static_cast<std::uint64_t>(x);
  }

  log_name key_;
  value_type value_;
};

/// A line that was written, for the operator.
struct past_event {
  std::chrono::system_clock::time_point when;
  log_level level = log_level::info;
  std::string event;
  std::string fields; ///< key=value, with blanks between
};

/// Writes one line an event to stderr: time, level, event and fields, as text
/// or as a JSON object. Texts are quoted, escaped and cut, so that nothing from
/// outside can forge a line. Thread-safe.
///
/// Of one event at most ten lines a second come out, and none that stderr does
/// not take at once; `left_out` says afterwards how many did not.
class logger {
public:
  using fields = std::initializer_list<log_field>;
  using clock = std::function<std::chrono::system_clock::time_point()>;

  explicit logger(log_level threshold = log_level::info,
                  log_format format = log_format::text,
                  clock now = std::chrono::system_clock::now);

  logger(const logger&) = delete;

  logger& operator=(const logger&) = delete;

  /// Says what has been left out until now.
  ~logger();

  /// Sets it; from now on what is less grave is left out.
  void threshold(log_level x) noexcept {
    threshold_ = x;
  }

  bool enabled(log_level level) const noexcept {
    return level <= threshold_;
  }

  void write(log_level level, log_name event, fields what) {
    if (enabled(level))
      write_enabled(level, event, what);
  }

  void error(log_name event, fields what) {
    write(log_level::error, event, what);
  }

  void warning(log_name event, fields what) {
    write(log_level::warning, event, what);
  }

  void info(log_name event, fields what) {
    write(log_level::info, event, what);
  }

  /// The last lines of all levels that were written, oldest first; what was
  /// left out is not among them.
  std::vector<past_event> past() const;

  /// So many of them are kept.
  static constexpr std::size_t max_past = 256;

  /// Writes a line with `left_out` for each event of which lines were left out
  /// in a second that is over, at the level of these lines. To be called once a
  /// second, or the last ones before a silence go untold.
  void report_left_out();

private:
  using second = std::chrono::sys_seconds;

  class output;

  struct budget {
    log_level level = log_level::info;
    second when;
    unsigned written = 0;
    std::uint64_t left_out = 0;
  };

  void write_enabled(log_level level, log_name event, fields what);

  /// Reports those whose second is not `current`.
  void report_all_but(std::optional<second> current);

  std::atomic<log_level> threshold_;
  clock now_;
  mutable std::mutex mutex_;
  std::unique_ptr<output> out_;
  std::deque<past_event> past_;

  /// Names stand in the code, so they are few and live for ever.
  std::map<std::string_view, budget> budgets_;
};

} // namespace livegrid
