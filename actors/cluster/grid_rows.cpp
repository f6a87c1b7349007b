// How rows find their way: those that come from other nodes, and who here wants
// which of them. Rows that go to other nodes are the outlets'.

#include <algorithm>

#include "livegrid/actors/base/log.hpp"
#include "livegrid/actors/cluster/grid.hpp"
#include "livegrid/actors/stats/counters.hpp"

namespace livegrid {

namespace {

/// Names in one message, so that others get their turn in between.
constexpr std::size_t part_size = 1000;

} // namespace

// -- from other nodes ---------------------------------------------------------

std::uint64_t grid_state::receive_rows(std::uint64_t node, row_batch& batch) {
  std::uint64_t n = batch.rows.size();
  auto* from = peers.find_node(node);
  // A node that is no member any more, or is not known yet, is not believed.
  // Once it is a member it sends its rows again.
  if (from == nullptr || !from->second.up())
    return n;
  auto& [whom, link] = *from;
  add(config.stats->rows_from_peers, n);
  link.rows_in += n;
  auto came = config.wall_clock().time_since_epoch().count();
  row_batch out;
  auto owner_knows_less = false;
  for (auto& x : batch.rows) {
    if (!x || symbols.is_here(x->symbol()) || heritage.keep_early(node, x))
      continue;
    auto result = rows.receive(std::move(x), link.generation, came);
    if (result.untold) {
      untold.note(*result.untold);
      owner_knows_less = true;
    }
    if (result.show)
      out.rows.emplace_back(std::move(result.show));
  }
  if (owner_knows_less)
    offer(whom);
  show(std::move(out));
  return n;
}

void grid_state::show(row_batch out) {
  const auto& sinks = rows.sinks();
  if (out.rows.empty() || sinks.empty())
    return;
  // Each gets all of them, and drops what none of its viewers wants.
  for (std::size_t i = 0; i + 1 < sinks.size(); ++i)
    self->send(sinks[i], out);
  self->send(sinks.back(), std::move(out));
}

std::optional<std::uint32_t> grid_state::way_to(std::size_t member) const {
  return peers.way_to(symbols.name_of(member));
}

bool grid_state::may_be_split() const {
  return static_cast<bool>(roll);
}

void grid_state::note_dropped(const row& what) {
  add(config.stats->ticks_dropped);
  config.log->warning("ticks_dropped", {{"symbol", what.symbol().str()},
                                        {"price", what.text(cell::price)},
                                        {"volume", what.text(cell::volume)},
                                        {"epoch", what.state().epoch},
                                        {"version", what.state().version}});
}

caf::result<row_batch>
grid_state::fetch_for_peer(const std::vector<symbol_name>& which) {
  if (!symbols.is_member() || !config.valid())
    return make_error(errc::moved, "this node is no member now");
  return asker.fetch(which, true);
}

// -- for this node's fan-outs -------------------------------------------------

void grid_state::watch(const std::vector<symbol_name>& which,
                       const row_sink_actor& who) {
  auto due = rows.watch(which, who);
  if (!due.now.rows.empty())
    self->send(who, std::move(due.now));
  if (!due.here.empty())
    self->send(config.market, watch_atom_v, std::move(due.here), who);
  for (auto& [owner, xs] : due.elsewhere)
    wish(symbols.name_of(owner), std::move(xs));
}

void grid_state::unwatch(const std::vector<symbol_name>& which,
                         const row_sink_actor& who) {
  auto elsewhere = rows.unwatch(which, who);
  self->send(config.market, unwatch_atom_v, which, who);
  for (auto& [owner, xs] : elsewhere)
    wish_no_more(symbols.name_of(owner), std::move(xs));
}

void grid_state::watch_all(const row_sink_actor& who) {
  auto due = rows.watch_all(who);
  if (!due.now.rows.empty())
    self->send(who, std::move(due.now));
  self->send(config.market, watch_atom_v, who);
  if (due.first)
    for (const auto& [whom, x] : peers.all())
      if (x.up())
        self->send(x.peer, watch_atom_v);
}

void grid_state::unwatch_all(const row_sink_actor& who) {
  auto last = rows.unwatch_all(who);
  self->send(config.market, unwatch_atom_v, who);
  if (last)
    for (const auto& [whom, x] : peers.all())
      if (x.up())
        self->send(x.peer, unwatch_atom_v);
}

// -- wishes -------------------------------------------------------------------

void grid_state::wish(const std::string& whom, std::vector<symbol_name> which) {
  auto* to = peers.find(whom);
  if (to == nullptr || !to->up())
    return;
  for (const auto& x : which)
    to->wishes.add(x);
  self->send(to->peer, watch_atom_v, std::move(which));
}

void grid_state::wish_no_more(const std::string& whom,
                              std::vector<symbol_name> which) {
  auto* to = peers.find(whom);
  if (to == nullptr || !to->up())
    return;
  for (const auto& x : which)
    to->wishes.remove(x);
  self->send(to->peer, unwatch_atom_v, std::move(which));
}

void grid_state::restate_wishes() {
  auto all = rows.all_wishes(true);
  show(std::move(all.late));
  for (auto& [who, which] : all.here)
    if (!which.empty())
      self->send(config.market, watch_atom_v, std::move(which), who);
  for (const auto& whom : peers.names_up())
    send_wishes(peers.at(whom), std::move(all.elsewhere[whom]));
}

void grid_state::restate_wishes_to(const std::string& whom) {
  auto& to = peers.at(whom);
  if (to.up())
    send_wishes(to, std::move(rows.all_wishes(false).elsewhere[whom]));
}

void grid_state::send_wishes(member_link& to, std::vector<symbol_name> all) {
  to.wishes = {};
  for (const auto& x : all)
    to.wishes.add(x);
  // At least one part is sent, or the member would not learn that nothing is
  // wanted.
  for (std::size_t i = 0; i == 0 || i < all.size(); i += part_size) {
    auto end = std::min(all.size(), i + part_size);
    wish_part some{.everything = rows.wants_everything(),
                   .first = i == 0,
                   .last = end == all.size()};
    some.names.assign(all.begin() + static_cast<std::ptrdiff_t>(i),
                      all.begin() + static_cast<std::ptrdiff_t>(end));
    self->send(to.peer, std::move(some));
  }
}

} // namespace livegrid
