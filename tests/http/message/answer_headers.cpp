#define CAF_SUITE http.message.answer_headers

#include "livegrid/http/message/answer_headers.hpp"

#include <algorithm>
#include <string>

#include "livegrid/http/access/origins.hpp"
#include "livegrid/http/access/page_cookie.hpp"

#include "unit_test.hpp"

using namespace livegrid;

namespace {

std::string header(const http_reply& x, std::string_view name) {
  std::string result;
  for (const auto& [key, value] : x.headers)
    if (key == name)
      result += (result.empty() ? "" : "|") + value;
  return result;
}

} // namespace

CAF_TEST(a date is as HTTP has it) {
  using std::chrono::seconds;
  using std::chrono::sys_seconds;
  CAF_CHECK_EQUAL(http_date(sys_seconds{seconds{784111777}}),
                  "Sun, 06 Nov 1994 08:49:37 GMT");
  CAF_CHECK_EQUAL(http_date(sys_seconds{seconds{0}}),
                  "Thu, 01 Jan 1970 00:00:00 GMT");
  CAF_CHECK_EQUAL(http_date(sys_seconds{seconds{1709164800}}),
                  "Thu, 29 Feb 2024 00:00:00 GMT");
  http_clock clock;
  auto before = std::chrono::floor<seconds>(std::chrono::system_clock::now());
  const auto& text = clock.now();
  auto after = std::chrono::floor<seconds>(std::chrono::system_clock::now());
  CAF_CHECK(text == http_date(before) || text == http_date(after));
}

CAF_TEST(what a route says of keeping its answer stays) {
  http_reply plain;
  add_common_headers(plain, "now", false);
  CAF_CHECK_EQUAL(header(plain, "Date"), "now");
  CAF_CHECK_EQUAL(header(plain, "Cache-Control"), "no-store");
  CAF_CHECK_EQUAL(header(plain, "X-Content-Type-Options"), "nosniff");
  CAF_CHECK_EQUAL(header(plain, "Strict-Transport-Security"), "");
  http_reply kept;
  kept.headers = {{"Cache-Control", "no-cache"}};
  add_common_headers(kept, "now", true);
  CAF_CHECK_EQUAL(header(kept, "Cache-Control"), "no-cache");
  CAF_CHECK_EQUAL(header(kept, "Strict-Transport-Security"),
                  "max-age=31536000");
}

CAF_TEST(nobody is kept from other servers of his own machine) {
  for (auto host : {"localhost", "localhost:7779", "LocalHost:1",
                    "grid.localhost", "grid.localhost:7779"})
    CAF_CHECK(!may_be_pinned(host));
  for (auto host : {"grid.example", "grid.example:7779", "mylocalhost",
                    "localhost.example", "127.0.0.1:7779", ""})
    CAF_CHECK(may_be_pinned(host));
}

CAF_TEST(the page of the node is known by what the client asked) {
  origins x{{"http://localhost:3000", "https://pro.openbb.co"},
            {"http://127.0.0.1:7779"}};
  CAF_CHECK(x.is_own(std::nullopt, "", false));
  CAF_CHECK(x.is_own("http://127.0.0.1:7779", "other", false));
  CAF_CHECK(x.is_own("http://localhost:7779", "localhost:7779", false));
  CAF_CHECK(x.is_own("https://grid.example", "grid.example", true));
  CAF_CHECK(x.is_own("https://grid.example", "grid.example", false));
  CAF_CHECK(!x.is_own("http://grid.example", "grid.example", true));
  CAF_CHECK(!x.is_own("http://localhost:3000", "localhost:7779", false));
  CAF_CHECK(!x.is_own("https://pro.openbb.co", "127.0.0.1:7779", false));
  CAF_CHECK(!x.is_own("null", "null", false));
  CAF_CHECK(!x.is_own("http://", "", false));
  CAF_CHECK(!x.is_own("", "", false));
}

CAF_TEST(a cookie of TLS has a name that nobody else can set) {
  using namespace std::chrono_literals;
  auto plain = make_page_cookie("t", 60s, false);
  auto secure = make_page_cookie("t", 60s, true);
  CAF_CHECK_EQUAL(plain, "livegrid_token=t; Path=/; HttpOnly; SameSite=Strict; "
                         "Max-Age=60");
  CAF_CHECK_EQUAL(secure, "__Host-livegrid_token=t; Path=/; HttpOnly; "
                          "SameSite=Strict; Max-Age=60; Secure");
  CAF_CHECK_EQUAL(read_page_cookie("a=1;livegrid_token=x ; b", false), "x");
  CAF_CHECK_EQUAL(read_page_cookie("a=1; livegrid_token=x", true), "");
  CAF_CHECK_EQUAL(
    read_page_cookie("livegrid_token=x; __Host-livegrid_token=y", true), "y");
  CAF_CHECK_EQUAL(read_page_cookie("__Host-livegrid_token=y", false), "");
  CAF_CHECK_EQUAL(read_page_cookie("", true), "");
}
