#include <string>

#include "fuzz.hpp"
#include "subscription_check.hpp"

#include "livegrid/http/readers/query_text.hpp"

// Queries of addresses, and the lists of symbols in them.

using namespace livegrid;

namespace {

std::string encode(std::string_view text) {
  constexpr auto digits = "0123456789abcdef";
  std::string result;
  for (auto c : text) {
    auto byte = static_cast<unsigned char>(c);
    result += '%';
    result += digits[byte >> 4];
    result += digits[byte & 15];
  }
  return result;
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto query = fuzz::as_text(data, size);
  auto symbols = split_symbols(query);
  fuzz::expect_sound(symbols, fuzz::is_utf8(query));
  auto params = parse_query(query);
  if (!params) {
    fuzz::expect(query.find('%') != query.npos, "only escapes can be broken");
    return 0;
  }
  std::string again;
  for (const auto& [key, value] : *params) {
    fuzz::expect(key.size() + value.size() <= size, "decoding makes shorter");
    again += (again.empty() ? "" : "&") + encode(key) + '=' + encode(value);
    auto list = split_symbols(value);
    fuzz::expect_sound(list, fuzz::is_utf8(value));
  }
  auto asked = read_symbols(*params);
  fuzz::expect_sound(asked, false);
  fuzz::expect(asked.what != subscription::change::keep,
               "a query says of which symbols the rows are");
  fuzz::expect(parse_query(again) == params, "a query reads back as it is");
  return 0;
}
