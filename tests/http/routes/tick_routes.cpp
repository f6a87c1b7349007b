#define CAF_SUITE http.routes.tick_routes

#include "livegrid/http/routes/tick_routes.hpp"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "reply_header.hpp"

#include "intake_fixture.hpp"

using namespace livegrid;
using namespace livegrid::test;

namespace {

struct fixture : intake_fixture {
  tick_routes routes{intake, quiet, 1024};
  std::optional<http_reply> reply;

  void post(std::string body, std::string coding = {}, std::string query = {}) {
    reply.reset();
    http_request request;
    request.method = "POST";
    request.path = "/ticks";
    request.query = std::move(query);
    request.body = std::move(body);
    request.content_encoding = std::move(coding);
    routes.post_ticks(
      request, responder{[this](http_reply x) { reply = std::move(x); }});
    consume_messages();
  }

  /// Sends a good tick, and lets the market answer.
  void post_and_answer(answer x) {
    post(R"({"symbol":"A","price":1})");
    CAF_CHECK(!reply);
    std::exchange(script->repliers, {}).front()->reply(std::move(x));
    CAF_REQUIRE(reply);
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(tick_routes_tests, fixture)

CAF_TEST(whoever posts ticks that nobody answers is told that they may count) {
  post(R"({"symbol":"A","price":1})");
  script->repliers.clear();
  CAF_REQUIRE(reply);
  CAF_CHECK_EQUAL(reply->status, 504);
  CAF_CHECK_EQUAL(reply->body,
                  R"({"detail":"nobody has answered: the ticks may have been )"
                  R"(taken, or may yet be","type":"unsure"})");
  CAF_CHECK(reply->headers.empty());
}

CAF_TEST(ticks that count are answered with their number) {
  post_and_answer(accepted{1});
  CAF_CHECK_EQUAL(reply->status, 200);
  CAF_CHECK_EQUAL(reply->body, R"({"accepted":1})");
}

CAF_TEST(what the market refuses is answered with its reason) {
  post_and_answer(make_error(refusal{
    .element = 0, .field = "symbol", .message = "no", .type = "too_many"}));
  CAF_CHECK_EQUAL(reply->status, 422);
  CAF_CHECK_EQUAL(reply->body,
                  R"({"detail":[{"loc":["body","symbol"],"msg":"no",)"
                  R"("type":"too_many"}]})");
}

CAF_TEST(a body is refused by what is wrong with it) {
  post("no JSON");
  CAF_REQUIRE(reply);
  CAF_CHECK_EQUAL(reply->status, 400);
  post(R"({"symbol":"A","price":-1e19})");
  CAF_REQUIRE(reply);
  CAF_CHECK_EQUAL(reply->status, 422);
  CAF_MESSAGE("a coding that is not understood");
  post(R"({"symbol":"A","price":1})", "br");
  CAF_REQUIRE(reply);
  CAF_CHECK_EQUAL(reply->status, 415);
  CAF_CHECK_EQUAL(header_of(*reply, "Accept-Encoding"), "gzip");
  CAF_MESSAGE("what is no gzip");
  post(R"({"symbol":"A","price":1})", "gzip");
  CAF_REQUIRE(reply);
  CAF_CHECK_EQUAL(reply->status, 400);
  CAF_CHECK_EQUAL(header_of(*reply, "Accept-Encoding"), "none");
  CAF_CHECK(script->batches.empty());
  CAF_CHECK_EQUAL(get(stats->of(source::post).refused), 4u);
}

CAF_TEST(a parameter that means nothing is named whatever the answer is) {
  constexpr auto warning = "ignored, for they mean nothing here: Partial";
  post(R"({"symbol":"A","price":1})", "", "Partial=true");
  std::exchange(script->repliers, {}).front()->reply(accepted{1});
  CAF_REQUIRE(reply);
  CAF_CHECK_EQUAL(reply->status, 200);
  CAF_CHECK_EQUAL(header_of(*reply, "warnings"), warning);
  post(R"([{"symbol":"A","price":1},{"symbol":"B"}])", "", "Partial=true");
  CAF_REQUIRE(reply);
  CAF_CHECK_EQUAL(reply->status, 422);
  CAF_CHECK_EQUAL(header_of(*reply, "warnings"), warning);
  post(R"([{"symbol":"B"}])", "", "partial=true&api_key=x");
  CAF_REQUIRE(reply);
  CAF_CHECK_EQUAL(reply->status, 200);
  CAF_CHECK_EQUAL(header_of(*reply, "warnings"), "none");
}

CAF_TEST_FIXTURE_SCOPE_END()
