#define CAF_SUITE actors.delivery.outbox

#include "livegrid/actors/delivery/outbox.hpp"

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "made_row.hpp"
#include "scripted_sink.hpp"

#include "livegrid/actors/prices/view.hpp"
#include "livegrid/actors/stats/counters.hpp"

#include "unit_test.hpp"

using namespace livegrid;
using namespace livegrid::test;
using namespace std::chrono_literals;

namespace {

using strings = std::vector<std::string>;

constexpr std::size_t chunk = 32 * 1024;

/// What a ledger should hold.
struct books {
  std::uint64_t published = 0;
  std::uint64_t delivered = 0;
  std::uint64_t merged = 0;
  std::uint64_t discarded = 0;
  std::uint64_t waiting = 0;
};

std::string to_string(const books& x) {
  auto text = [](const char* name, std::uint64_t n) {
    return n == 0 ? std::string{} : name + std::to_string(n);
  };
  return text(" published=", x.published) + text(" delivered=", x.delivered)
         + text(" merged=", x.merged) + text(" discarded=", x.discarded)
         + text(" waiting=", x.waiting);
}

struct fixture {
  counters_ptr stats = std::make_shared<counters>();
  std::shared_ptr<scripted_sink> sink = std::make_shared<scripted_sink>();
  std::unique_ptr<outbox> box;
  outbox::time_point now{1h};

  explicit fixture(delivery_options options = {}) {
    auto shown = std::make_shared<const view>(
      strings{"symbol", "price", "volume"}, strings{"symbol"});
    box =
      std::make_unique<outbox>(sink, shown, options, frame_with_size, stats);
  }

  ~fixture() {
    CAF_CHECK_EQUAL(sink->misuse, strings{});
  }

  static std::string name_of(outbox::symbol_key key) {
    return {static_cast<char>('A' + key)};
  }

  void hold(outbox::symbol_key key, const row_ptr& x, bool whole = false) {
    box->hold(key, x, x->changed(), whole, now);
  }

  void hold(outbox::symbol_key key, std::uint64_t version) {
    hold(key, make_row(name_of(key), version));
  }

  /// Sends rows of symbol Z as the fan-out does with those that it shares.
  void send(std::vector<std::uint64_t> versions) {
    std::string bytes;
    for (auto x : versions) {
      std::string json;
      box->shown().append_row(json, *make_row("Z", x));
      frame_with_size(bytes, json);
    }
    box->send(std::make_shared<std::string>(bytes), versions.size(), now);
  }

  /// Fills the socket: one row is under way after it.
  void block() {
    sink->room = 1;
    send({1});
    CAF_REQUIRE(box->blocked());
  }

  /// The socket takes what it owes and `more` bytes, and says so.
  void unblock(std::size_t more = scripted_sink::unlimited) {
    auto owes = sink->unsent();
    CAF_REQUIRE(sink->take(owes));
    sink->room = more;
    box->resume(now);
  }

  /// The ledger and the node's counters, which say the same of one subscriber.
  void check(const books& expected) const {
    const auto& x = box->books();
    CAF_CHECK_EQUAL(to_string(books{x.published, x.delivered, x.merged,
                                    x.discarded, x.waiting()}),
                    to_string(expected));
    check_counters(expected);
    if (!box->closed())
      CAF_CHECK_EQUAL(x.delivered + (box->blocked() ? sink->handed_last : 0),
                      sink->handed);
  }

