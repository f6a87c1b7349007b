#define CAF_SUITE http.cluster.member_table

#include "livegrid/http/cluster/member_table.hpp"

#include <string>
#include <vector>

#include "livegrid/http/cluster/member_json.hpp"

#include "unit_test.hpp"

using namespace livegrid;

namespace {

const std::string prefix = "/livegrid/c/members/";
const std::string instance(32, 'a');

etcd::entry entry_of(const std::string& name, etcd::revision changed,
                     std::uint16_t port = 1) {
  member x{.name = name, .instance = instance, .address = "::1", .port = port};
  return {prefix + name, to_json(x), changed};
}

etcd::change put(const std::string& name, etcd::revision at,
                 std::uint16_t port = 1) {
  return {false, entry_of(name, at, port)};
}

etcd::change removal(const std::string& name, etcd::revision at) {
  return {true, {prefix + name, "", at}};
}

/// `EPOCH NAME:PORT ...`.
std::string shown(const member_table& x) {
  auto view = x.view();
  CAF_CHECK(view.valid());
  auto result = std::to_string(view.epoch);
  for (const auto& m : view.members)
    result += " " + m.name + ":" + std::to_string(m.port);
  return result;
}

CAF_TEST(entries and changes make views) {
  member_table x{prefix, "b", instance};
  CAF_CHECK_EQUAL(x.epoch(), 0u);
  CAF_CHECK_EQUAL(x.own_revision(), 0u);
  x.reset(9, {entry_of("b", 9), entry_of("a", 4)});
  CAF_CHECK_EQUAL(shown(x), "9 a:1 b:1");
  CAF_CHECK_EQUAL(x.own_revision(), 9u);
  x.apply({put("c", 12), put("a", 13, 5)});
  CAF_CHECK_EQUAL(shown(x), "13 a:5 b:1 c:1");
  // Two leases may end at once.
  x.apply({removal("a", 15), removal("b", 15)});
  CAF_CHECK_EQUAL(shown(x), "15 c:1");
  CAF_CHECK_EQUAL(x.own_revision(), 0u);
  x.apply({});
  CAF_CHECK_EQUAL(shown(x), "15 c:1");
  x.reset(20, {entry_of("b", 20)});
  CAF_CHECK_EQUAL(shown(x), "20 b:1");
}

CAF_TEST(what is known already does nothing) {
  member_table x{prefix, "b", instance};
  x.reset(9, {entry_of("a", 8), entry_of("b", 9)});
  x.apply({removal("a", 7), put("d", 8)});
  CAF_CHECK_EQUAL(shown(x), "9 a:1 b:1");
}

// The name may have gone to another between two looks at it.
CAF_TEST(the name of another instance is not ours) {
  member_table x{prefix, "b", std::string(32, 'b')};
  x.reset(9, {entry_of("b", 9)});
  CAF_CHECK_EQUAL(shown(x), "9 b:1");
  CAF_CHECK_EQUAL(x.own_revision(), 0u);
}

CAF_TEST(keys elsewhere do nothing but count) {
  member_table x{prefix, "b", instance};
  x.reset(9, {entry_of("b", 9), {"/livegrid/d/members/x", "{}", 3}});
  CAF_CHECK_EQUAL(shown(x), "9 b:1");
  x.apply({{true, {"/b", "", 10}}, {true, {"", "", 11}}});
  CAF_CHECK_EQUAL(shown(x), "11 b:1");
  CAF_CHECK(x.take_complaints().empty());
}

CAF_TEST(entries that are no members are told of once) {
  member_table x{prefix, "b", instance};
  auto bad = entry_of("a", 8);
  bad.value = "{}";
  auto worse = entry_of("a/c\n", 9);
  std::vector<etcd::entry> entries{bad, worse, entry_of("b", 10)};
  x.reset(10, entries);
  CAF_CHECK_EQUAL(shown(x), "10 b:1");
  auto told = x.take_complaints();
  CAF_REQUIRE_EQUAL(told.size(), 2u);
  CAF_CHECK(told[0].starts_with("\"a\": "));
  CAF_CHECK_EQUAL(told[1], "\"a/c\\n\": its name cannot be one");
  x.reset(10, entries);
  CAF_CHECK(x.take_complaints().empty());
  // One that turns bad is a member no longer.
  x.apply({put("a", 11)});
  CAF_CHECK_EQUAL(shown(x), "11 a:1 b:1");
  bad.changed = 12;
  x.apply({{false, bad}});
  CAF_CHECK_EQUAL(shown(x), "12 b:1");
  CAF_CHECK_EQUAL(x.take_complaints().size(), 1u);
}

CAF_TEST(there is room for so many members) {
  member_table x{prefix, "b", instance};
  std::vector<etcd::entry> entries;
  for (std::size_t i = 0; i <= max_members; ++i)
    entries.emplace_back(entry_of("n" + std::to_string(1000 + i), i + 1));
  x.reset(max_members + 1, entries);
  CAF_CHECK_EQUAL(x.view().members.size(), max_members);
  CAF_CHECK(x.view().valid());
  CAF_CHECK_EQUAL(x.take_complaints().size(), 1u);
}

} // namespace
