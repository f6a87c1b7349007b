#define CAF_SUITE http.cluster.http_post

#include "livegrid/http/cluster/http_post.hpp"

#include <chrono>
#include <cstdlib>
#include <string>
#include <thread>
#include <utility>

#include "http_server.hpp"
#include "in_child.hpp"
#include "wait.hpp"

#include "unit_test.hpp"

using namespace livegrid;
using namespace livegrid::test;
using namespace std::chrono_literals;

namespace {

http_post::order to(std::string url, std::string body = "{}") {
  return {.url = std::move(url),
          .body = std::move(body),
          .authorization = {},
          .ca = {},
          .cert = {},
          .key = {},
          .connect_limit = 10s,
          .limit = 20s,
          .max_pending = 1000};
}

/// Lets a loop work until something is so.
template <class F>
void work_until(post_loop& loop, F what) {
  auto deadline = clock::now() + patience;
  auto found = what();
  while (!found && clock::now() < deadline) {
    loop.wait(100ms);
    loop.work();
    found = what();
  }
  CAF_REQUIRE(found);
}

/// What came of a request: what was received, or why there is no answer.
std::string outcome(http_post::order what) {
  post_loop loop;
  http_post x{loop, std::move(what)};
  CAF_CHECK(!x.over());
  work_until(loop, [&] { return x.over(); });
  return x.fault().empty() ? x.take_bytes() : "fault: " + x.fault();
}

std::string answer(const std::string& body) {
  return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size())
         + "\r\n\r\n" + body;
}

} // namespace

CAF_TEST(a body is posted and the answer received) {
  std::string heard;
  http_server server{[&](const std::string& request) {
    heard = request;
    return answer("yes");
  }};
  auto order = to(server.url("/v3/kv"), "{\"a\":\"b\"}");
  order.authorization = "token.1";
  CAF_CHECK_EQUAL(outcome(order), "yes");
  CAF_CHECK(heard.starts_with("POST /v3/kv HTTP/1.1\r\n"));
  for (auto part : {"\r\nContent-Type: application/json\r\n",
                    "\r\nAuthorization: token.1\r\n", "\r\n\r\n{\"a\":\"b\"}"})
    CAF_CHECK_NOT_EQUAL(heard.find(part), std::string::npos);
  CAF_CHECK_EQUAL(outcome(to(server.url("/"))), "yes");
  CAF_CHECK_EQUAL(heard.find("Authorization"), std::string::npos);
}

CAF_TEST(what etcd says with an error is an answer as well) {
  http_server server{[](const std::string&) {
    return "HTTP/1.1 503 Unavailable\r\nContent-Length: 4\r\n\r\nbusy";
  }};
  CAF_CHECK_EQUAL(outcome(to(server.url("/"))), "busy");
}

CAF_TEST(nobody is followed elsewhere) {
  http_server other{[](const std::string&) { return answer("elsewhere"); }};
  http_server server{[&](const std::string&) {
    return "HTTP/1.1 302 Found\r\nLocation: " + other.url("/")
           + "\r\nContent-Length: 4\r\n\r\nhere";
  }};
  CAF_CHECK_EQUAL(outcome(to(server.url("/"))), "here");
}

CAF_TEST(no proxy is used whatever the environment says) {
  auto said = in_child([] {
    http_server server{[](const std::string&) { return answer("direct"); }};
    for (auto name : {"http_proxy", "ALL_PROXY", "all_proxy"})
      ::setenv(name, "http://127.0.0.1:1", 1);
    return outcome(to(server.url("/")));
  });
  CAF_CHECK_EQUAL(said, "direct");
}

CAF_TEST(why there is no whole answer is said) {
  std::uint16_t closed = 0;
  {
    listening_socket gone;
    closed = gone.port();
  }
  CAF_CHECK_EQUAL(
    outcome(to("http://127.0.0.1:" + std::to_string(closed) + "/")),
    "fault: Couldn't connect to server");
  CAF_CHECK_EQUAL(outcome(to("ftp://127.0.0.1/")),
                  "fault: Unsupported protocol");
  CAF_CHECK_EQUAL(outcome(to("file:///etc/hostname")),
                  "fault: Unsupported protocol");
  http_server mute{[](const std::string&) { return ""; }};
  CAF_CHECK_EQUAL(outcome(to(mute.url("/"))),
                  "fault: Server returned nothing (no headers, no data)");
  http_server half{[](const std::string&) {
    return "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf";
  }};
  CAF_CHECK_EQUAL(outcome(to(half.url("/"))),
                  "fault: Transferred a partial file");
  auto secure = to(half.url("/"));
  secure.url.insert(4, "s");
  CAF_CHECK(outcome(secure).starts_with("fault: "));
  http_server silent{[](const std::string&) { return ""; }, true};
  auto order = to(silent.url("/"));
  order.limit = 50ms;
  CAF_CHECK_EQUAL(outcome(order), "fault: Timeout was reached");
}

CAF_TEST(more than may be pending is too large) {
  http_server server{[](const std::string& request) {
    return answer(
      std::string(request.find(" /1000 ") == request.npos ? 1001 : 1000, 'x'));
  }};
  CAF_CHECK_EQUAL(outcome(to(server.url("/1000"))), std::string(1000, 'x'));
  CAF_CHECK_EQUAL(outcome(to(server.url("/1001"))),
                  "fault: the answer is too large");
}

CAF_TEST(lines are taken one by one as they come) {
  http_server server{
    [](const std::string&) { return "HTTP/1.1 200 OK\r\n\r\none\ntwo\nthr"; },
    true};
  {
    post_loop loop;
    http_post x{loop, to(server.url("/v3/watch"))};
    std::string first;
    work_until(loop, [&] {
      first = x.take_line();
      return !first.empty();
    });
    CAF_CHECK_EQUAL(first, "one\n");
    std::string second;
    work_until(loop, [&] {
      second = x.take_line();
      return !second.empty();
    });
    CAF_CHECK_EQUAL(second, "two\n");
    // Half a line is none yet.
    CAF_CHECK_EQUAL(x.take_line(), "");
    CAF_CHECK(!x.over());
    // It moves with its holder.
    auto moved = std::move(x);
    CAF_CHECK(!moved.over());
  }
  // Given up when it was destroyed.
  auto deadline = clock::now() + patience;
  while (server.left() == 0 && clock::now() < deadline)
    std::this_thread::yield();
  CAF_CHECK_EQUAL(server.left(), 1);
}

CAF_TEST(several requests go on at once) {
  http_server first{[](const std::string&) { return answer("first"); }};
  http_server second{[](const std::string&) { return answer("second"); }};
  post_loop loop;
  http_post x{loop, to(first.url("/"))};
  http_post y{loop, to(second.url("/"))};
  work_until(loop, [&] { return x.over() && y.over(); });
  CAF_CHECK_EQUAL(x.take_bytes(), "first");
  CAF_CHECK_EQUAL(y.take_bytes(), "second");
  CAF_CHECK_EQUAL(y.take_bytes(), "");
}

CAF_TEST(a wait can be ended from elsewhere) {
  post_loop loop;
  // One that was woken before does not wait.
  loop.wake();
  loop.wait(std::chrono::minutes{10});
  std::thread other{[&] { loop.wake(); }};
  loop.wait(std::chrono::minutes{10});
  other.join();
}
