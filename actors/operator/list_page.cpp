#include "livegrid/actors/operator/list_page.hpp"

#include <charconv>

namespace livegrid {

namespace {

constexpr std::size_t rows_per_page = 50;

caf::expected<std::uint64_t> page_number(const console_command& x) {
  auto i = x.options.find("page");
  if (i == x.options.end())
    return 1;
  auto n = to_number(i->second);
  if (!n || *n == 0)
    return make_error(errc::invalid,
                      "--page: '" + i->second + "' is no page number");
  return *n;
}

} // namespace

std::optional<std::uint64_t> to_number(std::string_view text) {
  std::uint64_t result = 0;
  auto end = text.data() + text.size();
  auto [at, ec] = std::from_chars(text.data(), end, result);
  if (ec != std::errc{} || at != end)
    return std::nullopt;
  return result;
}

caf::expected<std::string> sort_key(const console_command& x,
                                    std::string by_default,
                                    std::initializer_list<const char*> known) {
  auto i = x.options.find("sort");
  if (i == x.options.end())
    return by_default;
  if (std::find(known.begin(), known.end(), i->second) != known.end())
    return i->second;
  std::string names;
  for (const auto* name : known)
    names += (names.empty() ? "" : ", ") + std::string{name};
  return make_error(errc::invalid,
                    "--sort: '" + i->second + "' is none of " + names);
}

caf::expected<std::size_t> list_page::rows_needed(const console_command& x) {
  auto n = page_number(x);
  if (!n)
    return n.error();
  // A page that there cannot be takes all.
  return *n > SIZE_MAX / rows_per_page ? SIZE_MAX : *n * rows_per_page;
}

caf::expected<list_page> list_page::of(std::size_t total,
                                       const console_command& x) {
  auto n = page_number(x);
  if (!n)
    return n.error();
  list_page result;
  result.pages =
    std::max<std::uint64_t>(1, (total + rows_per_page - 1) / rows_per_page);
  if (*n > result.pages)
    return make_error(errc::invalid,
                      "--page: there are " + std::to_string(result.pages));
  result.page = *n;
  result.begin = (result.page - 1) * rows_per_page;
  result.end = std::min(total, result.begin + rows_per_page);
  result.total = total;
  return result;
}

void list_page::mark(listing& x) const {
  x.total = total;
  x.page = page;
  x.pages = pages;
}

std::string counted(std::uint64_t n, const char* what) {
  return std::to_string(n) + ' ' + what + (n == 1 ? "" : "s");
}

std::string short_span(std::uint64_t ms) {
  struct {
    std::uint64_t ms;
    const char* unit;
  } const units[] = {
    {86'400'000, "d"}, {3'600'000, "h"}, {60'000, "m"}, {1000, "s"}};
  for (const auto& x : units)
    if (ms >= 2 * x.ms)
      return std::to_string(ms / x.ms) + x.unit;
  return std::to_string(ms) + "ms";
}

std::string age_text(std::uint64_t ms) {
  return ms == UINT64_MAX ? "-" : short_span(ms);
}

std::string to_tenths(double x) {
  auto n = static_cast<std::uint64_t>(std::max(x, 0.) * 10 + 0.5);
  return std::to_string(n / 10) + '.' + std::to_string(n % 10);
}

} // namespace livegrid
