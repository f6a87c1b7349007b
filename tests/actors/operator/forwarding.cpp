#define CAF_SUITE actors.operator.forwarding

#include "livegrid/actors/operator/forwarding.hpp"

#include <string>

#include "console_cluster_fixture.hpp"

using namespace livegrid;
using namespace livegrid::test;

CAF_TEST_FIXTURE_SCOPE(forwarding_tests, console_cluster_fixture)

CAF_TEST(a command is answered by the node that is named) {
  start_three();
  open_consoles();
  auto x = symbol_of("b", {"a", "b"});
  publish("a", {one(x, 1)});
  for (auto line : {"symbols --on=b", "symbols --on b", "--on=b symbols",
                    "symbols --on=b --sort=name"}) {
    CAF_MESSAGE(line);
    CAF_CHECK_EQUAL(column(answer_to("g", line), 0), x);
  }
  CAF_CHECK(answer_to("g", "symbols").lists.at(0).rows.empty());
  CAF_CHECK_EQUAL(refusal_of("g", "symbols --on=c"), "no node 'c'; try nodes");
  CAF_CHECK_EQUAL(refusal_of("g", "symbols --on=b --sort=x"),
                  refusal_of("b", "symbols --sort=x"));
  kill("b");
  CAF_CHECK_EQUAL(refusal_of("g", "symbols --on=b"), "node b is out of reach");
}

CAF_TEST(all nodes answer where all are asked) {
  start_three();
  open_consoles();
  auto x = symbol_of("a", {"a", "b"});
  auto y = symbol_of("b", {"a", "b"});
  publish("a", {one(x, 1), one(y, 1)});
  auto found = answer_to("g", "symbols --on=all");
  CAF_CHECK_EQUAL(found.lists.size(), 1u);
  CAF_CHECK_EQUAL(found.lists.at(0).columns.at(0), "node");
  CAF_CHECK_EQUAL(column(found, 0), "a b");
  CAF_CHECK_EQUAL(column(found, 1), x + ' ' + y);
  // One that does not answer shows in its place, and the rest is shown.
  kill("b");
  found = answer_to("g", "symbols --on=all");
  CAF_CHECK_EQUAL(column(found, 0), "a");
  CAF_CHECK_EQUAL(found.note, "b: node b is out of reach");
  // If none can, it is an error.
  CAF_CHECK(refusal_of("g", "subscriber 77 --on=all").find("a: ")
            != std::string::npos);
}

CAF_TEST(only its owner describes a symbol) {
  start_three();
  open_consoles();
  auto x = symbol_of("b", {"a", "b"});
  publish("a", {one(x, 5)});
  for (auto at : {"a", "b", "g"}) {
    CAF_CHECK_EQUAL(fact_of(answer_to(at, "symbol " + x), "price"), "5");
    CAF_CHECK_EQUAL(column(answer_to(at, "watch " + x), 1), x);
  }
}

CAF_TEST_FIXTURE_SCOPE_END()
