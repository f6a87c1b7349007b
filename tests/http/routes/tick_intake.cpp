#define CAF_SUITE http.routes.tick_intake

#include "livegrid/http/routes/tick_intake.hpp"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "intake_fixture.hpp"

using namespace livegrid;
using namespace livegrid::test;

namespace {

struct fixture : intake_fixture {
  caller who;

  tick_sender sender() {
    return {.feed = {source::socket, 3},
            .who = who,
            .peer = "10.0.0.1:77",
            .publisher = 11,
            .seq_of = 12};
  }

  /// Lets the caller have a key for symbols that begin with that.
  void entitle(const std::string& pattern) {
    auto key = std::make_shared<access_key>();
    key->name = "feeder";
    key->grant(scope::publish);
    key->symbols =
      std::make_shared<symbol_filter>(std::vector<std::string>{pattern});
    who.key = std::move(key);
  }

  /// What is wrong with a message; nothing if nothing is.
  std::optional<tick_intake::refused> refused(std::string_view text) {
    auto read = intake.read(text, sender());
    return read ? std::nullopt : std::optional{std::move(read).error()};
  }

  tick_intake::checked checked(std::string_view text) {
    auto read = intake.read(text, sender());
    CAF_REQUIRE(read);
    return *std::move(read);
  }

