#define CAF_SUITE actors.cluster.member_list

#include "livegrid/actors/cluster/member_list.hpp"

#include "members.hpp"

#include "unit_test.hpp"

using namespace livegrid;
using namespace livegrid::test;

namespace {

using strings = std::vector<std::string>;

actor_status status_of(bool is_member, bool settled) {
  return {"grid",
          "b",
          {{"member", is_member},
           {"epoch", 12},
           {"settled", settled},
           {"symbols", 3},
           {"viewers", 4}},
          {}};
}

} // namespace

CAF_TEST(of a member that says nothing only the view is known) {
  auto x = member_line::of(make_member("b"));
  CAF_CHECK_EQUAL(x.name, "b");
  CAF_CHECK_EQUAL(x.roles, "symbols,http");
  CAF_CHECK_EQUAL(x.state, "out of reach");
  CAF_CHECK_EQUAL(x.address, "127.0.0.1:7781");
  CAF_CHECK_EQUAL(x.epoch, "");
}

CAF_TEST(a member has the roles that it was given) {
  auto roles = [](bool owns, bool serves) {
    auto x = make_member("b", owns);
    x.serves_http = serves;
    return member_line::of(x).roles;
  };
  CAF_CHECK_EQUAL(roles(true, true), "symbols,http");
  CAF_CHECK_EQUAL(roles(true, false), "symbols");
  CAF_CHECK_EQUAL(roles(false, true), "http");
  CAF_CHECK_EQUAL(roles(false, false), "none");
}

CAF_TEST(a member is what its grid says) {
  auto x = member_line::of(make_member("b"));
  x.set_status(status_of(true, true));
  CAF_CHECK_EQUAL(x.state, "up");
  CAF_CHECK_EQUAL(x.epoch, "12");
  CAF_CHECK_EQUAL(x.symbols, "3");
  CAF_CHECK_EQUAL(x.viewers, "4");
  x.set_status(status_of(true, false));
  CAF_CHECK_EQUAL(x.state, "claiming");
  x.set_status(status_of(false, true));
  CAF_CHECK_EQUAL(x.state, "no member");
  CAF_MESSAGE("be it nothing");
  x.set_status({});
  CAF_CHECK_EQUAL(x.state, "no member");
  CAF_CHECK_EQUAL(x.epoch, "");
}

CAF_TEST(a list has a line for each member in the order of its columns) {
  member_list x;
  x.lines.emplace_back(member_line::of(make_member("a")));
  auto& b = x.lines.emplace_back(member_line::of(make_member("b")));
  b.set_status(status_of(true, true));
  b.set_relay({"relay", "", {{"sent", 8}, {"waiting", 9}}, {}});
  b.rows_in = "7";
  b.rtt_us = "250";
  auto list = x.finish();
  CAF_CHECK_EQUAL(list.total, 2u);
  CAF_CHECK_EQUAL(list.rows.at(1),
                  (strings{"b", "symbols,http", "up", "12", "3", "4", "250",
                           "7", "8", "9", "127.0.0.1:7781"}));
  CAF_CHECK_EQUAL(list.columns.size(), list.rows.at(1).size());
  CAF_CHECK_EQUAL(list.columns.at(rows_in_column), "rows in/s");
  CAF_CHECK_EQUAL(list.columns.at(rows_out_column), "rows out/s");
}
