#define CAF_SUITE actors.cluster.questions

#include "livegrid/actors/cluster/questions.hpp"

#include "livegrid/actors/prices/price_state.hpp"

#include "grid_fixture.hpp"

using namespace livegrid;
using namespace livegrid::test;
using namespace std::chrono_literals;

namespace {

class questions_fixture : public grid_fixture {
public:
  std::uint64_t version_at(const std::string& at) {
    return unbox(ask<std::uint64_t>(nodes.at(at).grid, fetch_atom_v));
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(questions_tests, questions_fixture)

// -- rows ---------------------------------------------------------------------

CAF_TEST(rows come in the order in which they are asked for) {
  start_three();
  auto x = symbol_of("a", {"a", "b"});
  auto y = symbol_of("b", {"a", "b"});
  publish("g", {one(x, 1), one(y, 2)});
  for (auto at : {"a", "b", "g"}) {
    auto rows =
      ask<row_batch>(nodes.at(at).grid, fetch_atom_v, names_of({y, "X", x, y}));
    CAF_REQUIRE(rows);
    strings texts;
    for (const auto& row : rows->rows)
      texts.emplace_back(row->symbol().str() + ' ' + text_of(*row));
    CAF_CHECK_EQUAL(texts, (strings{y + " 2 1 live", "X null null never",
                                    x + " 1 1 live", y + " 2 1 live"}));
  }
}

CAF_TEST(where nobody owns a symbol it is not said to be unknown) {
  start("g", false);
  view({"g"});
  CAF_CHECK_EQUAL(fetch_row("g", "X"), "no node owns X now");
  start("a");
  view({"a", "g"});
  CAF_CHECK_EQUAL(fetch_row("g", "X"), "null null never");
}

CAF_TEST(a symbol that is out of reach and of which nothing is held is no row) {
  start_three();
  auto x = symbol_of("b", {"a", "b"});
  publish("a", {one(x, 1)});
  kill("b");
  // The next owner has it.
  CAF_CHECK_EQUAL(fetch_row("g", x), "1 1 down");
  CAF_MESSAGE("who may not have been told of all");
  auto y = symbols_of("b", 2)[1];
  CAF_CHECK_EQUAL(fetch_row("g", y),
                  "node b, which owns " + y + ", is out of reach");
  kill("a");
  CAF_CHECK_EQUAL(fetch_row("g", x),
                  "node b, which owns " + x + ", is out of reach");
}

CAF_TEST(what an owner that has just come back says is not the newest) {
  start("a");
  start("g", false);
  view({"a", "g"});
  auto x = symbol_of("b", {"a", "b"});
  watch("g", {x});
  publish("g", {one(x, 1), one(x, 2)});
  // It has not heard yet of what was done meanwhile.
  auto& b = start("b");
  auto back = sys.spawn([x, who = b.who](caf::event_based_actor* me) {
    me->set_default_handler(caf::skip);
    return caf::behavior{
      [who](hello_atom, const std::string&, const member&) { return who; },
      [x](row_atom, const std::vector<symbol_name>&) {
        price_state old{name_of(x)};
        old.load(one(x, 1));
        return row_batch{{old.render()}};
      }};
  });
  b.stand_in = caf::actor_cast<peer_actor>(back);
  auto now = view_of({"a", "b", "g"});
  for (auto at : {"a", "g"})
    self->send(nodes.at(at).grid, now);
  consume_messages();
  // It is left to the other for so long.
  pass(6s);
  settle();
  CAF_CHECK_EQUAL(fetch_row("g", x), "2 2 down");
  caf::anon_send_exit(back, caf::exit_reason::kill);
}

// -- names --------------------------------------------------------------------

CAF_TEST(names are cut off at the same everywhere) {
  start("a");
  start("b");
  view({"a", "b"});
  for (auto x : {"F", "B", "D", "A", "E", "C"})
    publish("a", {one(x, 1)});
  for (auto at : {"a", "b"}) {
    auto names = ask<std::vector<symbol_name>>(nodes.at(at).grid, fetch_atom_v,
                                               std::uint64_t{3});
    CAF_REQUIRE(names);
    CAF_CHECK(*names == names_of({"A", "B", "C"}));
  }
}

CAF_TEST(the version is another one when any node has another symbol) {
  start_three();
  auto before = version_at("g");
  CAF_CHECK_EQUAL(version_at("g"), before);
  publish("g", {one(symbol_of("b", {"a", "b"}), 1)});
  auto now = version_at("g");
  CAF_CHECK_NOT_EQUAL(now, before);
  publish("g", {one(symbol_of("b", {"a", "b"}), 2)});
  CAF_CHECK_EQUAL(version_at("g"), now);
  publish("g", {one(symbol_of("a", {"a", "b"}), 1)});
  CAF_CHECK_NOT_EQUAL(version_at("g"), now);
}

CAF_TEST_FIXTURE_SCOPE_END()
