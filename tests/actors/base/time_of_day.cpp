#define CAF_SUITE actors.base.time_of_day

#include "livegrid/actors/base/time_of_day.hpp"

#include <cstdint>

#include "unit_test.hpp"

using namespace livegrid;

namespace {

constexpr auto first = INT64_MIN; // in 1677
constexpr auto last = INT64_MAX;  // in 2262

} // namespace

CAF_TEST(moments at the ends of their range) {
  CAF_CHECK_EQUAL(date_and_time(first), "1677-09-21 00:12:43.145224 UTC");
  CAF_CHECK_EQUAL(date_and_time(last), "2262-04-11 23:47:16.854775 UTC");
  CAF_CHECK_EQUAL(date_and_time(-1), "1969-12-31 23:59:59.999999 UTC");
  CAF_CHECK_EQUAL(date_and_time(0), "-");
}

CAF_TEST(spans beyond what 64 bits hold are the longest that they do) {
  CAF_CHECK_EQUAL(span_between(first, last), last);
  CAF_CHECK_EQUAL(span_between(last, first), -last);
  CAF_CHECK_EQUAL(span_between(1, first + 1), -last);
  CAF_CHECK_EQUAL(span_between(first, -1), last);
  CAF_CHECK_EQUAL(span_between(5, 3), -2);
  CAF_CHECK_EQUAL(gap_after(last, first), ", 106751d later");
  CAF_CHECK_EQUAL(gap_after(first, last), ", 106751d before it");
  CAF_CHECK_EQUAL(gap_after(3'000, 1'000), ", 2us later");
  CAF_CHECK_EQUAL(gap_after(0, last), "");
}
