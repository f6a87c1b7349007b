#define CAF_SUITE actors.operator.console_feeds

#include "livegrid/actors/operator/console_feeds.hpp"

#include <string>
#include <vector>

#include "livegrid/actors/market/market.hpp"

#include "console_fixture.hpp"

using namespace livegrid;
using namespace livegrid::test;
using namespace std::chrono_literals;

namespace {

using lines = std::vector<strings>;

} // namespace

CAF_TEST_FIXTURE_SCOPE(console_feeds_tests, console_fixture)

CAF_TEST(feeds are a line each) {
  open();
  market_does->feeds = {
    {.id = {source::simulator},
     .state = "up",
     .symbols = 3,
     .ticks = 100,
     .milli_rate = 12'349,
     .age_ms = 5000},
    {.id = {source::socket, 3},
     .peer = "192.0.2.1:5000",
     .state = "down",
     .age_ms = UINT64_MAX,
     .refused = 2,
     .last_refusal = "no price"},
  };
  auto x = answer_to("feeds");
  CAF_CHECK_EQUAL(x.lists.at(0).columns,
                  (strings{"feed", "state", "symbols", "ticks", "ticks/s",
                           "age", "refused", "last refusal", "peer"}));
  CAF_CHECK_EQUAL(
    x.lists.at(0).rows,
    (lines{{"simulator", "up", "3", "100", "12.3", "5s", "0", "", ""},
           {"socket-3", "down", "0", "0", "0.0", "-", "2", "no price",
            "192.0.2.1:5000"}}));
  CAF_CHECK_EQUAL(x.note, "");
  // Those that are actors say more of themselves.
  CAF_REQUIRE_EQUAL(x.parts.size(), 2u);
  CAF_CHECK_EQUAL(x.parts[0].kind, "simulator");
  CAF_CHECK_EQUAL(x.parts[1].kind, "replay");
}

CAF_TEST(without any tick there is POST all the same) {
  open_market({});
  CAF_CHECK(lines_of("feeds")
            == (lines{{"post", "up", "0", "0", "0.0", "-", "0", "", ""}}));
}

CAF_TEST(a feed that has ended shows as an error) {
  open();
  end(parts.feeds[0]);
  auto x = answer_to("feeds");
  CAF_CHECK_EQUAL(x.parts.at(0).kind, "feed");
  CAF_CHECK(fact(x.parts[0], "error").starts_with("not available"));
  CAF_CHECK_EQUAL(x.parts.at(1).kind, "replay");
}

CAF_TEST(viewers come first when a feed is paused) {
  open();
  market_does->fed = names_of({"A", "B", "C"});
  fans_do[0]->viewers = 3;
  fans_do[1]->viewers = 4;
  CAF_CHECK_EQUAL(note_of("pause simulator"),
                  "7 viewers and 3 symbols affected; paused simulator");
  CAF_CHECK_EQUAL(note_of("resume simulator"),
                  "7 viewers and 3 symbols affected; resumed simulator");
  fans_do[0]->viewers = 0;
  fans_do[1]->viewers = 1;
  market_does->fed = names_of({"A"});
  CAF_CHECK_EQUAL(note_of("pause post"),
                  "1 viewer and 1 symbol affected; paused post");
  market_does->fed = {};
  CAF_CHECK_EQUAL(note_of("pause socket-3"),
                  "0 viewers and 0 symbols affected; paused socket-3");
  auto& heard = market_does->heard;
  std::erase(heard, "replay down");
  CAF_CHECK_EQUAL(heard, (strings{"simulator paused", "simulator resumed",
                                  "post paused", "socket-3 paused"}));
}

CAF_TEST(whom a pause would affect can be asked) {
  open();
  market_does->fed = names_of({"A", "B", "C"});
  fans_do[0]->viewers = 3;
  fans_do[1]->viewers = 4;
  std::erase(market_does->heard, "replay down");
  CAF_CHECK_EQUAL(note_of("pause simulator --ask"),
                  "7 viewers and 3 symbols affected");
  CAF_CHECK_EQUAL(market_does->heard, strings{});
}

CAF_TEST(a feed is paused although a fan out does not answer) {
  open();
  market_does->fed = names_of({"A"});
  fans_do[0]->viewers = 3;
  fans_do[1]->viewers = 4;
  fans_do[0]->mute = true;
  auto x = late_answer_to("pause post");
  CAF_REQUIRE(x);
  CAF_CHECK_EQUAL(x->note, "4 viewers and 1 symbol affected (viewers of one "
                           "fan-out are not counted: no answer in time); "
                           "paused post");
  CAF_CHECK_EQUAL(market_does->heard.back(), "post paused");
}

CAF_TEST(a pause that cannot be is refused) {
  open_market({});
  CAF_CHECK_EQUAL(refusal_of("pause replay"), "no feed 'replay'; try feeds");
  CAF_CHECK_EQUAL(refusal_of("pause replay --ask"),
                  "no feed 'replay'; try feeds");
  CAF_CHECK_EQUAL(refusal_of("resume replay"), "no feed 'replay'; try feeds");
  publish({trade("A", 1)});
  CAF_CHECK_EQUAL(refusal_of("resume post"), "post is not paused");
  CAF_CHECK_EQUAL(note_of("pause post"),
                  "0 viewers and 1 symbol affected; paused post");
  CAF_CHECK_EQUAL(refusal_of("pause post"), "post is paused already");
  CAF_CHECK_EQUAL(std::string{lines_of("feeds").at(0).at(1)}, "paused");
  CAF_CHECK_EQUAL(note_of("resume post"),
                  "0 viewers and 1 symbol affected; resumed post");
  CAF_CHECK_EQUAL(std::string{lines_of("feeds").at(0).at(1)}, "up");
}

CAF_TEST_FIXTURE_SCOPE_END()
