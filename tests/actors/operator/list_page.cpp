#define CAF_SUITE actors.operator.list_page

#include "livegrid/actors/operator/list_page.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "livegrid/actors/base/error.hpp"

#include "unit_test.hpp"

using namespace livegrid;
using namespace std::chrono_literals;

CAF_TEST(spans) {
  struct {
    std::uint64_t ms;
    const char* want;
  } cases[] = {{0, "0ms"},         {1999, "1999ms"}, {2000, "2s"},
               {119'999, "119s"},  {120'000, "2m"},  {7'200'000, "2h"},
               {172'800'000, "2d"}};
  for (const auto& c : cases)
    CAF_CHECK_EQUAL(short_span(c.ms), c.want);
}

CAF_TEST(what never was has no age) {
  CAF_CHECK_EQUAL(age_text(UINT64_MAX), "-");
  CAF_CHECK_EQUAL(age_text(2000), "2s");
}

CAF_TEST(numbers are written for people) {
  CAF_CHECK_EQUAL(counted(0, "row"), "0 rows");
  CAF_CHECK_EQUAL(counted(1, "row"), "1 row");
  CAF_CHECK_EQUAL(counted(2, "row"), "2 rows");
  CAF_CHECK_EQUAL(to_tenths(0), "0.0");
  CAF_CHECK_EQUAL(to_tenths(1.25), "1.3");
  CAF_CHECK_EQUAL(to_tenths(-1), "0.0");
}

CAF_TEST(only digits are a number) {
  CAF_CHECK_EQUAL(to_number("0").value(), 0u);
  CAF_CHECK_EQUAL(to_number("18446744073709551615").value(), UINT64_MAX);
  for (auto text : {"", "-1", "+1", " 1", "1 ", "1x", "18446744073709551616"}) {
    CAF_MESSAGE(text);
    CAF_CHECK(!to_number(text));
  }
}

namespace {

/// The rows of a page of so many, or why there is no such page.
std::string page_text(std::size_t total, const std::string& options) {
  auto x = console_command::parse("symbols " + options);
  auto page = list_page::of(total, x);
  if (!page)
    return to_refusal(page.error()).message;
  return std::to_string(page->begin) + '-' + std::to_string(page->end) + " of "
         + std::to_string(page->pages);
}

} // namespace

CAF_TEST(a page has fifty rows) {
  CAF_CHECK_EQUAL(page_text(0, ""), "0-0 of 1");
  CAF_CHECK_EQUAL(page_text(50, ""), "0-50 of 1");
  CAF_CHECK_EQUAL(page_text(51, ""), "0-50 of 2");
  CAF_CHECK_EQUAL(page_text(51, "--page=2"), "50-51 of 2");
  CAF_CHECK_EQUAL(page_text(51, "--page=3"), "--page: there are 2");
  CAF_CHECK_EQUAL(page_text(51, "--page=0"), "--page: '0' is no page number");
}

CAF_TEST(a page takes all rows before it) {
  auto needed = [](const std::string& options) {
    return list_page::rows_needed(console_command::parse("x " + options));
  };
  CAF_CHECK_EQUAL(needed("").value(), 50u);
  CAF_CHECK_EQUAL(needed("--page=3").value(), 150u);
  CAF_CHECK_EQUAL(needed("--page=18446744073709551615").value(), SIZE_MAX);
  CAF_CHECK(!needed("--page=x"));
}

CAF_TEST(a page is cut out of the list and says where it stands) {
  list_page page{.page = 2, .pages = 3, .begin = 2, .end = 4, .total = 5};
  std::vector<int> all{1, 2, 3, 4, 5};
  page.cut(all);
  CAF_CHECK_EQUAL(all, (std::vector{3, 4}));
  listing x;
  page.mark(x);
  CAF_CHECK_EQUAL(x.total, 5u);
  CAF_CHECK_EQUAL(x.page, 2u);
  CAF_CHECK_EQUAL(x.pages, 3u);
}

CAF_TEST(of many only the first ones are kept) {
  first_ones<int, std::less<>> first{3, {}};
  for (int i = 100; i > 0; --i)
    first.add(i);
  CAF_CHECK_EQUAL(first.take(), (std::vector{1, 2, 3}));
}

CAF_TEST(a list is sorted by what it knows) {
  auto key = [](const std::string& options) {
    return sort_key(console_command::parse("x " + options), "name",
                    {"name", "age"});
  };
  CAF_CHECK_EQUAL(key("").value(), "name");
  CAF_CHECK_EQUAL(key("--sort=age").value(), "age");
  CAF_CHECK_EQUAL(to_refusal(key("--sort=size").error()).message,
                  "--sort: 'size' is none of name, age");
}