  /// What the market is told in this turn of the loop.
  strings turn() {
    loop.restart();
    loop.poll();
    consume_messages();
    return std::exchange(script->told, {});
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(tick_intake_tests, fixture)

CAF_TEST(ticks go to the ingress as from their sender) {
  auto x = checked(R"([{"symbol":"A","price":1},{"symbol":"B","bid":2}])");
  CAF_CHECK(!x.single);
  intake.publish(std::move(x), [](const tick_answer&) {});
  consume_messages();
  CAF_REQUIRE_EQUAL(script->batches.size(), 1u);
  const auto& batch = script->batches.front();
  CAF_CHECK(batch.from == source::socket);
  CAF_CHECK_EQUAL(batch.feed, 3u);
  CAF_CHECK_EQUAL(batch.publisher, 11u);
  CAF_CHECK_EQUAL(batch.seq_of, 12u);
  CAF_CHECK(batch.received != timestamp{});
  CAF_REQUIRE_EQUAL(batch.ticks.size(), 2u);
  CAF_CHECK_EQUAL(batch.ticks[1].symbol.str(), "B");
  CAF_CHECK(turn().empty());
}

CAF_TEST(whoever sent ticks hears once what became of them) {
  std::vector<tick_answer> heard;
  auto publish = [&](std::string_view text) {
    intake.publish(checked(text),
                   [&](const tick_answer& x) { heard.emplace_back(x); });
    consume_messages();
    return std::exchange(script->repliers, {}).front();
  };
  CAF_MESSAGE("they count");
  publish(R"({"symbol":"A","price":1})")->reply(accepted{1});
  CAF_REQUIRE_EQUAL(heard.size(), 1u);
  CAF_REQUIRE(heard[0]);
  CAF_CHECK_EQUAL(accepted_body(*heard[0]), R"({"accepted":1})");
  CAF_MESSAGE("a tick alone has no place among others");
  auto why = make_error(refusal{.element = 0, .field = "price"});
  publish(R"({"symbol":"A","price":1})")->reply(why);
  CAF_REQUIRE_EQUAL(heard.size(), 2u);
  CAF_REQUIRE(!heard[1]);
  CAF_CHECK_EQUAL(heard[1].error().element, -1);
  publish(R"([{"symbol":"A","price":1}])")->reply(why);
  CAF_REQUIRE_EQUAL(heard.size(), 3u);
  CAF_REQUIRE(!heard[2]);
  CAF_CHECK_EQUAL(heard[2].error().element, 0);
  CAF_MESSAGE("nobody answers");
  publish(R"({"symbol":"A","price":1})");
  CAF_REQUIRE_EQUAL(heard.size(), 4u);
  CAF_REQUIRE(!heard[3]);
  CAF_CHECK(heard[3].error().code == errc::unsure);
}

CAF_TEST(what is no ticks is counted and the market is told) {
  auto x = refused("no JSON");
  CAF_REQUIRE(x);
  CAF_CHECK(x->why.code == errc::malformed);
  CAF_CHECK(!x->over_limit);
  CAF_CHECK_EQUAL(get(stats->of(source::socket).refused), 1u);
  CAF_CHECK_EQUAL(get(stats->of(counters::fault::tick_malformed)), 1u);
  x = refused(R"({"symbol":"A","price":-1e19})");
  CAF_REQUIRE(x);
  CAF_CHECK(x->why.code == errc::invalid);
  CAF_CHECK_EQUAL(get(stats->of(counters::fault::tick_invalid)), 1u);
  auto told = turn();
  CAF_REQUIRE_EQUAL(told.size(), 2u);
  CAF_CHECK(told[0].starts_with("socket-3  "));
  CAF_CHECK(told[1].starts_with("socket-3 A "));
}

CAF_TEST(a key publishes the symbols that it names and no others) {
  entitle("A*");
  CAF_CHECK(!refused(R"({"symbol":"A1","price":1})"));
  auto x = refused(R"([{"symbol":"A1","price":1},{"symbol":"B","price":1}])");
  CAF_REQUIRE(x);
  CAF_CHECK(x->why.code == errc::forbidden);
  CAF_CHECK_EQUAL(x->why.element, 1);
  CAF_CHECK_EQUAL(x->why.message, "this API key may not publish B");
  x = refused(R"({"symbol":"B","price":1})");
  CAF_REQUIRE(x);
  CAF_CHECK_EQUAL(x->why.element, -1);
  CAF_CHECK(turn() == strings({"socket-3 B this API key may not publish B 2"}));
}

CAF_TEST(ticks beyond the limit are no fault) {
  who.limits.ticks = 1;
  CAF_CHECK(!refused(R"({"symbol":"A","price":1})"));
  auto x = refused(R"({"symbol":"A","price":1})");
  // A second may have gone by.
  if (!x)
    x = refused(R"([{"symbol":"A","price":1},{"symbol":"A","price":1}])");
  CAF_REQUIRE(x);
  CAF_CHECK(x->why.code == errc::limited);
  CAF_CHECK(x->over_limit);
}

CAF_TEST(ticks that are refused count for the limit) {
  entitle("A");
  who.limits.ticks = 100'000;
  std::string many = "[";
  for (int i = 0; i < 1000; ++i)
    many += R"({"symbol":"B","price":1},)";
  many.back() = ']';
  std::optional<tick_intake::refused> x;
  for (int i = 0; i < 1000 && !(x && x->over_limit); ++i)
    x = refused(many);
  CAF_REQUIRE(x);
  CAF_CHECK(x->over_limit);
}

CAF_TEST(whoever sends too much that is no ticks is told that) {
  who.limits.bad_messages = 1;
  std::optional<tick_intake::refused> x;
  for (int i = 0; i < 1000 && !(x && x->why.code == errc::limited); ++i)
    x = refused("no JSON");
  CAF_REQUIRE(x);
  CAF_CHECK(x->why.code == errc::limited);
  CAF_MESSAGE("as what he does wrong, not as too many ticks");
  CAF_CHECK(!x->over_limit);
}

CAF_TEST(what has no good tick is bad where good ones alone are taken) {
  who.limits.bad_messages = 1;
  auto read = [this](std::string_view text) {
    return intake.read(text, sender(), taking::good_ones);
  };
  CAF_MESSAGE("what has one is not");
  for (int i = 0; i < 10; ++i) {
    auto x = read(R"([{"symbol":"A","price":1},{"symbol":"A"}])");
    CAF_REQUIRE(x);
    CAF_CHECK(!x->all_bad());
  }
  CAF_REQUIRE(read("[]"));
  CAF_MESSAGE("ticks that are left out are counted, not messages");
  CAF_CHECK_EQUAL(get(stats->of(source::socket).refused), 10u);
  auto x = read(R"([{"symbol":"A"},{"symbol":"B"}])");
  CAF_REQUIRE(x);
  CAF_CHECK(x->all_bad());
  CAF_CHECK_EQUAL(get(stats->of(source::socket).refused), 12u);
  for (int i = 0; i < 1000 && x; ++i)
    x = read(R"([{"symbol":"A"},{"symbol":"B"}])");
  CAF_REQUIRE(!x);
  CAF_CHECK(x.error().why.code == errc::limited);
  CAF_CHECK(!x.error().over_limit);
  CAF_MESSAGE("nor is it better if a key may not publish what is in it");
  entitle("C");
  who.limits.bad_messages = 1;
  x = read(R"({"symbol":"A","price":1})");
  for (int i = 0; i < 1000 && x; ++i)
    x = read(R"({"symbol":"A","price":1})");
  CAF_REQUIRE(!x);
  CAF_CHECK(x.error().why.code == errc::limited);
}

CAF_TEST(the market hears of a publisher behind his ticks) {
  intake.tell({source::socket, 3}, true, "10.0.0.1:77");
  intake.tell({source::socket, 3}, false, "10.0.0.1:77");
  intake.tell_broken({source::socket, 4});
  CAF_CHECK(turn()
            == strings({"socket-3 up 10.0.0.1:77", "socket-3 down 10.0.0.1:77",
                        "socket-4 gone"}));
}

CAF_TEST_FIXTURE_SCOPE_END()
