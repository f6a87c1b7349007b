#define CAF_SUITE http.connection.request_head

#include "livegrid/http/connection/request_head.hpp"

#include <optional>
#include <string>
#include <string_view>

#include "unit_test.hpp"

using namespace livegrid;

namespace {

request_head read(std::string_view text) {
  request_head result;
  auto fault = read_head(text, result);
  if (fault)
    CAF_FAIL(fault->why);
  return result;
}

} // namespace

CAF_TEST(a request line has a method and a target and a version) {
  request_head x;
  CAF_CHECK(!read_request_line("GET /a?b HTTP/1.1", x));
  CAF_CHECK_EQUAL(x.method, "GET");
  CAF_CHECK_EQUAL(x.target, "/a?b");
  CAF_CHECK(!x.http_1_0);
  CAF_CHECK(!read_request_line("GET / HTTP/1.0", x));
  CAF_CHECK(x.http_1_0);
  for (auto line : {"", "GET", "GET /", "GET  / HTTP/1.1", "GET / HTTP/2.0",
                    "GET / http/1.1", " GET / HTTP/1.1", "GET / HTTP/1.1 "}) {
    CAF_MESSAGE(line);
    CAF_CHECK(read_request_line(line, x).has_value());
  }
}

CAF_TEST(a field has a name and a value without the blanks around it) {
  std::string_view name;
  std::string_view value;
  CAF_CHECK(!read_field("Accept: a, b ", name, value));
  CAF_CHECK_EQUAL(name, "Accept");
  CAF_CHECK_EQUAL(value, "a, b");
  CAF_CHECK(!read_field("Empty:", name, value));
  CAF_CHECK_EQUAL(value, "");
  for (auto line : {"", "no colon", ": value", "a b: c", "a : b", " a: b"}) {
    CAF_MESSAGE(line);
    CAF_CHECK(read_field(line, name, value).has_value());
  }
}

CAF_TEST(fields are found whatever the case of their names) {
  auto x = read("GET / HTTP/1.1\r\nHost: node\r\nACCEPT: a\r\n"
                "accept: b\r\n\r\n");
  CAF_CHECK(x.has("accept"));
  CAF_CHECK(!x.has("accep"));
  CAF_CHECK_EQUAL(x.field("accept"), "a");
  CAF_CHECK_EQUAL(x.field("nothing"), "");
  CAF_CHECK_EQUAL(x.list("accept", ", "), "a, b");
  CAF_CHECK_EQUAL(x.list("nothing", ", "), "");
}

CAF_TEST(a head says how long the body is) {
  auto x = read("POST / HTTP/1.1\r\nHost: node\r\nContent-Length: 7\r\n\r\n");
  CAF_CHECK(x.has_body());
  CAF_CHECK_EQUAL(x.length, 7u);
  x = read("POST / HTTP/1.1\r\nHost: node\r\n"
           "Transfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n");
  CAF_CHECK(x.has_body());
  CAF_CHECK(x.chunked);
  CAF_CHECK(x.expects_continue);
  CAF_CHECK(!read("GET / HTTP/1.1\r\nHost: node\r\n\r\n").has_body());
}

CAF_TEST(lists on several lines are one) {
  auto x = read("GET / HTTP/1.1\r\nHost: x\r\nConnection: keep-alive\r\n"
                "A: b\r\nconnection: Upgrade \r\nUpgrade: x\r\n"
                "Upgrade: websocket\r\n\r\n");
  CAF_CHECK_EQUAL(x.list("connection", ", "), "keep-alive, Upgrade");
  CAF_CHECK_EQUAL(x.list("upgrade", ", "), "x, websocket");
  CAF_CHECK_EQUAL(x.list("nothing", ", "), "");
  CAF_CHECK_EQUAL(x.field("a"), "b");
  CAF_CHECK(x.has("host"));
  CAF_CHECK(!x.has("hos"));
}

CAF_TEST(a head says whether it is the last one) {
  auto last = [](const std::string& line, const std::string& fields) {
    return read(line + "\r\nHost: node\r\n" + fields + "\r\n").last;
  };
  CAF_CHECK(!last("GET / HTTP/1.1", ""));
  CAF_CHECK(last("GET / HTTP/1.1", "Connection: close\r\n"));
  CAF_CHECK(last("GET / HTTP/1.1", "Connection: x, Close\r\n"));
  CAF_CHECK(
    last("GET / HTTP/1.1", "Connection: a\r\nConnection: b, CLOSE\r\n"));
  CAF_CHECK(last("GET / HTTP/1.0", ""));
  CAF_CHECK(read("GET / HTTP/1.0\r\n\r\n").last);
  CAF_CHECK(!last("GET / HTTP/1.0", "Connection: Keep-Alive\r\n"));
  CAF_CHECK(!last("GET / HTTP/1.0", "Connection: keep-alive\r\n"));
  CAF_CHECK(
    !last("GET / HTTP/1.0", "Connection: a\r\nConnection: keep-alive\r\n"));
}

CAF_TEST(who waits to be told to go on is known) {
  auto waits = [](const std::string& line, const std::string& fields) {
    return read(line + "\r\nHost: node\r\nContent-Length: 2\r\n" + fields
                + "\r\n")
      .expects_continue;
  };
  CAF_CHECK(waits("POST / HTTP/1.1", "Expect: 100-Continue\r\n"));
  CAF_CHECK(!waits("POST / HTTP/1.1", ""));
  CAF_CHECK(!waits("POST / HTTP/1.0", "Expect: 100-continue\r\n"));
}

CAF_TEST(what says whose a request is does not stand behind its body) {
  for (auto name : {"Content-Length", "Transfer-Encoding", "Host", "Connection",
                    "Upgrade", "transfer-encodingx"}) {
    CAF_MESSAGE(name);
    CAF_CHECK(!may_trail(name));
  }
  CAF_CHECK(may_trail("Checksum"));
}
