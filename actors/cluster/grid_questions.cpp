// What is asked of the grid as of a market: rows, names, and whether there are
// others. Other nodes are asked for what they know.

#include <algorithm>
#include <memory>

#include "livegrid/actors/cluster/grid.hpp"
#include "livegrid/actors/runtime/gathered.hpp"

namespace livegrid {

// -- rows ---------------------------------------------------------------------

std::string grid_state::why_unknown(const symbol_name& which) const {
  auto at = symbols.look_up(which).placed;
  if (!at || !symbols.is_member())
    return "no node owns " + which.str() + " now";
  return "node " + symbols.name_of(at->owner) + ", which owns " + which.str()
         + ", is out of reach";
}

caf::result<row_batch>
grid_state::fetch_for_peer(const std::vector<symbol_name>& which) {
  if (!symbols.is_member() || !config.valid())
    return make_error(errc::moved, "this node is no member now");
  return fetch(which, true);
}

namespace {

/// Who is asked for a row.
struct row_source {
  enum class kind : std::uint8_t {
    market,
    member,
    held,   ///< the last that came here is all there is
    nobody, ///< nothing can be said
  };

  kind from = kind::nobody;
  std::size_t member = 0; ///< that is asked
  bool stands_by = false; ///< it is not the owner, but the next one
};

/// @param asked_by_peer see `grid_state::fetch`
row_source find_source(const grid_state& grid, const symbol_name& which,
                       bool asked_by_peer) {
  using kind = row_source::kind;
  auto at = grid.symbols.look_up(which);
  if (at.here || (grid.symbols.is_mine(at) && grid.share.settled()))
    return {kind::market};
  if (!asked_by_peer && at.placed && grid.symbols.is_member()) {
    if (grid.way_to(at.placed->owner))
      return {kind::member, at.placed->owner};
    // The next owner stands by: it has the newest rows beside the owner.
    if (at.placed->next && grid.way_to(*at.placed->next))
      return {kind::member, *at.placed->next, true};
  }
  return {grid.rows.held(which) ? kind::held : kind::nobody};
}

/// What one of those who are asked shall answer.
struct question {
  std::vector<symbol_name> which;
  std::vector<std::size_t> positions; ///< of the rows, in the answer
  std::vector<bool> stands_by;        ///< see `row_source`
};

} // namespace

caf::result<row_batch> grid_state::fetch(const std::vector<symbol_name>& which,
                                         bool asked_by_peer) {
  using kind = row_source::kind;
  auto result = std::make_shared<gathered<row_batch>>();
  auto& all = result->all.rows;
  // What nobody knows better is a row of nothing.
  for (const auto& x : which)
    all.emplace_back(row::vacant(x));
  question here;
  std::map<std::size_t, question> elsewhere;
  for (std::size_t i = 0; i < which.size(); ++i) {
    auto source = find_source(*this, which[i], asked_by_peer);
    if (source.from == kind::market || source.from == kind::member) {
      auto& to = source.from == kind::market ? here : elsewhere[source.member];
      to.which.emplace_back(which[i]);
      to.positions.emplace_back(i);
      to.stands_by.push_back(source.stands_by);
    } else if (source.from == kind::held) {
      // The mark says that there may be newer ones.
      all[i] = marked_down(*rows.held(which[i]));
    } else if (!asked_by_peer) {
      // Nulls would say that it has never traded.
      return make_error(errc::unavailable, why_unknown(which[i]));
    }
  }
  result->missing = elsewhere.size() + (here.which.empty() ? 0 : 1);
  if (result->missing == 0)
    return std::move(result->all);
  result->to = self->make_response_promise<row_batch>();
  auto ask = [&](const auto& whom, auto atom, question& what) {
    self->request(whom, fetch_timeout, atom, std::move(what.which))
      .then(
        [this, result, positions = std::move(what.positions),
         stands_by = std::move(what.stands_by)](row_batch& x) {
          auto n = std::min(x.rows.size(), positions.size());
          for (std::size_t i = 0; i < n; ++i) {
            if (!x.rows[i])
              continue;
            auto row = rows.newest(std::move(x.rows[i]));
            // A node that stands by may not have been told of the symbol yet.
            if (stands_by[i] && row->is_vacant())
              return result->fail(
                make_error(errc::unavailable, why_unknown(row->symbol())));
            result->all.rows[positions[i]] = std::move(row);
          }
          result->one_done();
        },
        [result](caf::error& why) { result->fail(std::move(why)); });
  };
  if (!here.which.empty())
    ask(config.market, fetch_atom_v, here);
  for (auto& [member, what] : elsewhere)
    ask(peers.at(symbols.name_of(member)).peer, row_atom_v, what);
  return result->to;
}

// -- names --------------------------------------------------------------------

caf::result<std::vector<symbol_name>>
grid_state::fetch_names(std::uint64_t limit) {
  using names = std::vector<symbol_name>;
  auto put_in_order = [limit](names& xs) {
    if (limit == UINT64_MAX)
      return;
    std::sort(xs.begin(), xs.end());
    xs.erase(std::unique(xs.begin(), xs.end()), xs.end());
    xs.resize(std::min<std::uint64_t>(limit, xs.size()));
  };
  auto result = std::make_shared<gathered<names>>();
  result->all = symbols.names_born(limit);
  put_in_order(result->all);
  for (const auto& [whom, x] : peers.all()) {
    if (!x.up() || !x.owns_symbols)
      continue;
    ++result->missing;
    self->request(x.peer, fetch_timeout, list_atom_v, limit)
      .then(
        [result, put_in_order](const names& more) {
          auto& all = result->all;
          all.insert(all.end(), more.begin(), more.end());
          put_in_order(all);
          result->one_done();
        },
        [result](caf::error& why) { result->fail(std::move(why)); });
  }
  if (result->missing == 0)
    return std::move(result->all);
  result->to = self->make_response_promise<names>();
  return result->to;
}

caf::result<std::uint64_t> grid_state::fetch_version() {
  auto result = std::make_shared<gathered<std::uint64_t>>();
  // The order in which the others answer must not count.
  auto mix = [](std::uint64_t x) {
    x = (x ^ (x >> 31)) * 0x9E3779B97F4A7C15;
    return x ^ (x >> 29);
  };
  result->all = mix(symbols.version());
  for (const auto& [whom, x] : peers.all()) {
    if (!x.up() || !x.owns_symbols)
      continue;
    ++result->missing;
    self->request(x.peer, fetch_timeout, count_atom_v)
      .then(
        [result, mix, who = std::hash<std::string>{}(whom)](std::uint64_t n) {
          result->all += mix(mix(n) + who);
          result->one_done();
        },
        [result](caf::error& why) { result->fail(std::move(why)); });
  }
  if (result->missing == 0)
    return result->all;
  result->to = self->make_response_promise<std::uint64_t>();
  return result->to;
}

} // namespace livegrid
