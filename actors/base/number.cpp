#include "livegrid/actors/base/number.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>

#include "livegrid/actors/base/text.hpp"

namespace livegrid {

namespace {

constexpr double pow10[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                            1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                            1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

/// The largest power of ten that is a double without loss.
constexpr int max_exact = 22;

/// Half of the range in which a double holds every integer.
constexpr double exact_limit = 4503599627370496.0; // 2^52

/// digits * 10^exponent, the shortest decimal that reads back as its double.
struct decimal {
  std::int64_t digits;
  int exponent;
};

decimal to_decimal_by_text(double x) noexcept {
  char buf[max_number_size];
  auto end =
    std::to_chars(buf, buf + sizeof(buf), x, std::chars_format::scientific).ptr;
  decimal result{0, 0};
  auto i = buf;
  for (; i != end && *i != 'e'; ++i) {
    if (*i == '.')
      continue;
    result.digits = result.digits * 10 + (*i - '0');
    --result.exponent;
  }
  int exponent = 0;
  auto sign = i[1];
  std::from_chars(i + 2, end, exponent);
  result.exponent += 1 + (sign == '-' ? -exponent : exponent);
  return result;
}

/// `x` must be finite and not negative.
decimal to_decimal(double x) noexcept {
  // No two decimals of at most 15 digits share a double, and the quotient of
  // two exact doubles is rounded like a decimal that is read. So a decimal of
  // 15 digits whose quotient is x is the shortest one. Most prices have few
  // digits, and this is several times faster than going through text.
  constexpr double limit = 1e15;
  if (x < limit) {
    auto whole = static_cast<std::int64_t>(x);
    if (static_cast<double>(whole) == x)
      return {whole, 0};
    for (int k : {2, 4, 6, 9}) {
      auto shifted = x * pow10[k];
      if (shifted >= limit)
        break;
      auto digits = static_cast<std::int64_t>(shifted + 0.5);
      if (static_cast<double>(digits) / pow10[k] != x)
        continue;
      for (; digits % 10 == 0; digits /= 10)
        --k;
      return {digits, -k};
    }
  }
  return to_decimal_by_text(x);
}

/// The double nearest to digits * 10^exponent.
double to_double(std::int64_t digits, int exponent) noexcept {
  auto x = static_cast<double>(digits);
  if (std::abs(x) <= 2 * exact_limit) {
    if (exponent >= 0 && exponent <= max_exact)
      return x * pow10[exponent];
    if (exponent < 0 && exponent >= -max_exact)
      return x / pow10[-exponent];
  }
  char buf[2 * max_number_size];
  auto end = std::to_chars(buf, buf + max_number_size, digits).ptr;
  *end++ = 'e';
  end = std::to_chars(end, buf + sizeof(buf), exponent).ptr;
  // What from_chars leaves as it is has no double: too large or too small.
  auto result = exponent > 0 ? std::copysign(HUGE_VAL, x) : 0.0;
  std::from_chars(buf, end, result);
  return result;
}

/// `x` must be finite and not negative.
double round_by_decimal(double x, int digits) noexcept {
  auto d = to_decimal(x);
  auto surplus = -d.exponent - digits;
  if (surplus <= 0)
    return x;
  if (surplus > 18) // more than a decimal's 17 digits
    return 0;
  std::int64_t unit = 1;
  for (int i = 0; i < surplus; ++i)
    unit *= 10;
  auto quotient = d.digits / unit;
  if (d.digits % unit >= unit / 2)
    ++quotient;
  return to_double(quotient, -digits);
}

/// The digits of `d` as a number of units of 10^exponent, which must not be
/// above its own; -1 if twice as much would not fit.
std::int64_t shift_left(decimal d, int exponent) noexcept {
  for (auto shift = d.exponent - exponent; shift > 0; --shift) {
    if (d.digits > std::numeric_limits<std::int64_t>::max() / 20)
      return -1;
    d.digits *= 10;
  }
  return d.digits;
}

/// `a + b`, by their shortest texts.
double sum(double a, double b) noexcept {
  if (!std::isfinite(a) || !std::isfinite(b))
    return a + b;
  auto da = to_decimal(std::abs(a));
  auto db = to_decimal(std::abs(b));
  auto exponent = std::min(da.exponent, db.exponent);
  auto x = shift_left(da, exponent);
  auto y = shift_left(db, exponent);
  if (x >= 0 && y >= 0)
    return to_double((a < 0 ? -x : x) + (b < 0 ? -y : y), exponent);
  return round_to(a + b, std::max(-exponent, 0));
}

char* write_fixed(char* out, decimal d) noexcept {
  char buf[max_number_size];
  auto end = std::to_chars(buf, buf + sizeof(buf), d.digits).ptr;
  auto size = static_cast<int>(end - buf);
  auto point = size + d.exponent; // digits before the point
  if (d.exponent >= 0) {
    out = std::copy(buf, end, out);
    return std::fill_n(out, d.exponent, '0');
  }
  if (point > 0) {
    out = std::copy(buf, buf + point, out);
    *out++ = '.';
    return std::copy(buf + point, end, out);
  }
  *out++ = '0';
  *out++ = '.';
  out = std::fill_n(out, -point, '0');
  return std::copy(buf, end, out);
}

char* write_scientific(char* out, decimal d) noexcept {
  char buf[max_number_size];
  auto end = std::to_chars(buf, buf + sizeof(buf), d.digits).ptr;
  auto exponent = static_cast<int>(end - buf) - 1 + d.exponent;
  *out++ = buf[0];
  if (end - buf > 1) {
    *out++ = '.';
    out = std::copy(buf + 1, end, out);
  }
  *out++ = 'e';
  if (exponent >= 0)
    *out++ = '+';
  return std::to_chars(out, out + 8, exponent).ptr;
}

/// Whether a JSON number that no double holds is too small rather than too
/// large: its first digit other than 0 stands behind the point.
bool too_small(std::string_view text) noexcept {
  auto mantissa = text.substr(0, text.find_first_of("eE"));
  auto point = std::min(mantissa.find('.'), mantissa.size());
  auto first = mantissa.find_first_of("123456789");
  if (mantissa.size() == text.size())
    return first > point;
  auto exponent = text.substr(mantissa.size() + 1);
  if (exponent.front() == '+')
    exponent.remove_prefix(1);
  std::int64_t e = 0;
  auto res =
    std::from_chars(exponent.data(), exponent.data() + exponent.size(), e);
  if (res.ec != std::errc{})
    return exponent.front() == '-';
  auto place =
    static_cast<std::int64_t>(point) - static_cast<std::int64_t>(first);
  return e < -place;
}

} // namespace

char* write_number(char* out, double x) noexcept {
  if (!std::isfinite(x)) {
    std::memcpy(out, "null", 4);
    return out + 4;
  }
  if (x < 0) {
    *out++ = '-';
    x = -x;
  }
  auto d = to_decimal(x);
  return x == 0 || (x >= 1e-7 && x < 1e21) ? write_fixed(out, d)
                                           : write_scientific(out, d);
}

void append_number(std::string& out, double x) {
  char buf[max_number_size];
  out.append(buf, write_number(buf, x));
}

int decimals(double x) noexcept {
  return std::isfinite(x) ? std::max(0, -to_decimal(std::abs(x)).exponent) : 0;
}

double round_to(double x, int digits) noexcept {
  if (!std::isfinite(x))
    return x;
  auto y = std::abs(x);
  double result;
  // Where the digit that decides is not close to a half, the product's error
  // cannot turn it; else the shortest text decides.
  auto shifted = digits <= max_exact ? y * pow10[digits] : exact_limit;
  if (shifted < exact_limit) {
    auto floor = static_cast<std::int64_t>(shifted);
    auto rest = shifted - static_cast<double>(floor);
    if (std::abs(rest - 0.5) > shifted * 0x1p-50)
      result = to_double(floor + (rest > 0.5 ? 1 : 0), -digits);
    else
      result = round_by_decimal(y, digits);
  } else {
    result = round_by_decimal(y, digits);
  }
  return x < 0 && result != 0 ? -result : result;
}

double subtract(double a, double b) noexcept {
  return sum(a, -b);
}

double add(double a, double b) noexcept {
  return sum(a, b);
}

std::optional<double> parse_number(std::string_view text) noexcept {
  auto first = text.data();
  auto last = first + text.size();
  auto i = first;
  auto skip_digits = [&] {
    auto start = i;
    while (i != last && is_digit(*i))
      ++i;
    return i != start;
  };
  if (i != last && *i == '-')
    ++i;
  if (i != last && *i == '0')
    ++i;
  else if (!skip_digits())
    return std::nullopt;
  if (i != last && *i == '.') {
    ++i;
    if (!skip_digits())
      return std::nullopt;
  }
  if (i != last && (*i == 'e' || *i == 'E')) {
    ++i;
    if (i != last && (*i == '+' || *i == '-'))
      ++i;
    if (!skip_digits())
      return std::nullopt;
  }
  if (i != last)
    return std::nullopt;
  double result = 0;
  if (std::from_chars(first, last, result).ec == std::errc{})
    return result;
  if (too_small(text))
    return 0.0;
  return std::nullopt;
}

} // namespace livegrid
