#include "livegrid/actors/base/time_text.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <limits>

#include "livegrid/actors/base/number.hpp"
#include "livegrid/actors/base/text.hpp"

namespace livegrid {

namespace {

constexpr std::int64_t ns_per_s = 1'000'000'000;

/// Of a number whose unit is not known: one that would be earlier was meant for
/// something else, such as the day 20240102.
constexpr timestamp first_epoch{
  std::chrono::sys_days{std::chrono::year{1990} / 1 / 1}.time_since_epoch()};

/// Bytes of a day without hyphens.
constexpr std::size_t basic_date_size = 8;

std::int64_t ns_per(epoch_unit unit) noexcept {
  switch (unit) {
  case epoch_unit::s:
    return ns_per_s;
  case epoch_unit::ms:
    return 1'000'000;
  case epoch_unit::us:
    return 1'000;
  case epoch_unit::ns:
    return 1;
  }
  return 1;
}

/// The value of a fraction's digits in nanoseconds, of a unit of `scale` ns.
std::int64_t fraction(std::string_view digits, std::int64_t scale) noexcept {
  std::int64_t result = 0;
  for (auto c : digits) {
    scale /= 10;
    result += (c - '0') * scale;
  }
  return result;
}

std::optional<timestamp> make_time(std::int64_t count, std::int64_t scale,
                                   std::int64_t extra) noexcept {
  std::int64_t ns = 0;
  if (__builtin_mul_overflow(count, scale, &ns)
      || __builtin_add_overflow(ns, extra, &ns))
    return std::nullopt;
  return timestamp{std::chrono::nanoseconds{ns}};
}

epoch_unit unit_of(double x) noexcept {
  x = std::abs(x);
  if (x < 1e11)
    return epoch_unit::s;
  if (x < 1e14)
    return epoch_unit::ms;
  if (x < 1e17)
    return epoch_unit::us;
  return epoch_unit::ns;
}

/// Reads the parts of a text one by one; any failure sticks.
class scanner {
public:
  explicit scanner(std::string_view text) : rest_(text) {
    // nop
  }

  bool ok() const noexcept {
    return ok_;
  }

  bool at_digit() const noexcept {
    return !rest_.empty() && is_digit(rest_.front());
  }

  bool done() const noexcept {
    return rest_.empty();
  }

  bool accept(std::string_view one_of) noexcept {
    if (rest_.empty() || one_of.find(rest_.front()) == one_of.npos)
      return false;
    rest_.remove_prefix(1);
    return true;
  }

  void expect(char c) noexcept {
    ok_ = accept(std::string_view{&c, 1}) && ok_;
  }

  /// Exactly `size` digits, with a value of at most `max`.
  int number(std::size_t size, int max) noexcept {
    auto text = digits(size);
    int result = 0;
    for (auto c : text)
      result = result * 10 + (c - '0');
    ok_ = ok_ && text.size() == size && result <= max;
    return result;
  }

