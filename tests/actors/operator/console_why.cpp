#define CAF_SUITE actors.operator.console_why

#include <functional>
#include <string>
#include <vector>

#include "made_row.hpp"

#include "console_fixture.hpp"

using namespace livegrid;
using namespace livegrid::test;
using namespace std::chrono_literals;

namespace {

constexpr std::int64_t ms = 1'000'000;

/// 10:00:00 of a day.
constexpr std::int64_t ten = (86'400LL * 19'000 + 36'000) * 1000 * ms;

row_ptr made(std::uint64_t version, bool restated = false,
             row_stamp stamp = {source::socket, 3, ten, ten + 2 * ms,
                                ten + 2 * ms + 500'000}) {
  row_builder result{name_of("A"), {.version = version}, {}};
  result.set(cell::symbol, "\"A\"");
  result.set(cell::price, "1" + std::to_string(version));
  result.set(cell::seq, "42");
  result.set(cell::freshness, "\"live\"");
  result.stamp(stamp);
  if (restated)
    result.restated();
  return std::move(result).finish();
}

struct fixture : console_fixture {
  fixture() {
    open();
    set_fresh(freshness::live);
    symbol_does->row = made(8);
    auto& seen = cell_of_viewer();
    seen.found = seen.wanted = true;
    seen.viewer.id = 7;
    seen.viewer.peer = "192.0.2.1:5000";
    seen.shown = made(8);
    seen.text = R"({"price":18})";
    seen.handed = seen.taken = ten + 30 * ms;
  }

  /// What the second fan-out says.
  viewer_cell& cell_of_viewer() {
    return fans_do[1]->seen;
  }

  void set_fresh(freshness x) {
    if (!owner)
      owner = make_symbol(symbol_does);
    market_does->owners = {{.symbol = name_of("A"),
                            .owner = owner,
                            .fresh = static_cast<std::uint8_t>(x)}};
  }

  symbol_actor owner;
};

/// Its socket is full, and what the kernel has sent is not acknowledged.
void block(viewer_cell& x) {
  x.viewer.blocked = true;
  x.viewer.unsent = 5000;
  x.viewer.published = x.viewer.held = 1;
  x.viewer.link = {
    .since_ack_ms = 4000, .unsent = 100, .unacked = 200, .retrying = 3};
}

const std::string network =
  "slow network, 200 bytes sent and not acknowledged; the last "
  "acknowledgement came 4000 ms ago; tried again 3 times";

} // namespace

CAF_TEST_FIXTURE_SCOPE(console_why_tests, fixture)

CAF_TEST(the way of a row is told from its source to the kernel) {
  auto x = answer_to("why 7 A");
  CAF_REQUIRE_EQUAL(x.parts.size(), 2u);
  CAF_CHECK_EQUAL(x.parts[0].kind, "shown");
  CAF_CHECK_EQUAL(x.parts[0].name, "A");
  const std::vector<actor_status::fact> way{
    {"row", R"({"price":18})"},
    {"version", "8"},
    {"tick", "from socket-3, seq 42"},
    {"source", "10:00:00.000000 UTC"},
    {"received", "10:00:00.002000 UTC, 2000us later"},
    {"applied", "10:00:00.002500 UTC, 500us later"},
    {"handed_to_kernel", "10:00:00.030000 UTC, 27ms later"},
    {"merged", "0 older rows"},
  };
  CAF_REQUIRE_EQUAL(x.parts[0].facts.size(), way.size());
  for (std::size_t i = 0; i < way.size(); ++i) {
    CAF_CHECK_EQUAL(x.parts[0].facts[i].first, way[i].first);
    CAF_CHECK_EQUAL(x.parts[0].facts[i].second, way[i].second);
  }
  const std::vector<actor_status::fact> rest{
    {"peer", "192.0.2.1:5000"},
    {"newest", "version 8, price 18"},
    // The market's: the row's is what it was when it was made.
    {"freshness", "live"},
    {"socket", "open"},
    {"kernel", "0 bytes not sent, 0 not acknowledged"},
    {"verdict", "keeping up: all that it was sent is acknowledged"},
  };
  CAF_CHECK_EQUAL(x.parts[1].kind, "viewer");
  CAF_CHECK_EQUAL(x.parts[1].name, "7");
  CAF_REQUIRE_EQUAL(x.parts[1].facts.size(), rest.size());
  for (std::size_t i = 0; i < rest.size(); ++i) {
    CAF_CHECK_EQUAL(x.parts[1].facts[i].first, rest[i].first);
    CAF_CHECK_EQUAL(x.parts[1].facts[i].second, rest[i].second);
  }
  CAF_CHECK_EQUAL(x.note, "viewer 7 has been given the newest row");
}

CAF_TEST(times that are not known or run backwards are said so) {
  struct {
    const char* name;
    row_stamp stamp;
    const char* source;
    const char* received;
    const char* applied;
  } cases[] = {
    {"the source says none",
     {source::post, 0, 0, ten, ten + 12'000 * ms},
     "-",
     "10:00:00.000000 UTC",
     "10:00:12.000000 UTC, 12s later"},
    {"the source's clock is ahead",
     {source::post, 0, ten + 50 * ms, ten, ten},
     "10:00:00.050000 UTC",
     "10:00:00.000000 UTC, 50ms before it",
     "10:00:00.000000 UTC, 0us later"},
    {"the last moment of a day",
     {source::post, 0, ten + 14 * 3'600'000 * ms - 1000, 0, 0},
     "23:59:59.999999 UTC",
     "-",
     "-"},
  };
  for (const auto& c : cases) {
    CAF_MESSAGE(c.name);
    cell_of_viewer().shown = made(8, false, c.stamp);
    auto way = answer_to("why 7 A").parts.at(0);
    CAF_CHECK_EQUAL(fact(way, "source"), c.source);
    CAF_CHECK_EQUAL(fact(way, "received"), c.received);
    CAF_CHECK_EQUAL(fact(way, "applied"), c.applied);
    CAF_CHECK_EQUAL(fact(way, "tick"), "from post, seq 42");
  }
}

CAF_TEST(what is still in the node was not handed to the kernel) {
  cell_of_viewer().taken = 0;
  auto way = answer_to("why 7 A").parts.at(0);
  CAF_CHECK_EQUAL(fact(way, "handed_to_kernel"), "no such fact");
  CAF_CHECK_EQUAL(fact(way, "given_to_socket"),
                  "10:00:00.030000 UTC, 27ms later; the kernel has not taken "
                  "all of it");
}

CAF_TEST(a wait for the socket or for an interval is told) {
  auto& seen = cell_of_viewer();
  seen.waited_us = 25'000;
  seen.merged = 1;
  auto way = answer_to("why 7 A").parts.at(0);
  CAF_CHECK_EQUAL(fact(way, "handed_to_kernel"),
                  "10:00:00.030000 UTC, 27ms later");
  CAF_CHECK_EQUAL(fact(way, "waited"), "its place 25ms for the socket");
  CAF_CHECK_EQUAL(fact(way, "merged"), "1 older row");
  seen.viewer.interval_ms = 50;
  way = answer_to("why 7 A").parts.at(0);
  CAF_CHECK_EQUAL(fact(way, "waited"),
                  "its place 25ms for the interval that the viewer wants");
}

CAF_TEST(a row that no tick made is not measured against one) {
  cell_of_viewer().shown = made(8, true);
  auto way = answer_to("why 7 A").parts.at(0);
  CAF_CHECK_EQUAL(fact(way, "handed_to_kernel"), "10:00:00.030000 UTC");
}

CAF_TEST(what waits for a viewer is told) {
  auto& seen = cell_of_viewer();
  seen.shown = made(5);
  seen.waiting = made(8);
  seen.waiting_since = ten + 1000 * ms;
  seen.waiting_merged = 2;
  block(seen);
  auto x = answer_to("why 7 A").parts.at(1);
  CAF_CHECK_EQUAL(fact(x, "waiting"),
                  "version 8, since 10:00:01.000000 UTC, merged with 2 older "
                  "rows");
  CAF_CHECK_EQUAL(fact(x, "socket"), "full, 5000 bytes wait in the node");
  CAF_CHECK_EQUAL(fact(x, "kernel"),
                  "100 bytes not sent, 200 not acknowledged");
  CAF_CHECK(fact(x, "verdict").starts_with("slow network: "));
}

CAF_TEST(what it says in a sentence) {
  struct {
    const char* name;
    freshness fresh;
    std::function<void(viewer_cell&)> change;
    std::string want;
  } cases[] = {
    {"nothing yet", freshness::live, [](auto& x) { x.shown = nullptr; },
     "viewer 7 has been given nothing of A yet"},
    {"newest", freshness::live, [](auto&) {},
     "viewer 7 has been given the newest row"},
    {"newer than what the owner says", freshness::live,
     [](auto& x) { x.shown = made(9); },
     "viewer 7 has been given the newest row"},
    {"quiet", freshness::quiet, [](auto&) {},
     "viewer 7 has been given the newest row; its feed is alive, but A is "
     "silent for longer than usual"},
    {"down", freshness::down, [](auto&) {},
     "viewer 7 has been given the newest row; its feed is down"},
    {"never", freshness::never, [](auto&) {},
     "viewer 7 has been given the newest row; it has not traded"},
    {"newest, but not there", freshness::live, block,
     "viewer 7 has been given the newest row, but: " + network},
    {"newest, but not there, and down", freshness::down, block,
     "viewer 7 has been given the newest row, but: " + network
       + "; its feed is down"},
    {"one on its way", freshness::live, [](auto& x) { x.shown = made(7); },
     "viewer 7 is 1 row behind: they are on their way"},
    {"several on their way", freshness::live,
     [](auto& x) { x.shown = made(3); },
     "viewer 7 is 5 rows behind: they are on their way"},
    {"by its own wish", freshness::live,
     [](auto& x) {
       x.shown = made(6);
       x.waiting = made(8);
       x.viewer.interval_ms = 500;
       x.viewer.published = x.viewer.held = 1;
     },
     "viewer 7 is 2 rows behind: it has asked for at most one a 500 ms"},
    {"not by its own wish alone", freshness::live,
     [](auto& x) {
       x.shown = made(6);
       x.waiting = made(8);
       x.viewer.interval_ms = 500;
       block(x);
     },
     "viewer 7 is 2 rows behind: " + network},
    {"behind by its network", freshness::down,
     [](auto& x) {
       x.shown = made(6);
       block(x);
     },
     "viewer 7 is 2 rows behind: " + network + "; its feed is down"},
    {"held back by us", freshness::live,
     [](auto& x) {
       x.shown = made(6);
       x.viewer.published = 3;
     },
     "viewer 7 is 2 rows behind: us, 3 rows wait, although its socket has "
     "room"},
  };
  auto begin = cell_of_viewer();
  for (const auto& c : cases) {
    CAF_MESSAGE(c.name);
    cell_of_viewer() = begin;
    c.change(cell_of_viewer());
    set_fresh(c.fresh);
    CAF_CHECK_EQUAL(note_of("why 7 A"), c.want);
  }
}

CAF_TEST(rows that do not come from another node are not on their way) {
  const auto now = test_clock().time_since_epoch().count();
  struct {
    const char* name;
    std::int64_t made; // before now
    std::uint64_t clustered;
    std::uint64_t behind; // symbols, at this node
    std::string want;
  } cases[] = {
    {"a node that is alone", 60'000 * ms, 0, 0, "they are on their way"},
    {"a moment ago", 3000 * ms, 1, 0, "they are on their way"},
    {"long ago", 3001 * ms, 1, 0,
     "the newest has not come from its owner's node for 3s"},
    {"long ago, and it is known", 60'000 * ms, 1, 2,
     "the newest has not come from its owner's node for 60s"},
    {"all the time", 10 * ms, 1, 1,
     "none has come from its owner's node for 40s"},
    {"by a clock that is ahead", -5000 * ms, 1, 0, "they are on their way"},
    {"nobody knows when", now, 1, 0, "they are on their way"},
  };
  auto& seen = cell_of_viewer();
  seen.shown = made(7);
  seen.handed = now - 40'000 * ms;
  for (const auto& c : cases) {
    CAF_MESSAGE(c.name);
    set(stats->clustered, c.clustered);
    set(stats->viewers_behind, c.behind);
    symbol_does->row = made(8, false, {source::post, 0, 0, 0, now - c.made});
    CAF_CHECK_EQUAL(note_of("why 7 A"), "viewer 7 is 1 row behind: " + c.want);
  }
  CAF_MESSAGE("whoever holds it back is named all the same");
  block(seen);
  CAF_CHECK_EQUAL(note_of("why 7 A"), "viewer 7 is 1 row behind: " + network);
  CAF_MESSAGE("and who has the newest row waits for none");
  seen = {};
  seen.found = seen.wanted = true;
  seen.viewer.id = 7;
  seen.shown = symbol_does->row;
  CAF_CHECK_EQUAL(note_of("why 7 A"), "viewer 7 has been given the newest row");
}

CAF_TEST(a loop that is late is what it says first) {
  set(stats->loop_lag, 250'000'000);
  CAF_CHECK_EQUAL(note_of("why 7 A"),
                  "viewer 7 has been given the newest row, but: us, the node's "
                  "I/O loop is 250 ms late");
}

CAF_TEST(a symbol that has not traded has no way) {
  market_does->owners = {symbol_ref{.symbol = name_of("A")}};
  auto& seen = cell_of_viewer();
  seen.shown = row::vacant(name_of("A"));
  auto x = answer_to("why 7 A");
  CAF_CHECK_EQUAL(fact(x.parts.at(0), "tick"),
                  "none: the symbol has not traded");
  CAF_CHECK_EQUAL(fact(x.parts.at(0), "received"), "no such fact");
  CAF_CHECK_EQUAL(fact(x.parts.at(1), "newest"), "version 0, price null");
  CAF_CHECK_EQUAL(x.note,
                  "viewer 7 has been given the newest row; it has not traded");
}

CAF_TEST(a question of what is not there is refused) {
  auto& seen = cell_of_viewer();
  seen.wanted = false;
  CAF_CHECK_EQUAL(refusal_of("why 7 A"), "viewer 7 has not asked for A");
  seen.found = false;
  CAF_CHECK_EQUAL(refusal_of("why 7 A"), "there is no subscriber 7");
}

CAF_TEST(who does not answer is a failure unless it is not needed) {
  // The other one knows the viewer.
  fans_do[0]->mute = true;
  auto x = late_answer_to("why 7 A");
  CAF_REQUIRE(x);
  CAF_CHECK_EQUAL(x->note, "viewer 7 has been given the newest row");
  cell_of_viewer().found = false;
  auto none = late_answer_to("why 7 A");
  CAF_REQUIRE(!none);
  CAF_CHECK_EQUAL(to_refusal(none.error()).message,
                  "a fan-out: no answer in time");
  fans_do[0]->mute = false;
  cell_of_viewer().found = true;
  symbol_does->row = nullptr;
  auto stuck = late_answer_to("why 7 A");
  CAF_REQUIRE(!stuck);
  CAF_CHECK(to_refusal(stuck.error()).code == errc::timed_out);
  symbol_does->row = made(8);
  market_does->mute = true;
  auto lost = late_answer_to("why 7 A");
  CAF_REQUIRE(!lost);
  CAF_CHECK(to_refusal(lost.error()).code == errc::timed_out);
}

CAF_TEST_FIXTURE_SCOPE_END()
