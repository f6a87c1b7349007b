#define CAF_SUITE house.checks

#include <string>
#include <vector>

#include "unit_test.hpp"

using namespace livegrid::test;

namespace {

/// Its number is gone with it.
struct fleeting {
  int number = 7;

  fleeting() = default;

  fleeting(const fleeting&) = delete;
  fleeting& operator=(const fleeting&) = delete;

  ~fleeting() {
    *static_cast<volatile int*>(&number) = 0;
  }

  const int& get() const {
    return number;
  }
};

} // namespace

CAF_TEST(what is compared lives until it has been compared) {
  CAF_CHECK_EQUAL(fleeting{}.get(), 7);
  CAF_REQUIRE_EQUAL(fleeting{}.get(), 7);
  CAF_CHECK_NOT_EQUAL(fleeting{}.get(), 0);
}

CAF_TEST(a failed check says what was compared) {
  CAF_CHECK_EQUAL(in_words(std::string{"a b"}), "a b");
  CAF_CHECK_EQUAL(in_words("a b"), "a b");
  CAF_CHECK_EQUAL(in_words(7), "7");
  CAF_CHECK_EQUAL(in_words(std::vector{1, 2}), "[1, 2]");
}
