#define CAF_SUITE actors.base.number

#include "livegrid/actors/base/number.hpp"

#include <bit>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <random>
#include <string>

#include "unit_test.hpp"

using namespace livegrid;

namespace {

constexpr double inf = std::numeric_limits<double>::infinity();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double biggest = std::numeric_limits<double>::max();
constexpr double smallest = std::numeric_limits<double>::denorm_min();

std::string text(double x) {
  std::string result;
  append_number(result, x);
  return result;
}

/// The digits of the shortest text, without sign, point and outer zeros.
std::string significant(std::string x) {
  x.resize(std::min(x.find('e'), x.size()));
  std::erase_if(x, [](char c) { return c == '-' || c == '.'; });
  x.erase(0, x.find_first_not_of('0'));
  while (!x.empty() && x.back() == '0')
    x.pop_back();
  return x;
}

CAF_TEST(numbers are written as a person would) {
  struct {
    double x;
    const char* text;
  } cases[] = {
    {0, "0"},
    {-0.0, "0"},
    {1, "1"},
    {-1, "-1"},
    {10, "10"},
    {1500000000, "1500000000"},
    {4.46, "4.46"},
    {-4.46, "-4.46"},
    {0.5, "0.5"},
    {145.54, "145.54"},
    {0.030645, "0.030645"},
    {0.1 + 0.2, "0.30000000000000004"},
    {123456789.123456789, "123456789.12345679"},
    {1e-7, "0.0000001"},
    {1.5e-7, "0.00000015"},
    {-1.2345678901234566e-7, "-0.00000012345678901234566"},
    {9.9e-8, "9.9e-8"},
    {1e-8, "1e-8"},
    {-2.5e-300, "-2.5e-300"},
    {999999999999999, "999999999999999"},
    {1e15, "1000000000000000"},
    {9007199254740993.0, "9007199254740992"},
    {1e18, "1000000000000000000"},
    {123456789012345678901.0, "123456789012345680000"},
    {1e20, "100000000000000000000"},
    {1e21, "1e+21"},
    {1.25e21, "1.25e+21"},
    {biggest, "1.7976931348623157e+308"},
    {smallest, "5e-324"},
    {inf, "null"},
    {-inf, "null"},
    {nan, "null"},
  };
  for (const auto& c : cases)
    CAF_CHECK_EQUAL(text(c.x), c.text);
}

CAF_TEST(appending keeps what was there) {
  std::string out = "x=";
  append_number(out, 1.5);
  CAF_CHECK_EQUAL(out, "x=1.5");
}

CAF_TEST(each number reads back from the shortest text) {
  std::mt19937_64 random{1};
  std::string wrong;
  auto check = [&](double x) {
    auto written = text(x);
    char buf[64];
    auto end =
      std::to_chars(buf, buf + 64, x, std::chars_format::scientific).ptr;
    auto read = parse_number(written);
    if (!read || *read != x || written.size() > max_number_size
        || significant(written) != significant({buf, end}))
      wrong = written;
  };
  for (int i = 0; i < 50000; ++i) {
    if (auto x = std::bit_cast<double>(random()); std::isfinite(x))
      check(x);
    for (double scale : {1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e9, 1e12}) {
      auto digits = random() % 10'000'000'000'000'000u >> random() % 50;
      check(static_cast<double>(digits) / scale);
    }
  }
  CAF_CHECK_EQUAL(wrong, "");
}

CAF_TEST(decimals are counted in the shortest text) {
  struct {
    double x;
    int digits;
  } cases[] = {
    {0, 0},    {-0.0, 0}, {150, 0},    {1e18, 0},       {1e300, 0}, {145.54, 2},
    {-0.5, 1}, {1e-8, 8}, {1.5e-8, 9}, {0.1 + 0.2, 17}, {inf, 0},   {nan, 0},
  };
  for (const auto& c : cases) {
    CAF_MESSAGE(text(c.x));
    CAF_CHECK_EQUAL(decimals(c.x), c.digits);
  }
}

CAF_TEST(rounding goes half away from zero) {
  struct {
    double x;
    int digits;
    const char* text;
  } cases[] = {
    {1.005, 2, "1.01"},
    {-1.005, 2, "-1.01"},
    {2.675, 2, "2.68"},
    {1.0049999, 2, "1"},
    {0.5, 0, "1"},
    {-0.5, 0, "-1"},
    {0.49999999999999994, 0, "0"},
    {1.5, 0, "2"},
    {2.5, 0, "3"},
    {0.0000005, 6, "0.000001"},
    {0.00000049, 6, "0"},
    {-0.00000049, 6, "0"},
    {0.1 + 0.2, 2, "0.3"},
    {0.030644496358389447, 6, "0.030644"},
    {4.460000000000008, 2, "4.46"},
    {4.46, 6, "4.46"},
    {4.46, 17, "4.46"},
    {0.1, 0, "0"},
    {99.9999999, 2, "100"},
    {4503599627370497.5, 0, "4503599627370498"},
    {123456789012.125, 2, "123456789012.13"},
    {1e18, 6, "1000000000000000000"},
    {1e300, 17, "1e+300"},
    {biggest, 6, "1.7976931348623157e+308"},
    {smallest, 17, "0"},
    {inf, 2, "null"},
    {nan, 2, "null"},
  };
  for (const auto& c : cases) {
    CAF_MESSAGE(text(c.x) << " to " << c.digits);
    CAF_CHECK_EQUAL(text(round_to(c.x, c.digits)), c.text);
  }
  CAF_CHECK(!std::signbit(round_to(-0.001, 2)));
}

CAF_TEST(differences and sums keep the digits of what they come from) {
  struct {
    double a;
    double b;
    const char* difference;
    const char* sum;
  } cases[] = {
    {150.0, 145.54, "4.46", "295.54"},
    {140.0, 138.2, "1.8", "278.2"},
    {0.1, 0.2, "-0.1", "0.3"},
    {0.3, 0.1, "0.2", "0.4"},
    {1.1, 1.1, "0", "2.2"},
    {-0.1, 0.2, "-0.3", "0.1"},
    {100.003, 0.0004, "100.0026", "100.0034"},
    {1e-8, 3e-9, "7e-9", "1.3e-8"},
    {1000000, 100, "999900", "1000100"},
    {1e15, 1, "999999999999999", "1000000000000001"},
    {1e18, 0.25, "1000000000000000000", "1000000000000000000"},
    {1e300, 1e-300, "1e+300", "1e+300"},
    {biggest, 0.1, "1.7976931348623157e+308", "1.7976931348623157e+308"},
    {biggest, -biggest, "null", "0"},
    {0.12345678901234566, 0.1, "0.02345678901234566", "0.22345678901234567"},
    {inf, 1, "null", "null"},
    {inf, inf, "null", "null"},
    {nan, 1, "null", "null"},
  };
  for (const auto& c : cases) {
    CAF_MESSAGE(text(c.a) << " and " << text(c.b));
    CAF_CHECK_EQUAL(text(subtract(c.a, c.b)), c.difference);
    CAF_CHECK_EQUAL(text(add(c.a, c.b)), c.sum);
  }
}

CAF_TEST(differences of cents are exact) {
  std::mt19937_64 random{2};
  std::string wrong;
  for (int i = 0; i < 100000; ++i) {
    auto a = static_cast<std::int64_t>(random() % 100'000'000);
    auto b = static_cast<std::int64_t>(random() % 100'000'000);
    auto x = static_cast<double>(a) / 100;
    auto y = static_cast<double>(b) / 100;
    if (subtract(x, y) != static_cast<double>(a - b) / 100
        || add(x, y) != static_cast<double>(a + b) / 100)
      wrong = text(x) + " and " + text(y);
  }
  CAF_CHECK_EQUAL(wrong, "");
}

CAF_TEST(numbers are read as JSON has them) {
  struct {
    std::string text;
    double x;
  } good[] = {
    {"0", 0},
    {"-0", 0},
    {"7", 7},
    {"-12.5", -12.5},
    {"0.1", 0.1},
    {"150.25", 150.25},
    {"1e3", 1000},
    {"1E+3", 1000},
    {"25e-1", 2.5},
    {"0e5", 0},
    {"1e018", 1e18},
    {"1.7976931348623157e308", biggest},
    {"5e-324", smallest},
    {"1e-400", 0},
    {"-1e-400", 0},
    {"0.00001e-99999999999999999999", 0},
    {"0." + std::string(400, '0') + "1", 0},
    {std::string(400, '1') + "e-800", 0},
    {"0." + std::string(400, '0') + "1e401", 1},
    {"0e99999999999999999999", 0},
  };
  for (const auto& c : good) {
    CAF_MESSAGE(c.text);
    auto x = parse_number(c.text);
    CAF_REQUIRE(x);
    CAF_CHECK(*x == c.x);
  }
  std::string bad[] = {
    "",
    "-",
    "+1",
    "01",
    "-01",
    ".5",
    "5.",
    "1e",
    "1e+",
    "1.e5",
    "0x10",
    "inf",
    "Infinity",
    "nan",
    "NaN",
    "null",
    " 1",
    "1 ",
    "1,5",
    "1_000",
    "--1",
    "1e400",
    "-1e400",
    "1.5.",
    "1e5.0",
    "1e99999999999999999999",
    std::string(400, '9'),
    std::string("1\0", 2),
  };
  for (const auto& c : bad) {
    CAF_MESSAGE(c);
    CAF_CHECK(!parse_number(c));
  }
}

} // namespace
