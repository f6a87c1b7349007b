#define CAF_SUITE actors.cluster.grid_names

// What a node keeps of names that nobody has, however many are written to it.

#include "livegrid/actors/cluster/grid.hpp"

#include "grid_fixture.hpp"

using namespace livegrid;
using namespace livegrid::test;
using namespace std::chrono_literals;

namespace {

/// More than the node of the fixture may own, and than it remembers of others.
constexpr int many = 40'000;

constexpr int in_market = 1000;

class names_fixture : public grid_fixture {
public:
  std::uint64_t says(const std::string& at, std::string_view key) {
    auto x = ask<actor_status>(nodes.at(at).grid, status_atom_v);
    CAF_REQUIRE(x);
    return std::stoull(fact(*x, key));
  }

  static std::vector<symbol_name> made_up(int n, const std::string& prefix) {
    std::vector<symbol_name> result;
    for (int i = 0; i < n; ++i)
      result.emplace_back(name_of(prefix + std::to_string(i)));
    return result;
  }

  static std::vector<tick> ticks_of(int n, const std::string& prefix) {
    std::vector<tick> result;
    for (const auto& x : made_up(n, prefix))
      result.emplace_back(one(x.str(), 1));
    return result;
  }

  std::string refusal_of(const std::string& at, std::vector<tick> ticks) {
    auto x = publish(at, std::move(ticks));
    return x ? "taken" : to_refusal(x.error()).type;
  }

  std::size_t listed_at(const std::string& at) {
    auto x = ask<std::vector<symbol_name>>(nodes.at(at).grid, fetch_atom_v,
                                           std::uint64_t{100'000});
    CAF_REQUIRE(x);
    return x->size();
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(grid_names_tests, names_fixture)

CAF_TEST(a name that is asked for is not kept) {
  start_three();
  for (auto at : {"a", "g"}) {
    auto x =
      ask<row_batch>(nodes.at(at).grid, fetch_atom_v, made_up(many, "X"));
    CAF_REQUIRE(x);
    CAF_CHECK_EQUAL(x->rows.size(), static_cast<std::size_t>(many));
    CAF_CHECK_EQUAL(says(at, "places"), 0u);
  }
}

CAF_TEST(a name that was watched is not kept) {
  start_three();
  for (int round = 0; round < 3; ++round) {
    auto names =
      made_up(many / 2, std::string(1, static_cast<char>('A' + round)));
    self->send(nodes.at("g").grid, watch_atom_v, names, nodes.at("g").viewer);
    consume_messages();
    self->send(nodes.at("g").grid, unwatch_atom_v, names, nodes.at("g").viewer);
    consume_messages();
    nodes.at("g").got->batches.clear();
  }
  CAF_CHECK_EQUAL(says("g", "held"), 0u);
  // What is remembered beyond that has a limit.
  CAF_CHECK_LESS(says("g", "places"), static_cast<std::uint64_t>(many));
}

CAF_TEST(a name that no market takes is nobodys) {
  start_three();
  for (auto at : {"a", "g"})
    for (auto prefix : {"X", "Y"}) {
      CAF_CHECK_EQUAL(refusal_of(at, ticks_of(in_market * 4, prefix)),
                      "too_many_symbols");
      for (auto owner : {"a", "b"}) {
        CAF_CHECK_EQUAL(says(owner, "symbols"), 0u);
        CAF_CHECK_EQUAL(owned_by(owner), 0u);
      }
    }
  CAF_CHECK_EQUAL(listed_at("g"), 0u);
  // What was refused may come in smaller parts.
  CAF_CHECK_EQUAL(refusal_of("g", ticks_of(in_market, "X")), "taken");
  CAF_CHECK_EQUAL(listed_at("g"), static_cast<std::size_t>(in_market));
  CAF_CHECK_EQUAL(says("a", "symbols") + says("b", "symbols"),
                  static_cast<std::uint64_t>(in_market));
}

CAF_TEST(a name that one batch brings and another does not is kept) {
  start("a");
  view({"a"});
  CAF_REQUIRE_EQUAL(refusal_of("a", ticks_of(in_market - 1, "X")), "taken");
  // Both are under way before the market has seen any.
  auto refused =
    start_publish("a", {one("New", 1), one("Too", 1), one("Far", 1)});
  auto taken = start_publish("a", {one("New", 2)});
  consume_messages();
  CAF_CHECK(!fetch<std::uint64_t>(refused));
  CAF_CHECK_EQUAL(unbox(fetch<std::uint64_t>(taken)), 1u);
  CAF_CHECK_EQUAL(says("a", "symbols"), static_cast<std::uint64_t>(in_market));
  CAF_CHECK_EQUAL(listed_at("a"), static_cast<std::size_t>(in_market));
  CAF_CHECK_EQUAL(fetch_row("a", "New"), "2 1 live");
}

CAF_TEST(what is prepared has its room until it is given back) {
  auto& a = start("a");
  start("g", false);
  view({"a", "g"});
  constexpr std::uint64_t node_of_g = 1;
  auto prepare = [&](std::uint64_t number, std::vector<tick> ticks) {
    auto batch = batch_of(std::move(ticks));
    batch.id = {node_of_g, number};
    auto x = ask<std::uint64_t>(a.market, prepare_atom_v, batch);
    return x ? "prepared" : to_refusal(x.error()).type;
  };
  CAF_CHECK_EQUAL(prepare(1, ticks_of(in_market - 1, "X")), "prepared");
  CAF_CHECK_EQUAL(prepare(2, ticks_of(in_market, "X")), "prepared");
  CAF_CHECK_EQUAL(prepare(3, {one("New", 1)}), "too_many_symbols");
  CAF_CHECK_EQUAL(refusal_of("a", {one("New", 1)}), "too_many_symbols");
  self->send(a.market, abort_atom_v, batch_id{node_of_g, 2});
  CAF_CHECK_EQUAL(prepare(3, {one("New", 1)}), "prepared");
  // What is made meanwhile counts once.
  CAF_CHECK_EQUAL(refusal_of("a", {one("New", 1)}), "taken");
  CAF_CHECK_EQUAL(refusal_of("a", {one("Newer", 1)}), "too_many_symbols");
  self->send(a.market, abort_atom_v, batch_id{node_of_g, 0});
  CAF_CHECK_EQUAL(refusal_of("a", ticks_of(in_market - 1, "Y")), "taken");
  CAF_CHECK_EQUAL(owned_by("a"), static_cast<std::uint64_t>(in_market));
}

CAF_TEST(the last owner is not drained) {
  start("a");
  start("b");
  start("g", false);
  view({"a", "b", "g"});
  auto drain = [&](const char* at) {
    auto x = ask<bool>(nodes.at(at).grid, pin_atom_v, false);
    return x ? "drained" : to_refusal(x.error()).message;
  };
  CAF_CHECK_EQUAL(drain("a"), "drained");
  view({"a", "b", "g"});
  CAF_CHECK_EQUAL(drain("b"),
                  "node b is the last one that owns symbols: nobody "
                  "would have them");
  CAF_CHECK_EQUAL(unbox(publish("g", {one("X", 1)})), 1u);
}

CAF_TEST_FIXTURE_SCOPE_END()
