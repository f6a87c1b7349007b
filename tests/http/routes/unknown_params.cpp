#define CAF_SUITE http.routes.unknown_params

#include "livegrid/http/routes/unknown_params.hpp"

#include <string>

#include "livegrid/http/readers/query_text.hpp"

#include "unit_test.hpp"

using namespace livegrid;

namespace {

std::string unknown(std::string_view query) {
  return unknown_params(parse_query(query).value(), {"symbol", "limit"});
}

} // namespace

CAF_TEST(what has a meaning is no news) {
  for (auto query :
       {"", "symbol=A", "symbol=A&limit=3", "api_key=x", "X-API-KEY=x",
        "token=x", "authToken=x", "my_secret=x", "theme=dark&raw=true"}) {
    CAF_MESSAGE(query);
    CAF_CHECK_EQUAL(unknown(query), "");
  }
}

CAF_TEST(what has none is named once) {
  CAF_CHECK_EQUAL(unknown("symbols=A&symbol=B&symbols=C&x=1"),
                  "ignored, for they mean nothing here: symbols, x");
  CAF_CHECK_EQUAL(
    unknown("a=&b=&c=&d=&e=&f=&g="),
    "ignored, for they mean nothing here: a, b, c, d, e, and more");
}

CAF_TEST(a name cannot leave its header) {
  CAF_CHECK_EQUAL(unknown("a%0d%0ab:%20c=1"),
                  "ignored, for they mean nothing here: a%0D%0Ab%3A%20c");
  CAF_CHECK_LESS(unknown(std::string(10'000, 'a') + "=1").size(), 100u);
}

CAF_TEST(a text that is escaped reads as itself) {
  std::string all = "q=";
  for (int i = 0; i < 256; ++i)
    all += static_cast<char>(i);
  auto back = parse_query("x=" + escape_query(all)).value();
  CAF_REQUIRE_EQUAL(back.size(), 1u);
  CAF_CHECK_EQUAL(back[0].second, all);
}