  std::string_view digits(std::size_t max_size) noexcept {
    std::size_t n = 0;
    while (n < rest_.size() && n < max_size && is_digit(rest_[n]))
      ++n;
    auto result = rest_.substr(0, n);
    rest_.remove_prefix(n);
    return result;
  }

private:
  std::string_view rest_;
  bool ok_ = true;
};

/// Takes a day that is written like 20260131 off the front of a text.
std::optional<std::chrono::sys_days>
take_basic_date(std::string_view& text) noexcept {
  namespace chrono = std::chrono;
  scanner in{text.substr(0, basic_date_size)};
  chrono::year year{in.number(4, 9999)};
  chrono::month month{static_cast<unsigned>(in.number(2, 12))};
  chrono::day day{static_cast<unsigned>(in.number(2, 31))};
  if (!in.ok() || !(year / month / day).ok())
    return std::nullopt;
  text.remove_prefix(basic_date_size);
  return chrono::sys_days{year / month / day};
}

/// Whether a text begins with the digits of a day, and goes on as no number
/// does.
bool begins_with_day(std::string_view text) noexcept {
  // No number has a hyphen behind a digit.
  if (text.size() > 4 && is_digit(text[3]) && text[4] == '-')
    return true;
  return text.size() >= basic_date_size
         && std::all_of(text.begin(), text.begin() + basic_date_size, is_digit)
         && (text.size() == basic_date_size
             || std::string_view{"Tt "}.find(text[basic_date_size])
                  != std::string_view::npos);
}

} // namespace

std::optional<timestamp> parse_epoch(std::string_view text,
                                     epoch_unit unit) noexcept {
  auto x = parse_number(text);
  if (!x)
    return std::nullopt;
  auto scale = ns_per(unit);
  if (text.find_first_of("eE") != text.npos) {
    auto ns = *x * static_cast<double>(scale);
    if (!(std::abs(ns) < 9.2e18))
      return std::nullopt;
    return timestamp{std::chrono::nanoseconds{static_cast<std::int64_t>(ns)}};
  }
  // The decimal digits are exact where a double is not.
  auto point = text.find('.');
  auto whole = text.substr(0, point);
  std::int64_t count = 0;
  auto [end, code] =
    std::from_chars(whole.data(), whole.data() + whole.size(), count);
  if (code != std::errc{})
    return std::nullopt;
  auto extra = point == text.npos ? 0 : fraction(text.substr(point + 1), scale);
  return make_time(count, scale, text.front() == '-' ? -extra : extra);
}

std::optional<timestamp> parse_epoch(std::string_view text) noexcept {
  auto x = parse_number(text);
  if (!x)
    return std::nullopt;
  auto result = parse_epoch(text, unit_of(*x));
  return result && *result >= first_epoch ? result : std::nullopt;
}

std::optional<timestamp> parse_iso_time(std::string_view text) noexcept {
  auto date = take_date(text);
  auto basic = !date;
  if (basic)
    date = take_basic_date(text);
  if (!date)
    return std::nullopt;
  scanner in{text};
  std::int64_t seconds = std::chrono::seconds{date->time_since_epoch()}.count();
  std::int64_t extra = 0;
  if (!in.done()) {
    if (!in.accept("Tt "))
      return std::nullopt;
    seconds += in.number(2, 23) * 3600;
    auto colons = in.accept(":");
    if (!colons && !basic)
      return std::nullopt;
    seconds += in.number(2, 59) * 60;
    if (colons ? in.accept(":") : in.at_digit()) {
      seconds += in.number(2, 60); // 60 is a leap second
      if (in.accept(".,")) {
        auto digits = in.digits(text.size());
        if (digits.empty())
          return std::nullopt;
        extra = fraction(digits, ns_per_s);
      }
    }
    bool ahead = false;
    if (!in.accept("Zz") && !in.done()) {
      ahead = in.accept("+");
      if (!ahead)
        in.expect('-');
      auto offset = in.number(2, 23) * 3600;
      if (!in.done()) {
        in.accept(":");
        offset += in.number(2, 59) * 60;
      }
      seconds += ahead ? -offset : offset;
    }
  }
  if (!in.ok() || !in.done())
    return std::nullopt;
  return make_time(seconds, ns_per_s, extra);
}

std::optional<timestamp> parse_time(std::string_view text) noexcept {
  return begins_with_day(text) ? parse_iso_time(text) : parse_epoch(text);
}

char* write_date(char* out, std::chrono::sys_days x) noexcept {
  auto put = [&](unsigned value, int width) {
    for (auto i = width; i-- > 0; value /= 10)
      out[i] = static_cast<char>('0' + value % 10);
    out += width;
  };
  std::chrono::year_month_day date{x};
  put(static_cast<unsigned>(int{date.year()}), 4);
  *out++ = '-';
  put(unsigned{date.month()}, 2);
  *out++ = '-';
  put(unsigned{date.day()}, 2);
  return out;
}

std::optional<std::chrono::sys_days>
take_date(std::string_view& text) noexcept {
  namespace chrono = std::chrono;
  if (text.size() < date_size || text[4] != '-' || text[7] != '-')
    return std::nullopt;
  auto ok = true;
  auto number = [&](std::size_t first, std::size_t last) {
    int result = 0;
    for (auto i = first; i < last; ++i) {
      ok = ok && is_digit(text[i]);
      result = result * 10 + (text[i] - '0');
    }
    return result;
  };
  chrono::year_month_day date{
    chrono::year{number(0, 4)},
    chrono::month{static_cast<unsigned>(number(5, 7))},
    chrono::day{static_cast<unsigned>(number(8, 10))}};
  if (!ok || !date.ok())
    return std::nullopt;
  text.remove_prefix(date_size);
  return chrono::sys_days{date};
}

std::string iso_time(std::chrono::sys_seconds x) {
  auto day = std::chrono::floor<std::chrono::days>(x);
  auto second = static_cast<int>((x - day).count());
  char text[date_size + 40];
  auto* end = write_date(text, day);
  std::snprintf(end, 40, "T%02d:%02d:%02dZ", second / 3600, second / 60 % 60,
                second % 60);
  return text;
}

} // namespace livegrid
