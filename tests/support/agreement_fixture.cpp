#include "agreement_fixture.hpp"

#include <string>
#include <vector>

namespace livegrid::test {

void agreement_fixture::part_nodes(const std::string& a, const std::string& b) {
  cables.lose(
    [=](const std::string& from, const std::string& to, const caf::message&) {
      return (from == a && to == b) || (from == b && to == a);
    });
  break_cable(a, b);
}

void agreement_fixture::drop_member(const std::string& whose,
                                    const std::vector<std::string>& others) {
  self->send(nodes.at(whose).grid, lost_atom_v);
  consume_messages();
  view(others);
}

std::string agreement_fixture::own_twice(double price) {
  end_all();
  lose_nothing();
  start_three();
  auto x = symbol_of("b", {"a", "b"});
  publish("g", {one(x, 1)});
  watch("b", {x});
  watch("g", {x});
  lose_all_of("b");
  CAF_CHECK(publish("b", {one(x, price)}));
  CAF_CHECK_EQUAL(last_row("b"), x + ' '
                                   + std::to_string(static_cast<int>(price))
                                   + " 2 live");
  drop_member("b", {"a", "g"});
  CAF_CHECK_EQUAL(fetch_row("g", x), "1 1 live");
  take_rows("b");
  take_rows("g");
  return x;
}

void agreement_fixture::heal(bool owns_again) {
  CAF_MESSAGE("the first owner " << (owns_again ? "owns" : "does not own")
                                 << " it again");
  lose_nothing();
  nodes.at("b").who.owns_symbols = owns_again;
  view({"a", "b", "g"});
  pass_beats(2);
}

} // namespace livegrid::test
