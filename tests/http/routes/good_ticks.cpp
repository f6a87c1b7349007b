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
  CAF_MESSAGE("all ticks of a symbol that cannot be made");
  CAF_CHECK_EQUAL(answer_with(no_room_for(0, "too_many_symbols")), "ACA");
  CAF_CHECK(heard.empty());
  CAF_CHECK_EQUAL(answer_with(accepted{1}), "C");
  constexpr auto at = [](int i) {
    return R"({"loc":["body",)" + std::to_string(i)
           + R"(,"symbol"],"msg":"no room","type":"too_many_symbols"})";
  };
  CAF_CHECK_EQUAL(heard,
                  strings{R"({"accepted":1,"refused":[)" + at(0) + ','
                          + std::string{no_fields} + ',' + at(3) + "]}"});
}

CAF_TEST(of a symbol with too many cells one tick is left out) {
  send(three);
  answer_with(no_room_for(2, "too_many_cells"));
  CAF_CHECK_EQUAL(answer_with(accepted{2}), "AC");
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

CAF_TEST(the market is asked so often and no more) {
  std::string many = "[";
  for (int i = 0; i < 150; ++i)
    many += R"({"symbol":"S)" + std::to_string(i) + R"(","price":1},)";
  many.back() = ']';
  send(many);
  int asked = 0;
  while (heard.empty()) {
    ++asked;
    auto empty = script->batches.back().ticks.empty();
    answer_with(empty ? answer{accepted{0}}
                      : no_room_for(0, "too_many_symbols"));
  }
  CAF_CHECK_EQUAL(asked, 17);
  CAF_CHECK(heard[0].starts_with(R"({"accepted":0,"refused":[)"));
  CAF_CHECK(heard[0].ends_with(R"(],"refused_more":50})"));
  CAF_CHECK(heard[0].find("not tried: 16 others of its batch had no room")
            != std::string::npos);
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
