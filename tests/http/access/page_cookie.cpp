#define CAF_SUITE http.access.page_cookie

#include "livegrid/http/access/page_cookie.hpp"

#include <string>
#include <string_view>

#include "unit_test.hpp"

using namespace livegrid;
using namespace std::literals;

CAF_TEST(the token is read from the cookie of that name alone) {
  struct {
    std::string_view header;
    std::string_view plain;
    std::string_view secure;
  } cases[] = {
    {"", "", ""},
    {"livegrid_token=abc", "abc", ""},
    {"__Host-livegrid_token=abc", "", "abc"},
    {"other=1; livegrid_token=abc; more=2", "abc", ""},
    {"livegrid_token=one;__Host-livegrid_token=two", "one", "two"},
    {"  livegrid_token=abc\t", "abc", ""},
    {"livegrid_token=a=b==", "a=b==", ""},
    // Of several the first counts.
    {"livegrid_token=one; livegrid_token=two", "one", ""},
    {"livegrid_token=; livegrid_token=two", "", ""},
    {"livegrid_token", "", ""},
    {"livegrid_token; livegrid_token=two", "two", ""},
    {"Livegrid_token=abc", "", ""},
    {"xlivegrid_token=abc", "", ""},
    {"livegrid_tokens=abc", "", ""},
    {"livegrid_token =abc", "", ""},
    {"x=livegrid_token=abc", "", ""},
    {"__Host-livegrid_token=", "", ""},
    {"=abc;;;", "", ""},
  };
  for (auto& c : cases) {
    CAF_MESSAGE(c.header);
    CAF_CHECK_EQUAL(read_page_cookie(c.header, false), c.plain);
    CAF_CHECK_EQUAL(read_page_cookie(c.header, true), c.secure);
  }
}

CAF_TEST(the cookie is for the page of this host alone) {
  CAF_CHECK_EQUAL(make_page_cookie("abc", 1h, false),
                  "livegrid_token=abc; Path=/; HttpOnly; SameSite=Strict; "
                  "Max-Age=3600");
  // What a name that begins with __Host- needs: Secure, Path=/ and no Domain.
  CAF_CHECK_EQUAL(make_page_cookie("abc", 0s, true),
                  "__Host-livegrid_token=abc; Path=/; HttpOnly; "
                  "SameSite=Strict; Max-Age=0; Secure");
}

CAF_TEST(what is set is read back) {
  for (bool secure : {false, true}) {
    auto set = make_page_cookie("a.b-c_1", 60s, secure);
    auto sent = set.substr(0, set.find(';'));
    CAF_CHECK_EQUAL(read_page_cookie(sent, secure), "a.b-c_1");
    CAF_CHECK_EQUAL(read_page_cookie(sent, !secure), "");
  }
}
