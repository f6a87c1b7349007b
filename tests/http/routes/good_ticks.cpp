#define CAF_SUITE http.routes.good_ticks

#include "livegrid/http/routes/good_ticks.hpp"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "intake_fixture.hpp"

using namespace livegrid;
using namespace livegrid::test;

namespace {

struct fixture : intake_fixture {
  caller who;
  std::vector<std::string> heard;

  /// Sends a body of which the good ticks are to be taken.
  void send(std::string_view body) {
    auto read = intake.read(
      body, {.feed = {source::post}, .who = who, .peer = "10.0.0.1:77"},
      taking::good_ones);
    CAF_REQUIRE(read);
    intake.publish(*std::move(read), [this](const tick_answer& x) {
      heard.push_back(x ? accepted_body(*x) : "! " + x.error().message);
    });
    consume_messages();
  }

  /// Lets the market answer, and says which symbols it was asked to take.
  std::string answer_with(answer x) {
    auto to = std::exchange(script->repliers, {});
    CAF_REQUIRE_EQUAL(to.size(), 1u);
    std::string result;
    for (const auto& tick : script->batches.back().ticks)
      result += tick.symbol.str();
    to.front()->reply(std::move(x));
    to.clear();
    consume_messages();
    return result;
  }

  static answer no_room_for(std::int64_t element, const char* type) {
    return make_error(refusal{.element = element,
                              .field = "symbol",
                              .message = "no room",
                              .type = type});
  }
};

constexpr std::string_view three =
  R"([{"symbol":"A","price":1},{"symbol":"B"},{"symbol":"C","price":2},)"
  R"({"symbol":"A","price":3}])";

constexpr std::string_view no_fields =
  R"({"loc":["body",1],"msg":"a tick needs at least one field besides )"
  R"(symbol","type":"missing"})";

} // namespace

CAF_TEST_FIXTURE_SCOPE(good_ticks_tests, fixture)

CAF_TEST(the good ones count and of the others it is said why) {
  send(three);
  CAF_CHECK_EQUAL(answer_with(accepted{3}), "ACA");
  CAF_CHECK_EQUAL(heard, strings{R"({"accepted":3,"refused":[)"
                                 + std::string{no_fields} + "]}"});
  CAF_CHECK_EQUAL(get(stats->of(source::post).refused), 1u);
}

CAF_TEST(where all are good nothing is refused) {
  send(R"({"symbol":"A","price":1})");
  answer_with(accepted{1});
  CAF_CHECK_EQUAL(heard, strings{R"({"accepted":1,"refused":[]})"});
}

CAF_TEST(what the market refuses is left out and the rest is sent again) {
  send(three);
  CAF_CHECK(script->batches.back().tells_all);
  refusal why{.field = "symbol", .message = "no room", .type = "t"};
  why.element = 0;
  why.add({2, "x", "too many cells", "u"});
  CAF_CHECK_EQUAL(answer_with(make_error(why)), "ACA");
  CAF_CHECK(heard.empty());
  CAF_CHECK_EQUAL(answer_with(accepted{1}), "C");
  CAF_CHECK_EQUAL(heard,
                  strings{R"({"accepted":1,"refused":[)"
                          R"({"loc":["body",0,"symbol"],"msg":"no room",)"
                          R"("type":"t"},)"
                          + std::string{no_fields}
                          + R"(,{"loc":["body",3,"x"],"msg":"too many cells",)"
                            R"("type":"u"}]})"});
  CAF_MESSAGE("the market counts what it refuses itself");
  CAF_CHECK_EQUAL(get(stats->of(source::post).refused), 1u);
}

CAF_TEST(a symbol that is there is taken however many others have no room) {
  std::string many = "[";
  for (int i = 0; i < 150; ++i)
    many += R"({"symbol":"N","price":1},)";
  send(many + R"({"symbol":"S5","price":1}])");
  refusal why{.field = "symbol", .message = "no room", .type = "t"};
  why.element = 0;
  for (std::uint32_t i = 1; i < 150; ++i)
    why.add({i, "symbol", "no room", "t"});
  CAF_CHECK_EQUAL(why.more.size(), 49u);
  answer_with(make_error(why));
  CAF_CHECK_EQUAL(answer_with(accepted{1}), "S5");
  CAF_REQUIRE_EQUAL(heard.size(), 1u);
  CAF_CHECK(heard[0].starts_with(R"({"accepted":1,"refused":[)"));
  CAF_CHECK(heard[0].find(R"(["body",99,"symbol"])") != std::string::npos);
  CAF_CHECK(heard[0].ends_with(R"(],"refused_more":50})"));
}

CAF_TEST(the market is not asked about no ticks) {
  send(R"([{"symbol":"B"}])");
  CAF_CHECK(script->batches.empty());
  CAF_CHECK_EQUAL(heard.size(), 1u);
  send(R"([{"symbol":"A","price":1}])");
  answer_with(no_room_for(0, "too_many_symbols"));
  CAF_CHECK_EQUAL(script->batches.size(), 1u);
  CAF_REQUIRE_EQUAL(heard.size(), 2u);
  CAF_CHECK(heard[1].starts_with(R"({"accepted":0,"refused":[{)"));
}

CAF_TEST(a refusal that names no tick of the batch is told of all) {
  send(three);
  answer_with(no_room_for(3, "too_many_cells"));
  CAF_CHECK_EQUAL(heard, strings{"! no room"});
}

CAF_TEST(what is no fault of one tick is told of all) {
  send(three);
  answer_with(make_error(errc::unavailable, "paused"));
  CAF_CHECK_EQUAL(heard, strings{"! paused"});
  send(three);
  script->repliers.clear();
  CAF_REQUIRE_EQUAL(heard.size(), 2u);
  CAF_CHECK(heard[1].starts_with("! nobody has answered"));
}

CAF_TEST(where others are faster each time the market is asked no more) {
  std::string many = "[";
  for (int i = 0; i < 50; ++i)
    many += R"({"symbol":"S)" + std::to_string(i) + R"(","price":1},)";
  many.back() = ']';
  send(many);
  int asked = 0;
  for (; heard.empty(); ++asked)
    answer_with(no_room_for(0, "too_many_symbols"));
  CAF_CHECK_EQUAL(asked, 8);
  CAF_CHECK(heard[0].starts_with("! others have taken the places"));
}

CAF_TEST(symbols of a key are taken and no others) {
  auto key = std::make_shared<access_key>();
  key->name = "feeder";
  key->grant(scope::publish);
  key->symbols = std::make_shared<symbol_filter>(std::vector<std::string>{"C"});
  who.key = std::move(key);
  send(three);
  CAF_CHECK_EQUAL(answer_with(accepted{1}), "C");
  CAF_REQUIRE_EQUAL(heard.size(), 1u);
  CAF_CHECK(heard[0].find(R"(["body",3,"symbol"],"msg":"this API key may not )"
                          R"(publish A","type":"not_entitled"})")
            != std::string::npos);
}

CAF_TEST_FIXTURE_SCOPE_END()