  void check_counters(const books& expected) const {
    books totals{get(stats->rows_published), get(stats->rows_delivered),
                 get(stats->rows_merged), get(stats->rows_discarded), 0};
    totals.waiting =
      totals.published - totals.delivered - totals.merged - totals.discarded;
    CAF_CHECK_EQUAL(to_string(totals), to_string(expected));
  }
};

delivery_options changes() {
  return {.changes_only = true};
}

delivery_options every(std::chrono::milliseconds x) {
  return {.interval = x};
}

// -- a subscriber that keeps up -----------------------------------------------

CAF_TEST(one that keeps up gets the bytes that others get too) {
  fixture f;
  f.check({});
  CAF_CHECK(f.box->ready());
  f.send({1, 2, 3});
  f.check({.published = 3, .delivered = 3});
  CAF_CHECK_EQUAL(f.sink->prices(), "Z:1 Z:2 Z:3");
  auto shared = std::make_shared<std::string>();
  frame_with_size(*shared, R"({"symbol":"Z","price":4})");
  f.box->send(shared, 1, f.now);
  CAF_CHECK(f.sink->buffers.back() == shared);
  f.check({.published = 4, .delivered = 4});
  CAF_CHECK(f.box->ready());
}

CAF_TEST(with an interval nobody is ready for shared bytes) {
  fixture f{every(1ms)};
  CAF_CHECK(!f.box->ready());
  f.hold(0, 1);
  f.box->pump(f.now);
  CAF_CHECK(!f.box->ready());
}

// -- one whose socket is full -------------------------------------------------

CAF_TEST(a full socket holds rows back until it is out) {
  fixture f;
  f.sink->room = 5;
  f.send({1, 2});
  CAF_CHECK(f.box->blocked());
  CAF_CHECK(!f.box->ready());
  f.check({.published = 2, .waiting = 2});
  f.hold(0, 7);
  f.hold(1, 8);
  f.box->pump(f.now);
  f.check({.published = 4, .waiting = 4});
  CAF_CHECK(!f.box->next_due());
  CAF_CHECK_EQUAL(f.sink->writes.size(), 1u);
  CAF_MESSAGE("part of it is not all of it");
  CAF_CHECK(!f.sink->take(5));
  f.check({.published = 4, .waiting = 4});
  f.unblock();
  f.check({.published = 4, .delivered = 4});
  CAF_CHECK_EQUAL(f.sink->prices(), "Z:1 Z:2 A:7 B:8");
  CAF_CHECK_EQUAL(f.sink->writes.size(), 2u);
  CAF_CHECK(f.box->ready());
}

CAF_TEST(what was held can fill the socket again) {
  fixture f;
  f.block();
  f.hold(0, 1);
  f.hold(1, 1);
  f.unblock(10);
  CAF_CHECK(f.box->blocked());
  f.check({.published = 3, .delivered = 1, .waiting = 2});
  f.hold(0, 2);
  f.check({.published = 4, .delivered = 1, .waiting = 3});
  f.unblock();
  f.check({.published = 4, .delivered = 4});
  CAF_CHECK_EQUAL(f.sink->prices(), "Z:1 A:1 B:1 A:2");
}

CAF_TEST(resuming what is not blocked changes nothing) {
  fixture f{every(100ms)};
  f.hold(0, 1);
  f.box->pump(f.now);
  f.hold(0, 2);
  f.box->resume(f.now);
  f.check({.published = 2, .delivered = 1, .waiting = 1});
  CAF_CHECK_EQUAL(f.sink->prices(), "A:1");
}

// -- conflation ---------------------------------------------------------------

CAF_TEST(a newer row takes the place of an older one) {
  struct step {
    bool whole;
    std::vector<made_cell> cells;
  };
  struct {
    const char* name;
    bool changes_only;
    std::vector<step> steps;
    books expected;
    const char* price;
    const char* volume;
  } cases[] = {
    {"whole rows",
     false,
     {{false, {{cell::price, "1"}}},
      {false, {{cell::price, "2"}, {cell::volume, "9", false}}}},
     {.published = 2, .merged = 1, .waiting = 1},
     "2",
     "9"},
    {"changes add up, the newest value counts",
     true,
     {{false, {{cell::price, "1"}}},
      {false, {{cell::price, "1", false}, {cell::volume, "5"}}},
      {false, {{cell::price, "1", false}, {cell::volume, "6"}}}},
     {.published = 3, .merged = 2, .waiting = 1},
     "1",
     "6"},
    {"what did not change is not sent",
     true,
     {{false, {{cell::price, "1"}, {cell::volume, "9", false}}},
      {false, {{cell::price, "2"}, {cell::volume, "9", false}}}},
     {.published = 2, .merged = 1, .waiting = 1},
     "2",
     "-"},
    {"a whole row stays whole, with the newest values",
     true,
     {{true, {{cell::price, "1", false}, {cell::volume, "9", false}}},
      {false, {{cell::price, "2"}, {cell::volume, "9", false}}}},
     {.published = 2, .merged = 1, .waiting = 1},
     "2",
     "9"},
    {"changes become whole",
     true,
     {{false, {{cell::price, "1"}, {cell::volume, "9", false}}},
      {true, {{cell::price, "2", false}, {cell::volume, "9", false}}}},
     {.published = 2, .merged = 1, .waiting = 1},
     "2",
     "9"},
    {"an update with nothing to see is none",
     true,
     {{false, {{cell::price, "1"}}},
      {false, {{cell::price, "1", false}, {cell::bid, "3"}}}},
     {.published = 1, .waiting = 1},
     "1",
     "-"},
    {"whole rows count though nothing of them changed",
     false,
     {{false, {{cell::price, "1"}}},
      {false, {{cell::price, "1", false}, {cell::bid, "3"}}}},
     {.published = 2, .merged = 1, .waiting = 1},
     "1",
     "null"},
  };
  for (const auto& c : cases) {
    CAF_MESSAGE(c.name);
    fixture f{{.changes_only = c.changes_only}};
    f.block();
    std::uint64_t version = 0;
    for (const auto& x : c.steps)
      f.hold(0, make_row("A", ++version, x.cells), x.whole);
    auto expected = c.expected;
    ++expected.published;
    ++expected.waiting;
    f.check(expected);
    f.sink->clear();
    f.unblock();
    CAF_REQUIRE_EQUAL(f.sink->rows.size(), 2u);
    f.sink->rows.erase(f.sink->rows.begin());
    CAF_CHECK_EQUAL(f.sink->column("price"), c.price);
    CAF_CHECK_EQUAL(f.sink->column("volume"), c.volume);
    expected.delivered = expected.waiting;
    expected.waiting = 0;
    f.check(expected);
  }
}

CAF_TEST(an update with nothing to see is not sent either) {
  fixture f{changes()};
  f.hold(0, make_row("A", 1, {{cell::bid, "3"}}));
  f.box->pump(f.now);
  f.check({});
  CAF_CHECK(f.sink->writes.empty());
  CAF_CHECK(f.box->ready());
}

CAF_TEST(rows go out in the order in which they began to wait) {
  fixture f;
  f.block();
  for (auto key : {2u, 0u, 1u, 2u})
    f.hold(key, 1);
  f.hold(0, 2);
  f.hold(2, 2);
  f.check({.published = 7, .merged = 3, .waiting = 4});
  f.unblock();
  CAF_CHECK_EQUAL(f.sink->prices(), "Z:1 C:2 A:2 B:1");
  f.check({.published = 7, .delivered = 4, .merged = 3});
}

CAF_TEST(what is forgotten is discarded) {
  fixture f;
  f.block();
  f.hold(0, 1);
  f.hold(1, 1);
  f.hold(0, 2);
  f.box->forget(0);
  f.check({.published = 4, .merged = 1, .discarded = 1, .waiting = 2});
  CAF_MESSAGE("twice is once, and what is unknown is nothing");
  f.box->forget(0);
  f.box->forget(5);
  f.check({.published = 4, .merged = 1, .discarded = 1, .waiting = 2});
  CAF_MESSAGE("wanted again it stands at the end");
  f.hold(0, 3);
  f.unblock();
  CAF_CHECK_EQUAL(f.sink->prices(), "Z:1 B:1 A:3");
  f.check({.published = 5, .delivered = 3, .merged = 1, .discarded = 1});
}

// -- intervals ----------------------------------------------------------------

CAF_TEST(the first row goes at once and the last is never lost) {
  fixture f{every(100ms)};
  f.hold(0, 1);
  f.box->pump(f.now);
  CAF_CHECK_EQUAL(f.sink->prices(), "A:1");
  auto sent = f.now;
  f.now += 10ms;
  f.hold(0, 2);
  f.now += 10ms;
  f.hold(0, 3);
  f.box->pump(f.now);
  f.check({.published = 3, .delivered = 1, .merged = 1, .waiting = 1});
  CAF_REQUIRE(f.box->next_due());
  CAF_CHECK(*f.box->next_due() == sent + 100ms);
  f.box->pump(sent + 100ms - 1ns);
  CAF_CHECK_EQUAL(f.sink->prices(), "A:1");
  f.box->pump(sent + 100ms);
  CAF_CHECK_EQUAL(f.sink->prices(), "A:1 A:3");
  f.check({.published = 3, .delivered = 2, .merged = 1});
  CAF_CHECK(!f.box->next_due());
  CAF_MESSAGE("the next one counts from then");
  f.now = sent + 150ms;
  f.hold(0, 4);
  CAF_CHECK(*f.box->next_due() == sent + 200ms);
  f.box->pump(sent + 200ms);
  CAF_CHECK_EQUAL(f.sink->prices(), "A:1 A:3 A:4");
  CAF_MESSAGE("after a pause it goes at once");
  f.now = sent + 300ms;
  f.hold(0, 5);
  f.box->pump(f.now);
  CAF_CHECK_EQUAL(f.sink->prices(), "A:1 A:3 A:4 A:5");
  f.check({.published = 5, .delivered = 4, .merged = 1});
}

CAF_TEST(the snapshot starts the interval) {
  fixture f{every(100ms)};
  f.hold(0, make_row("A", 1), true);
  f.box->pump(f.now);
  f.hold(0, 2);
  f.box->pump(f.now);
  CAF_CHECK_EQUAL(f.sink->prices(), "A:1");
  CAF_REQUIRE(f.box->next_due());
  CAF_CHECK(*f.box->next_due() == f.now + 100ms);
}

CAF_TEST(each symbol has an interval of its own) {
  fixture f{every(100ms)};
  auto start = f.now;
  f.hold(0, 1);
  f.box->pump(f.now);
  f.now = start + 40ms;
  f.hold(1, 1);
  f.box->pump(f.now);
  CAF_CHECK_EQUAL(f.sink->prices(), "A:1 B:1");
  CAF_MESSAGE("the one that is due first goes first, whoever began to wait");
  f.hold(1, 2);
  f.hold(0, 2);
  CAF_CHECK(*f.box->next_due() == start + 100ms);
  f.box->pump(start + 120ms);
  CAF_CHECK_EQUAL(f.sink->prices(), "A:1 B:1 A:2");
  CAF_CHECK(*f.box->next_due() == start + 140ms);
  f.box->pump(start + 140ms);
  CAF_CHECK_EQUAL(f.sink->prices(), "A:1 B:1 A:2 B:2");
  f.check({.published = 4, .delivered = 4});
}

CAF_TEST(a symbol that was forgotten begins anew) {
  fixture f{every(100ms)};
  f.hold(0, 1);
  f.box->pump(f.now);
  f.hold(0, 2);
  f.box->forget(0);
  f.hold(0, 3);
  f.box->pump(f.now);
  CAF_CHECK_EQUAL(f.sink->prices(), "A:1 A:3");
  f.check({.published = 3, .delivered = 2, .discarded = 1});
}

CAF_TEST(an interval holds for a full socket too) {
  fixture f{every(100ms)};
  f.sink->room = 3;
  f.hold(0, 1);
  f.box->pump(f.now);
  auto sent = f.now;
  CAF_CHECK(f.box->blocked());
  f.hold(0, 2);
  f.hold(1, 1);
  CAF_CHECK(!f.box->next_due());
  f.now += 50ms;
  f.unblock();
  CAF_CHECK_EQUAL(f.sink->prices(), "A:1 B:1");
  CAF_CHECK(*f.box->next_due() == sent + 100ms);
  f.check({.published = 3, .delivered = 2, .waiting = 1});
}

CAF_TEST(an interval that is over does not change the order) {
  fixture f{every(100ms)};
  f.hold(0, 1);
  f.box->pump(f.now);
  f.now += 150ms;
  f.sink->room = 1;
  f.hold(1, 1);
  f.box->pump(f.now);
  f.hold(0, 2);
  f.hold(2, 1);
  f.unblock();
  CAF_CHECK_EQUAL(f.sink->prices(), "A:1 B:1 A:2 C:1");
  f.check({.published = 4, .delivered = 4});
}

// -- the form of what is sent -------------------------------------------------

CAF_TEST(rows that are due together are one array) {
  fixture f{{.changes_only = true, .as_array = true}};
  f.block();
  f.hold(0, make_row("A", 1), true);
  f.hold(1, 1);
  f.hold(2, 1);
  f.sink->clear();
  f.unblock();
  CAF_REQUIRE_EQUAL(f.sink->messages.size(), 2u);
  CAF_CHECK_EQUAL(f.sink->messages.back().size(), 3u);
  CAF_CHECK_EQUAL(f.sink->column("volume"), "null null - -");
  f.check({.published = 4, .delivered = 4});
}

CAF_TEST(much is written in pieces of about 32 KiB) {
  for (auto as_array : {false, true}) {
    CAF_MESSAGE((as_array ? "arrays" : "rows"));
    fixture f{{.as_array = as_array}};
    f.block();
    constexpr outbox::symbol_key n = 3000;
    std::string filler = '"' + std::string(50, 'x') + '"';
    std::size_t longest = 0;
    for (outbox::symbol_key key = 0; key < n; ++key) {
      auto x =
        make_row("S" + std::to_string(key), 1,
                 {{cell::price, std::to_string(key)}, {cell::volume, filler}});
      std::string json;
      f.box->shown().append_row(json, *x);
      longest = std::max(longest, json.size() + 4);
      f.hold(key, x);
    }
    f.sink->clear();
    f.unblock(chunk + chunk / 2);
    CAF_MESSAGE("a piece that does not fit stops the rest");
    CAF_CHECK(f.box->blocked());
    CAF_REQUIRE_EQUAL(f.sink->writes.size(), 2u);
    f.check({.published = n + 1,
             .delivered = f.box->books().delivered,
             .waiting = n + 1 - f.box->books().delivered});
    f.hold(n - 1, make_row("LAST", 2));
    CAF_CHECK_EQUAL(f.box->books().merged, 1u);
    f.unblock();
    CAF_CHECK_GREATER(f.sink->writes.size(), 5u);
    for (auto size : f.sink->writes)
      CAF_CHECK_LESS_OR_EQUAL(size, chunk + longest + 8);
    for (std::size_t i = 0; i + 1 < f.sink->writes.size(); ++i)
      CAF_CHECK_GREATER(f.sink->writes[i], chunk - 2 * longest);
    CAF_REQUIRE_EQUAL(f.sink->rows.size(), n + 1);
    if (as_array)
      CAF_CHECK_EQUAL(f.sink->messages.size(), f.sink->writes.size() + 1);
    for (outbox::symbol_key key = 0; key + 1 < n; ++key)
      CAF_REQUIRE_EQUAL(f.sink->rows[key + 1].at("price"), std::to_string(key));
    CAF_CHECK_EQUAL(f.sink->rows.back().at("symbol"), "\"LAST\"");
    f.check({.published = n + 2, .delivered = n + 1, .merged = 1});
  }
}

// -- the end ------------------------------------------------------------------

CAF_TEST(closing discards what waits and closes the connection once) {
  fixture f;
  f.block();
  f.hold(0, 1);
  f.hold(0, 2);
  f.box->close(close_code::policy, "why");
  f.check({.published = 3, .merged = 1, .discarded = 2});
  CAF_CHECK_EQUAL(f.sink->closes, strings{"1008 why"});
  CAF_CHECK(f.box->closed());
  CAF_CHECK(!f.box->blocked());
  CAF_CHECK(!f.box->ready());
  CAF_CHECK(!f.box->next_due());
  CAF_MESSAGE("nothing is sent any more, but all is accounted for");
  f.hold(0, 3);
  f.check({.published = 4, .merged = 1, .discarded = 3});
  f.box->pump(f.now);
  f.box->resume(f.now);
  f.box->drain(true);
  f.box->close(close_code::normal, "");
  f.box->abandon();
  CAF_CHECK(!f.box->stalled(f.now + 1h, 1s));
  f.check({.published = 4, .merged = 1, .discarded = 3});
  CAF_CHECK_EQUAL(f.sink->writes.size(), 1u);
}

CAF_TEST(abandoning discards what waits and leaves the connection alone) {
  fixture f;
  f.block();
  f.hold(0, 1);
  f.box->abandon();
  f.check({.published = 2, .discarded = 2});
  CAF_CHECK(f.box->closed());
  CAF_CHECK_EQUAL(f.sink->closes, strings{});
}

CAF_TEST(the totals add up when an outbox goes away) {
  fixture f;
  f.send({1, 2});
  f.block();
  f.hold(0, 1);
  f.hold(1, 1);
  f.hold(1, 2);
  f.box.reset();
  f.check_counters(
    {.published = 6, .delivered = 2, .merged = 1, .discarded = 3});
}

CAF_TEST(a connection that is gone takes nothing more) {
  struct {
    const char* name;
    bool held;
  } cases[] = {{"found out with shared bytes", false},
               {"found out with held rows", true}};
  for (const auto& c : cases) {
    CAF_MESSAGE(c.name);
    fixture f;
    f.sink->gone = true;
    if (c.held) {
      f.hold(0, 1);
      f.hold(1, 1);
      f.box->pump(f.now);
    } else {
      f.send({1, 2});
    }
    CAF_CHECK(f.box->closed());
    f.check({.published = 2, .discarded = 2});
    f.hold(0, 2);
    f.box->pump(f.now);
    f.check({.published = 3, .discarded = 3});
    CAF_CHECK_EQUAL(f.sink->closes, strings{});
  }
}

// -- going down ---------------------------------------------------------------

const strings going_down{"1001 the node is going down"};

CAF_TEST(draining closes one to whom nothing is due at once) {
  fixture f;
  f.send({1});
  f.box->drain(false);
  CAF_CHECK_EQUAL(f.sink->closes, going_down);
  f.box->drain(false);
  f.check({.published = 1, .delivered = 1});
}

CAF_TEST(draining does not wait for intervals) {
  fixture f{every(1h)};
  f.hold(0, 1);
  f.box->pump(f.now);
  f.hold(0, 2);
  f.hold(1, 1);
  f.box->drain(false);
  CAF_CHECK_EQUAL(f.sink->prices(), "A:1 B:1 A:2");
  CAF_CHECK_EQUAL(f.sink->closes, going_down);
  f.check({.published = 3, .delivered = 3});
}

CAF_TEST(draining waits for a full socket) {
  fixture f{every(1h)};
  f.sink->room = 1;
  f.hold(0, 1);
  f.box->pump(f.now);
  f.hold(0, 2);
  f.box->drain(false);
  CAF_CHECK_EQUAL(f.sink->closes, strings{});
  CAF_MESSAGE("a row that comes later is a last row, too");
  f.hold(0, 3);
  f.unblock(1);
  CAF_CHECK_EQUAL(f.sink->closes, strings{});
  f.check({.published = 3, .delivered = 1, .merged = 1, .waiting = 1});
  f.unblock();
  CAF_CHECK_EQUAL(f.sink->prices(), "A:1 A:3");
  CAF_CHECK_EQUAL(f.sink->closes, going_down);
  f.check({.published = 3, .delivered = 2, .merged = 1});
}

CAF_TEST(draining now does not wait) {
  fixture f;
  f.block();
  f.hold(0, 1);
  f.box->drain(true);
  CAF_CHECK_EQUAL(f.sink->closes, going_down);
  f.check({.published = 2, .discarded = 2});
}

// -- stalls -------------------------------------------------------------------

CAF_TEST(only a full socket without acknowledgements is stalled) {
  fixture f;
  f.sink->acked = 7;
  CAF_CHECK(!f.box->stalled(f.now + 1h, 30s));
  f.block();
  auto start = f.now;
  CAF_CHECK(!f.box->stalled(start + 30s - 1ns, 30s));
  CAF_CHECK(f.box->stalled(start + 30s, 30s));
  CAF_MESSAGE("any acknowledgement starts the time anew");
  f.sink->acked = 8;
  CAF_CHECK(!f.box->stalled(start + 40s, 30s));
  CAF_CHECK(!f.box->stalled(start + 70s - 1ns, 30s));
  CAF_CHECK(f.box->stalled(start + 70s, 30s));
  CAF_MESSAGE("so does getting rid of what was under way");
  f.now = start + 71s;
  f.hold(0, 1);
  f.unblock(1);
  CAF_CHECK(f.box->blocked());
  CAF_CHECK(!f.box->stalled(f.now + 30s - 1ns, 30s));
  CAF_CHECK(f.box->stalled(f.now + 30s, 30s));
  f.unblock();
  CAF_CHECK(!f.box->stalled(f.now + 1h, 30s));
  f.check({.published = 2, .delivered = 2});
}

} // namespace
