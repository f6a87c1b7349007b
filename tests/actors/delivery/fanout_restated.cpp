#define CAF_SUITE actors.delivery.fanout_restated

#include <chrono>
#include <string>
#include <vector>

#include "fanout_fixture.hpp"

using namespace livegrid;
using namespace livegrid::test;
using namespace std::chrono_literals;

namespace {

struct fixture : fanout_fixture {
  view_ptr fresh = make_view({"symbol", "price", "freshness"});

  /// A row that a tick made.
  static row_ptr ticked(std::string_view symbol, std::uint64_t version,
                        bool was_quiet = false) {
    return make_row(symbol, version,
                    {{cell::price, std::to_string(version)},
                     {cell::freshness, "\"live\"", was_quiet}});
  }
};

/// Every way in which rows may be wanted.
const struct {
  const char* name;
  delivery_options options;
} ways[] = {
  {"plain", {}},
  {"changes", {.changes_only = true}},
  {"arrays", {.as_array = true}},
  {"arrays of changes", {.changes_only = true, .as_array = true}},
  {"an interval", {.interval = 1ms}},
  {"an interval of changes", {.changes_only = true, .interval = 1ms}},
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(fanout_restated_tests, fixture)

CAF_TEST(rows that time made go to those who see it) {
  for (const auto& way : ways) {
    for (const auto& what : {want({"A"}), want_all()}) {
      CAF_MESSAGE(way.name);
      auto sees = connect(what, way.options, fresh);
      auto not_so = connect(what, way.options);
      auto version = std::uint64_t{1};
      publish({ticked("A", version)});
      settle();
      sees->clear();
      not_so->clear();
      pass_by(10ms);
      publish({make_silent_row("A", ++version, "1")});
      settle();
      CAF_CHECK_EQUAL(sees->column("freshness"), "\"quiet\"");
      // Unchanged, the price is not among the changes.
      CAF_CHECK_EQUAL(sees->column("price"),
                      way.options.changes_only ? "-" : "1");
      CAF_CHECK_EQUAL(not_so->messages.size(), 0u);
      CAF_CHECK_EQUAL(books_of(sees), "2 2 0 0 0");
      CAF_CHECK_EQUAL(books_of(not_so), "1 1 0 0 0");
      sees->clear();
      pass_by(10ms);
      publish({ticked("A", ++version, true)});
      settle();
      CAF_CHECK_EQUAL(sees->column("freshness"), "\"live\"");
      CAF_CHECK_EQUAL(sees->column("price"), "3");
      CAF_CHECK_EQUAL(not_so.news(), "A:3");
      leave(sees);
      leave(not_so);
      settle();
    }
  }
}

CAF_TEST(those who see it and those who do not may share a flush) {
  auto sees = connect(want({"A", "B"}), {}, fresh);
  auto not_so = connect(want({"A", "B"}));
  publish({ticked("A", 1), ticked("B", 1)});
  settle();
  sees->clear();
  not_so->clear();
  publish({make_silent_row("A", 2, "1"), ticked("B", 2),
           make_silent_row("B", 3, "2", "down")});
  settle();
  CAF_CHECK_EQUAL(sees->prices(), "A:1 B:2 B:2");
  CAF_CHECK_EQUAL(sees->column("freshness"), "\"quiet\" \"live\" \"down\"");
  CAF_CHECK_EQUAL(not_so->prices(), "B:2");
}

CAF_TEST(a flush of nothing to see is no message) {
  for (const auto& way : ways) {
    CAF_MESSAGE(way.name);
    auto x = connect(want({"A", "B"}), way.options);
    publish({ticked("A", 1), ticked("B", 1)});
    settle();
    pass_by(10ms);
    x->clear();
    publish({make_silent_row("A", 2, "1"), make_silent_row("B", 2, "1")});
    settle();
    pass_by(10ms);
    CAF_CHECK_EQUAL(x->writes.size(), 0u);
    leave(x);
    settle();
  }
}

CAF_TEST(a full socket is not made to wait for what it does not see) {
  auto sees = connect(want({"A"}), {}, fresh);
  auto not_so = connect(want({"A"}));
  sees->room = not_so->room = 1;
  publish({ticked("A", 1)});
  settle();
  CAF_CHECK(sees.box->blocked() && not_so.box->blocked());
  publish({make_silent_row("A", 2, "1")});
  settle();
  CAF_CHECK_EQUAL(books_of(sees), "2 0 0 0 2");
  CAF_CHECK_EQUAL(books_of(not_so), "1 0 0 0 1");
  publish({ticked("A", 3, true)});
  publish({make_silent_row("A", 4, "3", "down")});
  settle();
  CAF_CHECK_EQUAL(books_of(sees), "4 0 2 0 2");
  CAF_CHECK_EQUAL(books_of(not_so), "2 0 0 0 2");
  unblock(sees);
  unblock(not_so);
  CAF_CHECK_EQUAL(sees->column("price"), "1 3");
  CAF_CHECK_EQUAL(sees->column("freshness"), "\"live\" \"down\"");
  CAF_CHECK_EQUAL(not_so->column("price"), "1 3");
}

CAF_TEST(changes that a full socket missed keep the price that moved) {
  auto x = connect(want({"A"}), {.changes_only = true}, fresh);
  publish({ticked("A", 1)});
  settle();
  x->room = 1;
  publish({ticked("A", 2)});
  settle();
  publish({ticked("A", 3)});
  publish({make_silent_row("A", 4, "3")});
  settle();
  x->clear();
  unblock(x);
  CAF_CHECK_EQUAL(x->column("price"), "2 3");
  CAF_CHECK_EQUAL(x->column("freshness"), "- \"quiet\"");
}

CAF_TEST(who comes after time made a row gets it whole) {
  for (const auto& way : ways) {
    CAF_MESSAGE(way.name);
    auto before = connect(want({"A"}));
    publish({ticked("A", 1), make_silent_row("A", 2, "1")});
    settle();
    auto sees = connect(want({"A"}), way.options, fresh);
    auto not_so = connect(want({"A"}), way.options);
    auto all = connect(want_all(), way.options);
    CAF_CHECK_EQUAL(sees->column("freshness"), "\"quiet\"");
    CAF_CHECK_EQUAL(sees->prices(), "A:1");
    CAF_CHECK_EQUAL(not_so->prices(), "A:1");
    CAF_CHECK_EQUAL(all->prices(), "A:1");
    for (const auto& x : {before, sees, not_so, all})
      leave(x);
    settle();
  }
}

CAF_TEST(a row that time made is whole to those who have seen none before) {
  for (const auto& way : ways) {
    CAF_MESSAGE(way.name);
    auto sees = connect(want({"A"}), way.options, fresh);
    auto not_so = connect(want({"A"}), way.options);
    // The owner's answer: what it shows was made by the passing of time.
    publish({make_silent_row("A", 5, "4")});
    settle();
    CAF_CHECK_EQUAL(sees->prices(), "A:4");
    CAF_CHECK_EQUAL(not_so->prices(), "A:4");
    leave(sees);
    leave(not_so);
    settle();
  }
}

CAF_TEST(a row that time made is whole after one that was missed) {
  auto x = connect(want({"A"}), {.changes_only = true});
  publish({ticked("A", 1)});
  settle();
  x->clear();
  publish({make_silent_row("A", 3, "2")});
  settle();
  CAF_CHECK_EQUAL(x->prices(), "A:2");
}

CAF_TEST_FIXTURE_SCOPE_END()
