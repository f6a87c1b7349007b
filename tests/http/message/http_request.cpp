#define CAF_SUITE http.message.http_request

#include "livegrid/http/message/http_request.hpp"

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "unit_test.hpp"

using namespace livegrid;

namespace {

/// A responder, and all that goes back through it.
struct fixture {
  std::vector<http_reply> sent;

  std::optional<responder> reply{
    responder{[this](http_reply x) { sent.emplace_back(std::move(x)); }}};
};

CAF_TEST_FIXTURE_SCOPE(http_request_tests, fixture)

CAF_TEST(of several answers the first counts) {
  auto copy = *reply;
  copy({.status = 404, .body = "first"});
  (*reply)({.status = 200, .body = "second"});
  copy({.status = 200, .body = "third"});
  reply.reset();
  CAF_REQUIRE_EQUAL(sent.size(), 1u);
  CAF_CHECK_EQUAL(sent[0].status, 404);
  CAF_CHECK_EQUAL(sent[0].body, "first");
  CAF_CHECK(!sent[0].dropped);
}

CAF_TEST(whoever is dropped gets a 500 with the last copy) {
  std::optional<responder> copy{*reply};
  reply.reset();
  CAF_CHECK(sent.empty());
  // A copy may be given back before it is used.
  copy = responder{*copy};
  CAF_CHECK(sent.empty());
  copy.reset();
  CAF_REQUIRE_EQUAL(sent.size(), 1u);
  CAF_CHECK_EQUAL(sent[0].status, 500);
  CAF_CHECK(sent[0].dropped);
  CAF_CHECK_EQUAL(sent[0].type, "application/json");
  CAF_CHECK_NOT_EQUAL(sent[0].body.find("the request was dropped"),
                      std::string::npos);
}

CAF_TEST(an answer may be given while another is sent) {
  // What the first answer sets off must not get a second one through.
  std::vector<int> statuses;
  std::optional<responder> again;
  responder first{[&](http_reply x) {
    statuses.push_back(x.status);
    (*again)({.status = 201});
  }};
  again = first;
  first({.status = 200});
  CAF_CHECK_EQUAL(statuses, std::vector<int>{200});
  again.reset();
}

CAF_TEST_FIXTURE_SCOPE_END()

CAF_TEST(of answers from several threads one goes back) {
  for (int round = 0; round < 50; ++round) {
    std::atomic<int> sent{0};
    std::atomic<bool> go{false};
    {
      std::vector<std::thread> threads;
      responder reply{[&](http_reply) { ++sent; }};
      for (int i = 0; i < 4; ++i)
        threads.emplace_back([&go, reply] {
          while (!go)
            std::this_thread::yield();
          reply({.status = 200});
        });
      go = true;
      for (auto& x : threads)
        x.join();
    }
    CAF_CHECK_EQUAL(sent, 1);
  }
}

CAF_TEST(what an answer holds is its shared or fixed text or else its own) {
  http_reply x;
  CAF_CHECK_EQUAL(x.content(), "");
  x.body = "own";
  CAF_CHECK_EQUAL(x.content(), "own");
  x.fixed_body = "fixed";
  CAF_CHECK_EQUAL(x.content(), "fixed");
  x.shared = std::make_shared<const std::string>("shared");
  CAF_CHECK_EQUAL(x.content(), "shared");
  x.shared = std::make_shared<const std::string>();
  CAF_CHECK_EQUAL(x.content(), "");
}

} // namespace
