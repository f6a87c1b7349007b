#define CAF_SUITE actors.delivery.fanout_report

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "fanout_fixture.hpp"

using namespace livegrid;
using namespace livegrid::test;
using namespace std::chrono_literals;

namespace {

using counts = std::vector<std::uint64_t>;

struct fixture : fanout_fixture {
  /// Gives a client an id.
  std::uint64_t name(const client& who) {
    who.box->owner =
      own(sys.spawn(listening_owner, std::make_shared<strings>()));
    return who.box->owner->id();
  }

  counts count(std::initializer_list<std::string_view> names) {
    return unbox(ask<counts>(fan, count_atom_v, names_of(names)));
  }

  std::uint64_t reach(std::initializer_list<std::string_view> names) {
    return unbox(ask<std::uint64_t>(fan, reach_atom_v, names_of(names)));
  }

  ledger_audit audit() {
    return unbox(ask<ledger_audit>(fan, audit_atom_v));
  }

  std::string says(std::uint64_t id, std::string_view key) {
    return fact(unbox(ask<actor_status>(fan, status_atom_v, id)), key);
  }
};

/// A row of a tick that was received so long before now.
row_ptr received(std::uint64_t version, std::chrono::nanoseconds ago,
                 bool restated = false) {
  cell_set changed;
  changed.set(index(cell::price));
  row_builder result{name_of("A"), {.version = version}, changed};
  result.set(cell::symbol, "\"A\"");
  result.set(cell::price, std::to_string(version));
  result.stamp(
    {source::post, 0, 0, (test_clock() - ago).time_since_epoch().count(), 0});
  if (restated)
    result.restated();
  return std::move(result).finish();
}

} // namespace

CAF_TEST_FIXTURE_SCOPE(fanout_report_tests, fixture)

// -- who gets what ------------------------------------------------------------

CAF_TEST(viewers are counted symbol by symbol) {
  CAF_CHECK_EQUAL(count({"A", "B"}), (counts{0, 0}));
  auto x = connect(want({"A", "B"}));
  auto y = connect(want({"A"}), {.changes_only = true});
  CAF_CHECK_EQUAL(count({"B", "A", "C"}), (counts{1, 2, 0}));
  auto all = connect(want_all());
  CAF_CHECK_EQUAL(count({"B", "A", "C"}), (counts{2, 3, 1}));
  CAF_CHECK_EQUAL(count({}), counts{});
  leave(x);
  settle();
  CAF_CHECK_EQUAL(count({"B", "A", "C"}), (counts{1, 2, 1}));
}

CAF_TEST(of several symbols each viewer is counted once) {
  CAF_CHECK_EQUAL(reach({"A"}), 0u);
  auto x = connect(want({"A", "B"}));
  auto same = connect(want({"B", "A"}));
  auto y = connect(want({"A"}));
  auto z = connect(want({"C"}));
  auto nothing = connect(want({}));
  CAF_CHECK_EQUAL(reach({"A", "B"}), 3u);
  CAF_CHECK_EQUAL(reach({"B"}), 2u);
  CAF_CHECK_EQUAL(reach({"A", "B", "C", "D"}), 4u);
  CAF_CHECK_EQUAL(reach({"D"}), 0u);
  CAF_CHECK_EQUAL(reach({}), 0u);
  // Who wants all gets those too that nobody has heard of, but not none.
  auto all = connect(want_all());
  CAF_CHECK_EQUAL(reach({"A", "B"}), 4u);
  CAF_CHECK_EQUAL(reach({"D"}), 1u);
  CAF_CHECK_EQUAL(reach({}), 0u);
}

CAF_TEST(all subscribers are listed) {
  auto list = [&] {
    return unbox(ask<handle_slice>(fan, list_atom_v, std::uint64_t{0})).some;
  };
  CAF_CHECK(list().empty());
  auto x = connect(want({"A"}));
  auto id = name(x);
  auto found = list();
  CAF_REQUIRE_EQUAL(found.size(), 1u);
  CAF_CHECK_EQUAL(found[0]->id(), id);
}

