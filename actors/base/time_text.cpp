#include "livegrid/actors/base/time_text.hpp"

#include <charconv>
#include <chrono>
#include <cmath>
#include <ctime>
#include <limits>

#include "livegrid/actors/base/number.hpp"

namespace livegrid {

namespace {

constexpr std::int64_t ns_per_s = 1'000'000'000;

bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}

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
  return parse_epoch(text, unit_of(*x));
}

std::optional<timestamp> parse_iso_time(std::string_view text) noexcept {
  namespace chrono = std::chrono;
  scanner in{text};
  chrono::year year{in.number(4, 9999)};
  in.expect('-');
  chrono::month month{static_cast<unsigned>(in.number(2, 12))};
  in.expect('-');
  chrono::day day{static_cast<unsigned>(in.number(2, 31))};
  chrono::year_month_day date{year, month, day};
  if (!in.ok() || !date.ok())
    return std::nullopt;
  std::int64_t seconds =
    chrono::seconds{chrono::sys_days{date}.time_since_epoch()}.count();
  std::int64_t extra = 0;
  if (!in.done()) {
    if (!in.accept("Tt "))
      return std::nullopt;
    seconds += in.number(2, 23) * 3600;
    in.expect(':');
    seconds += in.number(2, 59) * 60;
    if (in.accept(":")) {
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
  // No number has a hyphen behind a digit.
  if (text.size() > 4 && is_digit(text[3]) && text[4] == '-')
    return parse_iso_time(text);
  return parse_epoch(text);
}

std::string iso_time(std::chrono::sys_seconds x) {
  // In seconds all the way: the clock's nanoseconds end in 2262.
  std::time_t at = x.time_since_epoch().count();
  std::tm parts{};
  gmtime_r(&at, &parts);
  char text[32];
  return {text, std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts)};
}

} // namespace livegrid
