#include "grid_fixture.hpp"

#include <chrono>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace livegrid::test {

grid_fixture::node& grid_fixture::start(const std::string& name, bool owns) {
  auto& x = nodes[name];
  x.who = make_member(name, owns);
  x.stats = apart ? std::make_shared<counters>() : stats;
  x.market = own(sys.spawn(market, market_of({}, 1000)));
  x.grid = own(sys.spawn(grid, config_of(x)));
  x.viewer = make_fanout(x.got);
  consume_messages();
  return x;
}

grid_config grid_fixture::config_of(node& x) {
  return {.cluster = "test",
          .self = x.who,
          .market = x.market,
          .dial = [this, &x](const member& whom,
                             const grid_actor& from) { dial(x, whom, from); },
          .valid = [&x] { return x.valid; },
          .restate =
            [&x](bool owns, std::vector<symbol_name> pinned) {
              x.who.owns_symbols = owns;
              x.who.pinned = std::move(pinned);
            },
          .first_states = first_states,
          .stats = x.stats,
          .log = quiet,
          .wall_clock = test_clock};
}

void grid_fixture::dial(node& from, const member& whom,
                        const grid_actor& caller) {
  ++from.dials;
  auto to = nodes.find(whom.name);
  if (to == nodes.end() || cut.contains(whom.name)
      || cut.contains(from.who.name))
    caf::anon_send(caller, link_atom_v, whom.instance,
                   std::string{"no way there"});
  else
    caf::anon_send(caller, link_atom_v, whom.instance,
                   to->second.stand_in ? to->second.stand_in
                                       : way_to(from, to->second));
}

peer_actor grid_fixture::way_to(const node& from, const node& to) {
  auto end_of = [](const node& x) {
    return cabling::end{x.who.name,
                        caf::actor_cast<caf::strong_actor_ptr>(x.grid)};
  };
  return caf::actor_cast<peer_actor>(
    cables.between(sys, end_of(from), end_of(to)));
}

cluster_view grid_fixture::view_of(const std::vector<std::string>& names) {
  cluster_view result{++epoch, {}};
  for (const auto& x : names)
    result.members.emplace_back(nodes.at(x).who);
  return result;
}

void grid_fixture::view(const std::vector<std::string>& names) {
  auto now = view_of(names);
  for (const auto& x : names)
    self->send(nodes.at(x).grid, now);
  settle();
}

void grid_fixture::use_list() {
  listed = true;
  for (auto& [name, x] : nodes)
    self->send(x.grid, join_atom_v, caf::actor_cast<rollcall_actor>(self));
  consume_messages();
}

void grid_fixture::settle() {
  consume_messages();
  // Without word from the roll-call, grids look for each other.
  if (listed)
    pass(std::chrono::seconds{1});
  for (int i = 0; i < 5; ++i)
    pass(std::chrono::milliseconds{20});
}

void grid_fixture::start_three() {
  start("a");
  start("b");
  start("g", false);
  view({"a", "b", "g"});
}

void grid_fixture::kill(const std::string& name) {
  auto& x = nodes.at(name);
  caf::anon_send_exit(x.grid, caf::exit_reason::kill);
  caf::anon_send_exit(x.market, caf::exit_reason::kill);
  consume_messages();
}

void grid_fixture::end_all() {
  for (auto& [name, x] : nodes) {
    end(x.grid);
    end(x.market);
  }
  nodes.clear();
}

void grid_fixture::watch(const std::string& at,
                         std::initializer_list<std::string_view> xs) {
  self->send(nodes.at(at).grid, watch_atom_v, names_of(xs),
             nodes.at(at).viewer);
  consume_messages();
}

caf::expected<std::uint64_t> grid_fixture::publish(const std::string& at,
                                                   std::vector<tick> ticks) {
  return ask<std::uint64_t>(nodes.at(at).grid, publish_atom_v,
                            batch_of(std::move(ticks)));
}

std::string grid_fixture::fetch_row(const std::string& at,
                                    std::string_view symbol) {
  auto x = ask<row_batch>(nodes.at(at).grid, fetch_atom_v, names_of({symbol}));
  if (!x)
    return to_refusal(x.error()).message;
  return text_of(*x->rows.at(0));
}

std::string grid_fixture::text_of(const row& x) {
  std::string fresh{x.text(cell::freshness)};
  return std::string{x.text(cell::price)} + ' '
         + std::string{x.text(cell::volume)} + ' '
         + fresh.substr(1, fresh.size() - 2);
}

std::vector<std::string> grid_fixture::take_rows(const std::string& at) {
  std::vector<std::string> result;
  for (const auto& batch : nodes.at(at).got->batches)
    for (const auto& x : batch.rows)
      result.emplace_back(x->symbol().str() + ' ' + text_of(*x));
  nodes.at(at).got->batches.clear();
  return result;
}

std::string grid_fixture::last_volume(const std::string& at,
                                      const std::string& symbol) {
  std::string result;
  for (const auto& batch : nodes.at(at).got->batches)
    for (const auto& x : batch.rows)
      if (x->symbol().str() == symbol)
        result = x->text(cell::volume);
  return result;
}

std::uint64_t grid_fixture::owned_by(const std::string& at) {
  auto x = ask<actor_status>(nodes.at(at).market, status_atom_v);
  CAF_REQUIRE(x);
  return std::stoull(fact(*x, "symbols"));
}

} // namespace livegrid::test