CAF_TEST(many subscribers are told of in slices) {
  std::vector<client> all;
  for (int i = 0; i < 1000; ++i) {
    all.push_back(connect(want({i % 2 == 0 ? "A" : "B"})));
    name(all.back());
  }
  auto ids = [&](auto... what) {
    std::vector<std::uint64_t> result;
    for (std::uint64_t from = 0;;) {
      auto x = unbox(ask<subscriber_slice>(fan, summary_atom_v, what..., from));
      CAF_CHECK_LESS(x.some.size(), 300u);
      for (const auto& s : x.some)
        result.push_back(s.id);
      if (x.next == 0)
        return result;
      CAF_REQUIRE_GREATER(x.next, from);
      from = x.next;
      // Those who come and go meanwhile leave the others in their places.
      if (result.size() < 400) {
        leave(all[500]);
        leave(all[501]);
        settle();
      }
    }
  };
  std::vector<std::uint64_t> want_ids;
  std::vector<std::uint64_t> want_of_a;
  for (std::size_t i = 0; i < all.size(); ++i)
    if (i != 500 && i != 501) {
      want_ids.push_back(all[i].box->owner->id());
      if (i % 2 == 0)
        want_of_a.push_back(want_ids.back());
    }
  CAF_CHECK_EQUAL(ids(), want_ids);
  CAF_CHECK_EQUAL(ids(name_of("A")), want_of_a);
  CAF_CHECK_EQUAL(ids(name_of("NONE")).size(), 0u);
  std::size_t listed = 0;
  for (std::uint64_t from = 0;;) {
    auto x = unbox(ask<handle_slice>(fan, list_atom_v, from));
    CAF_CHECK_LESS(x.some.size(), 300u);
    listed += x.some.size();
    from = x.next;
    if (from == 0)
      break;
  }
  CAF_CHECK_EQUAL(listed, 998u);
}

// -- ledgers ------------------------------------------------------------------

CAF_TEST(an audit finds each row in one place) {
  auto x = connect(want({"A", "B"}));
  auto y = connect(want({"A"}));
  y->room = 1;
  publish({make_row("A", 1), make_row("B", 1)});
  settle();
  publish({make_row("A", 2)});
  publish({make_row("A", 3)});
  settle();
  auto got = audit();
  CAF_CHECK_EQUAL(got.off, 0u);
  // What the socket has of the first row, and the last one.
  CAF_CHECK_EQUAL(got.held, 2u);
  CAF_CHECK_EQUAL(got.published, 7u);
  CAF_CHECK_EQUAL(got.delivered, 4u);
  CAF_CHECK_EQUAL(got.merged, 1u);
  CAF_CHECK_EQUAL(got.discarded, 0u);
  // Of those that are gone the node's totals still know.
  leave(y);
  settle();
  got = audit();
  CAF_CHECK_EQUAL(got.held, 0u);
  CAF_CHECK_EQUAL(got.published, 7u);
  CAF_CHECK_EQUAL(got.discarded, 2u);
}

// -- one of them --------------------------------------------------------------

