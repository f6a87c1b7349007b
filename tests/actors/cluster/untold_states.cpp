#define CAF_SUITE actors.cluster.untold_states

#include "livegrid/actors/cluster/untold_states.hpp"

#include "held_rows.hpp"

using namespace livegrid;
using namespace livegrid::test;

namespace {

class untold_fixture : public held_rows_fixture {
public:
  untold_states untold{symbols, rows};

  /// What is offered to that member.
  strings offered_to(const std::string& whom, bool leaving = false) {
    return texts_of(untold.next_for(whom, leaving));
  }

  /// Somebody has had a newer state than its owner may know.
  void note(const std::string& symbol) {
    rows.hold(row_of(symbol, 5, 1));
    untold.note(name_of(symbol));
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(untold_states_tests, untold_fixture)

CAF_TEST(a state is offered to its owner until that has taken it) {
  note(x);
  CAF_CHECK_EQUAL(offered_to("b"), strings{});
  CAF_CHECK_EQUAL(offered_to("a"), strings{x + " 1 never"});
  CAF_CHECK_EQUAL(offered_to("a"), strings{});
  untold.refuse(names_of({x}));
  CAF_CHECK_EQUAL(offered_to("a"), strings{x + " 1 never"});
  untold.end(names_of({x}));
  untold.offer_all_anew();
  CAF_CHECK_EQUAL(offered_to("a"), strings{});
}

CAF_TEST(what was noted anew meanwhile is not over) {
  note(x);
  offered_to("a");
  untold.note(name_of(x));
  CAF_CHECK_EQUAL(offered_to("a"), strings{});
  untold.note_anew(name_of(x));
  untold.end(names_of({x}));
  CAF_CHECK_EQUAL(offered_to("a"), strings{x + " 1 never"});
}

CAF_TEST(what may not have arrived is offered anew) {
  note(x);
  offered_to("a");
  untold.offer_all_anew();
  CAF_CHECK_EQUAL(offered_to("a"), strings{x + " 1 never"});
}

CAF_TEST(what has come here meanwhile is not offered) {
  note(x);
  note(y);
  untold.forget(name_of(x));
  CAF_CHECK_EQUAL(offered_to("a"), strings{});
  symbols.bring({.ticks = {trade(y, 1)}});
  CAF_CHECK_EQUAL(offered_to("b"), strings{});
  symbols.give_up(name_of(y));
  CAF_CHECK_EQUAL(offered_to("b"), strings{});
}

CAF_TEST(what is not held yet is kept while symbols are leaving) {
  untold.note(name_of(x));
  CAF_CHECK_EQUAL(offered_to("a", true), strings{});
  rows.hold(row_of(x, 5, 1));
  CAF_CHECK_EQUAL(offered_to("a"), strings{x + " 1 never"});
  untold.note(name_of(y));
  CAF_CHECK_EQUAL(offered_to("a"), strings{});
  rows.hold(row_of(y, 5, 1));
  CAF_CHECK_EQUAL(offered_to("b"), strings{});
}

CAF_TEST(a message holds so many states) {
  enter({"a"});
  for (int i = 0; i < 1001; ++i)
    note("X" + std::to_string(i));
  CAF_CHECK_EQUAL(offered_to("a").size(), 1000u);
  CAF_CHECK_EQUAL(offered_to("a").size(), 1u);
}

CAF_TEST(of a node that was none new owners may not know what it has) {
  rows.hold(row_of(x, 5, 1));
  rows.hold(row_of(y, 5, 1));
  auto next = make_view(9, {"b"});
  untold.note_moved(next);
  CAF_CHECK_EQUAL(offered_to("a"), strings{x + " 1 never"});
  CAF_CHECK_EQUAL(offered_to("b"), strings{});
  CAF_MESSAGE("be it of another instance alone");
  next = make_view(10, {"a", "b"});
  next.members[1] = make_member("b", true, 'c');
  untold.note_moved(next);
  CAF_CHECK_EQUAL(offered_to("b"), strings{y + " 1 never"});
}

CAF_TEST_FIXTURE_SCOPE_END()
