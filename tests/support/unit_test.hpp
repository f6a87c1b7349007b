#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <type_traits>

#include "caf/test/unit_test.hpp"

// CAF's tests, whose checks are calls here. CAF's own bind the two values of a
// check to references first, which dangle where a value is part of a temporary:
// `CAF_CHECK_EQUAL(lines().back(), "x")` reads what is freed. And CAF compiles
// much anew for each test, and for each length of a text in quotes.

namespace livegrid::test {

/// Counts a check whose outcome is known, and writes it to CAF's log.
/// @param what the check, as it stands in the source.
/// @param values what was compared, in words; empty where it has passed.
/// @returns `passed`
bool count_check(const char* file, std::size_t line, const char* what,
                 bool passed, const std::string& values = {});

/// Ends a test that needs what has not come true.
[[noreturn]] void end_test(const char* what);

/// What is compared: texts in quotes are of one type, whatever their length.
inline std::string_view comparable(const char* x) {
  return x;
}

template <class T>
const T& comparable(const T& x) {
  return x;
}

/// A value in the words of a failed check.
template <class T>
std::string in_words(const T& x) {
  if constexpr (std::is_convertible_v<const T&, std::string_view>)
    return std::string{std::string_view{x}};
  else
    return caf::deep_to_string(x);
}

/// CAF takes values that cannot be compared for different, without a word.
template <class T, class U>
concept comparable_with =
  caf::SumType<T>() || caf::SumType<U>() || requires(const T& x, const U& y) {
  x == y;
};

template <class Comparison, class T, class U>
requires comparable_with<T, U>
bool check(const char* file, std::size_t line, const char* what, const T& x,
           const U& y) {
  if (Comparison{}(x, y))
    return count_check(file, line, what, true);
  return count_check(file, line, what, false,
                     " (" + in_words(x) + " !! " + in_words(y) + ')');
}

/// Makes a test known to CAF before main() begins.
template <class Test>
struct known_test {
  known_test(const char* suite, const char* name, bool disabled) {
    caf::test::engine::add(
      suite, std::unique_ptr<caf::test::test>{new Test(name, disabled)});
  }
};

} // namespace livegrid::test

#undef CAF_TEST_IMPL
#define CAF_TEST_IMPL(name, disabled)                                          \
  namespace {                                                                  \
  struct CAF_UNIQUE(test) : caf_test_case_auto_fixture {                       \
    void run_test_impl();                                                      \
  };                                                                           \
  livegrid::test::known_test<caf::test::test_impl<CAF_UNIQUE(test)>>           \
    CAF_UNIQUE(known){CAF_XSTR(CAF_SUITE), CAF_XSTR(name), disabled};          \
  }                                                                            \
  void CAF_UNIQUE(test)::run_test_impl()

#undef CAF_CHECK
#define CAF_CHECK(...)                                                         \
  static_cast<void>(livegrid::test::count_check(                               \
    __FILE__, __LINE__, #__VA_ARGS__, static_cast<bool>(__VA_ARGS__)))

#undef CAF_REQUIRE
#define CAF_REQUIRE(...)                                                       \
  do {                                                                         \
    if (!livegrid::test::count_check(__FILE__, __LINE__, #__VA_ARGS__,         \
                                     static_cast<bool>(__VA_ARGS__)))          \
      livegrid::test::end_test(#__VA_ARGS__);                                  \
  } while (false)

#define LIVEGRID_CHECK(comparison, x, y)                                       \
  livegrid::test::check<comparison>(                                           \
    __FILE__, __LINE__, CAF_FUNC_EXPR(comparison, x, y),                       \
    livegrid::test::comparable(x), livegrid::test::comparable(y))

#undef CAF_CHECK_FUNC
#define CAF_CHECK_FUNC(comparison, x, y)                                       \
  static_cast<void>(LIVEGRID_CHECK(comparison, x, y))

#undef CAF_REQUIRE_FUNC
#define CAF_REQUIRE_FUNC(comparison, x, y)                                     \
  do {                                                                         \
    if (!LIVEGRID_CHECK(comparison, x, y))                                     \
      livegrid::test::end_test(CAF_FUNC_EXPR(comparison, x, y));               \
  } while (false)