CAF_TEST(what there is to know of one subscriber) {
  auto x = connect(want({"B", "A"}));
  auto id = name(x);
  CAF_CHECK_EQUAL(says(id, "verdict"),
                  "keeping up: all that it was sent is acknowledged");
  CAF_CHECK_EQUAL(says(id, "set"), "B,A");
  CAF_CHECK_EQUAL(says(id, "socket"), "open");
  CAF_CHECK_EQUAL(says(id, "held"), "0");
  CAF_CHECK_EQUAL(says(id, "ledger"), "adds up");
  x->room = 1;
  x->kernel = {.unsent = 7, .segment = 1460};
  publish({make_row("A", 1), make_row("B", 1)});
  publish({make_row("B", 2)});
  settle();
  CAF_CHECK_EQUAL(says(id, "verdict"),
                  "slow reader: it has room for 0 bytes, while "
                    + std::to_string(7 + x->unsent()) + " wait");
  CAF_CHECK_EQUAL(says(id, "socket"), "full");
  CAF_CHECK_EQUAL(says(id, "held"), std::to_string(x.box->held_rows()));
  set(stats->loop_lag, 1'000'000'000);
  CAF_CHECK_EQUAL(says(id, "verdict"),
                  "us: the node's I/O loop is 1000 ms late");
}

CAF_TEST(the set of a subscriber is named up to twenty symbols) {
  std::vector<symbol_name> names;
  std::string twenty;
  for (int i = 10; i < 31; ++i) {
    names.push_back(name_of("S" + std::to_string(i)));
    if (i < 30)
      twenty += (i > 10 ? "," : "") + names.back().str();
  }
  auto more = connect({subscription::change::replace, names, {}, false});
  names.pop_back();
  auto just = connect({subscription::change::replace, names, {}, false});
  CAF_CHECK_EQUAL(says(name(just), "set"), twenty);
  CAF_CHECK_EQUAL(says(name(more), "set"), twenty + ",... 21 in all");
  CAF_CHECK_EQUAL(says(name(connect(want_all())), "set"), "*");
  CAF_CHECK_EQUAL(says(name(connect(want({}))), "set"), "nothing");
}

CAF_TEST(of one that is not here nothing is known) {
  auto x = connect(want({"A"}));
  auto id = name(x);
  auto got = unbox(ask<actor_status>(fan, status_atom_v, id + 1000));
  CAF_CHECK(got.facts.empty());
  CAF_CHECK_EQUAL(got.kind, "fanout");
}

// -- what is measured ---------------------------------------------------------

CAF_TEST(rows that go out together are counted) {
  auto x = connect(want({"A", "B", "C"}));
  auto y = connect(want({"A"}));
  const auto& seen = stats->flush_rows;
  publish({make_row("A", 1), make_row("B", 1), make_row("C", 1)});
  settle();
  CAF_CHECK_EQUAL(seen.count(), 1u);
  CAF_CHECK_EQUAL(seen.sum(), 3u);
  CAF_CHECK_EQUAL(seen.bucket(2), 1u);
  publish({make_row("A", 2)});
  settle();
  CAF_CHECK_EQUAL(seen.count(), 2u);
  CAF_CHECK_EQUAL(seen.sum(), 4u);
  // Rows that nobody wants are none.
  publish({make_row("D", 1)});
  settle();
  CAF_CHECK_EQUAL(seen.count(), 2u);
}

CAF_TEST(the way from a tick to the sockets is measured once a row) {
  auto x = connect(want({"A"}));
  auto y = connect(want_all());
  const auto& seen = stats->tick_to_socket;
  publish({received(1, 2ms)});
  settle();
  CAF_CHECK_EQUAL(seen.count(), 1u);
  CAF_CHECK_EQUAL(seen.sum(), 2'000'000u);
  CAF_CHECK_EQUAL(seen.bucket(5), 1u);
  publish({received(2, 3us), received(3, 1us)});
  settle();
  CAF_CHECK_EQUAL(seen.count(), 3u);
  CAF_CHECK_EQUAL(seen.sum(), 2'004'000u);
  // A clock that was set back makes no way endless.
  publish({received(4, -5s)});
  settle();
  CAF_CHECK_EQUAL(seen.count(), 4u);
  CAF_CHECK_EQUAL(seen.sum(), 2'004'000u);
}

CAF_TEST(rows that no tick made have no way to measure) {
  auto x = connect(want({"A", "B"}));
  publish({received(1, 10s, true), row::vacant(name_of("B"))});
  settle();
  // A first state: a row without the time of a tick.
  publish({make_row("A", 2)});
  settle();
  CAF_CHECK_EQUAL(stats->tick_to_socket.count(), 0u);
  CAF_CHECK_EQUAL(stats->flush_rows.count(), 2u);
}

CAF_TEST_FIXTURE_SCOPE_END()
