#define CAF_SUITE http.routes.publisher_endpoint

#include "livegrid/http/routes/publisher_endpoint.hpp"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "intake_fixture.hpp"

using namespace livegrid;
using namespace livegrid::test;

namespace {

/// A publisher whose connection is gone as soon as it is there.
struct fixture : intake_fixture {
  publisher_endpoint endpoint{intake, quiet, {}, {.seq_of = 5}, 3};

  std::string send(std::string text) {
    auto result = endpoint.on_text(std::move(text));
    consume_messages();
    return result;
  }

  /// What the market hears when the connection ends with that.
  strings end_with(std::uint16_t code) {
    endpoint.on_gone(code, "");
    consume_messages();
    return std::exchange(script->told, {});
  }
};

constexpr auto good = R"({"symbol":"A","price":1})";

} // namespace

CAF_TEST_FIXTURE_SCOPE(publisher_endpoint_tests, fixture)

CAF_TEST(ticks are those of the connection) {
  CAF_CHECK(endpoint.kind() == counters::endpoint::publisher);
  CAF_CHECK_EQUAL(send(good), "");
  CAF_REQUIRE_EQUAL(script->batches.size(), 1u);
  CAF_CHECK(script->batches.front().from == source::socket);
  CAF_CHECK_EQUAL(script->batches.front().feed, 3u);
  CAF_CHECK_EQUAL(script->batches.front().seq_of, 5u);
}

CAF_TEST(a publisher is settled when each message has its answer) {
  CAF_CHECK(endpoint.settled());
  send(good);
  send(good);
  CAF_CHECK(!endpoint.settled());
  CAF_MESSAGE("the second one waits for its turn");
  script->repliers.back()->reply(accepted{1});
  CAF_CHECK(!endpoint.settled());
  script->repliers.front()->reply(accepted{1});
  CAF_CHECK(endpoint.settled());
}

CAF_TEST(what is refused is answered when the turn is over) {
  CAF_CHECK_EQUAL(send("no JSON"), "");
  CAF_CHECK(!endpoint.settled());
  endpoint.on_turn_end();
  CAF_CHECK(endpoint.settled());
  CAF_CHECK_EQUAL(endpoint.on_binary(), "");
  endpoint.on_turn_end();
  CAF_CHECK(endpoint.settled());
  CAF_CHECK_EQUAL(get(stats->of(source::socket).refused), 2u);
}

CAF_TEST(a publisher is busy with as many messages as may be under way) {
  for (int i = 0; i < 63; ++i)
    send(good);
  CAF_CHECK(!endpoint.busy());
  send(good);
  CAF_CHECK(endpoint.busy());
  script->repliers.front()->reply(accepted{1});
  CAF_CHECK(!endpoint.busy());
}

CAF_TEST(whoever goes on sending what is no ticks is closed) {
  std::string reason;
  auto sent = 0;
  for (; reason.empty() && sent < 200; ++sent) {
    reason = send("no JSON");
    endpoint.on_turn_end();
  }
  CAF_CHECK_EQUAL(reason, "over 100 bad messages in 10 s");
  CAF_CHECK_EQUAL(sent, 101);
}

CAF_TEST(a message of which nothing is good is bad as well) {
  publisher_endpoint partial{intake, quiet, {}, {}, 4, taking::good_ones};
  auto goes_on = [&](const std::string& text) {
    auto reason = partial.on_text(std::string{text});
    partial.on_turn_end();
    consume_messages();
    return reason;
  };
  CAF_MESSAGE("what has a good one is none");
  CAF_CHECK_EQUAL(goes_on(R"([{"symbol":"A"},{"symbol":"A","price":1}])"), "");
  std::exchange(script->repliers, {}).front()->reply(accepted{1});
  for (int i = 0; i < 100; ++i)
    CAF_CHECK_EQUAL(goes_on(R"([{"symbol":"A"},{}])"), "");
  CAF_CHECK(partial.settled());
  CAF_CHECK_EQUAL(goes_on(R"([{"symbol":"A"}])"),
                  "over 100 bad messages in 10 s");
  CAF_CHECK_EQUAL(script->batches.size(), 1u);
}

CAF_TEST(the market hears who said goodbye and who broke off) {
  for (auto code : std::vector<std::uint16_t>{1000, 1001, 1005, 3000, 4999})
    CAF_CHECK(end_with(code) == strings({"socket-3 down "}));
  for (auto code : std::vector<std::uint16_t>{1002, 1006, 1008, 1011, 2999})
    CAF_CHECK(end_with(code) == strings({"socket-3 gone"}));
}

CAF_TEST_FIXTURE_SCOPE_END()
