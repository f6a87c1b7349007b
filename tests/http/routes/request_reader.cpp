#define CAF_SUITE http.routes.request_reader

#include "livegrid/http/routes/request_reader.hpp"

#include <memory>
#include <string>

#include "livegrid/http/connection/byte_budget.hpp"
#include "livegrid/http/connection/http_input.hpp"

#include "unit_test.hpp"

using namespace livegrid;

namespace {

struct fixture {
  head_taker on_head;
  http_input input{1000,       std::make_shared<byte_budget>(1000),
                   "owner",    "10.0.0.9:77",
                   "10.0.0.9", on_head};
  address_ranges proxies;
  bool keys = true;

  void trust(const std::string& ranges) {
    proxies = *address_ranges::parse(ranges);
  }

  http_request read(const std::string& line, const std::string& fields = {}) {
    auto text = line + " HTTP/1.1\r\nHost: node\r\n" + fields + "\r\n";
    request_head head;
    auto fault = read_head(text, head);
    CAF_REQUIRE(!fault);
    return read_request(head, input, proxies, keys, false);
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(request_reader_tests, fixture)

CAF_TEST(a target is a path and a query) {
  struct {
    const char* target;
    const char* path;
    const char* query;
  } cases[]{
    {"/", "/", ""},           {"/a/b?c=d", "/a/b", "c=d"},
    {"/a?", "/a", ""},        {"/a?b?c", "/a", "b?c"},
    {"/a%20b", "/a%20b", ""}, {"http://node/a?b", "/a", "b"},
    {"http://node", "/", ""}, {"https://node?b", "/", "b"},
  };
  for (const auto& c : cases) {
    CAF_MESSAGE(c.target);
    auto x = read(std::string{"GET "} + c.target);
    CAF_CHECK_EQUAL(x.path, c.path);
    CAF_CHECK_EQUAL(x.query, c.query);
  }
}

CAF_TEST(a HEAD is read as the GET whose head it wants) {
  CAF_CHECK_EQUAL(read("HEAD /").method, "GET");
  CAF_CHECK_EQUAL(read("POST /").method, "POST");
}

CAF_TEST(credentials are read where somebody looks at them) {
  auto fields = "X-API-KEY: a.b\r\nAuthorization: Bearer c\r\nCookie: d=1\r\n"
                "Cookie: e=2\r\n";
  auto x = read("GET /", fields);
  CAF_CHECK_EQUAL(x.api_key, "a.b");
  CAF_CHECK_EQUAL(x.authorization, "Bearer c");
  CAF_CHECK_EQUAL(x.cookie, "d=1; e=2");
  keys = false;
  x = read("GET /", fields);
  CAF_CHECK(x.api_key.empty() && x.authorization.empty() && x.cookie.empty());
}

CAF_TEST(a list may come on several lines) {
  auto x = read("GET /", "Accept: a\r\nAccept: b\r\nAccept-Encoding: gzip\r\n"
                         "Accept-Encoding: br\r\n");
  CAF_CHECK_EQUAL(x.accept, "a, b");
  CAF_CHECK_EQUAL(x.accept_encoding, "gzip, br");
}

CAF_TEST(the word of a trusted proxy counts for who its client is) {
  auto fields = "X-Forwarded-For: 1.2.3.4\r\nX-Forwarded-Proto: https\r\n";
  auto x = read("GET /", fields);
  CAF_CHECK_EQUAL(x.address, "10.0.0.9");
  CAF_CHECK_EQUAL(x.peer, "10.0.0.9:77");
  CAF_CHECK(!x.secure);
  trust("10.0.0.0/8");
  x = read("GET /", fields);
  CAF_CHECK_EQUAL(x.address, "1.2.3.4");
  CAF_CHECK_EQUAL(x.peer, "1.2.3.4");
  CAF_CHECK(x.secure);
  CAF_MESSAGE("who says nothing is his own client");
  CAF_CHECK_EQUAL(read("GET /").peer, "10.0.0.9:77");
  CAF_MESSAGE("what is no address is kept for the log");
  x = read("GET /", "X-Forwarded-For: unknown\r\n");
  CAF_CHECK_EQUAL(x.unreadable_client, "unknown");
}

CAF_TEST_FIXTURE_SCOPE_END()
