#include "livegrid/actors/cluster/questions.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <memory>

#include "livegrid/actors/runtime/gathered.hpp"

namespace livegrid {

questions::questions(const ownership& symbols, const links& peers,
                     const distant_rows& rows, const claims& share)
  : symbols_(symbols), peers_(peers), rows_(rows), share_(share) {
  // nop
}

void questions::init(grid_actor::pointer self, market_actor market) {
  self_ = self;
  market_ = std::move(market);
}

// -- rows ---------------------------------------------------------------------

bool questions::can_ask(std::size_t member) const {
  return peers_.way_to(symbols_.name_of(member)).has_value();
}

questions::source questions::find_source(const symbol_name& which,
                                         bool asked_by_peer) const {
  using kind = source::kind;
  auto at = symbols_.look_up(which);
  if (at.here || (symbols_.is_mine(at) && share_.settled()))
    return {kind::market};
  if (!asked_by_peer && at.placed && symbols_.is_member()) {
    if (can_ask(at.placed->owner))
      return {kind::member, at.placed->owner};
    // The next owner stands by: it has the newest rows beside the owner.
    if (at.placed->next && can_ask(*at.placed->next))
      return {kind::member, *at.placed->next, true};
  }
  return {rows_.held(which) ? kind::held : kind::nobody};
}

std::string questions::why_unknown(const symbol_name& which) const {
  auto at = symbols_.look_up(which).placed;
  if (!at || !symbols_.is_member())
    return "no node owns " + which.str() + " now";
  return "node " + symbols_.name_of(at->owner) + ", which owns " + which.str()
         + ", is out of reach";
}

caf::result<row_batch> questions::fetch(const names& which,
                                        bool asked_by_peer) {
  using kind = source::kind;
  auto result = std::make_shared<gathered<row_batch>>();
  auto& all = result->all.rows;
  // What nobody knows better is a row of nothing.
  for (const auto& x : which)
    all.emplace_back(row::vacant(x));
  share_of_rows here;
  std::map<std::size_t, share_of_rows> elsewhere;
  for (std::size_t i = 0; i < which.size(); ++i) {
    auto whom = find_source(which[i], asked_by_peer);
    if (whom.from == kind::market || whom.from == kind::member) {
      auto& to = whom.from == kind::market ? here : elsewhere[whom.member];
      to.which.emplace_back(which[i]);
      to.positions.emplace_back(i);
      to.stands_by.push_back(whom.stands_by);
    } else if (whom.from == kind::held) {
      // The mark says that there may be newer ones.
      all[i] = marked_down(*rows_.held(which[i]));
    } else if (!asked_by_peer) {
      // Nulls would say that it has never traded.
      return make_error(errc::unavailable, why_unknown(which[i]));
    }
  }
  result->missing = elsewhere.size() + (here.which.empty() ? 0 : 1);
  if (result->missing == 0)
    return std::move(result->all);
  result->to = self_->make_response_promise<row_batch>();
  auto ask = [&](const auto& to, auto atom, share_of_rows& what) {
    self_->request(to, question_timeout, atom, std::move(what.which))
      .then(
        [this, result, positions = std::move(what.positions),
         stands_by = std::move(what.stands_by)](row_batch& x) {
          auto n = std::min(x.rows.size(), positions.size());
          for (std::size_t i = 0; i < n; ++i) {
            if (!x.rows[i])
              continue;
            auto row = rows_.newest(std::move(x.rows[i]));
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
    ask(market_, fetch_atom_v, here);
  for (auto& [member, what] : elsewhere)
    ask(peers_.find(symbols_.name_of(member))->peer, row_atom_v, what);
  return result->to;
}

// -- names --------------------------------------------------------------------

caf::result<questions::names> questions::fetch_names(std::uint64_t limit) {
  auto put_in_order = [limit](names& xs) {
    if (limit == UINT64_MAX)
      return;
    std::sort(xs.begin(), xs.end());
    xs.erase(std::unique(xs.begin(), xs.end()), xs.end());
    xs.resize(std::min<std::uint64_t>(limit, xs.size()));
  };
  auto result = std::make_shared<gathered<names>>();
  result->all = symbols_.names_born(limit);
  put_in_order(result->all);
  for (const auto& [whom, x] : peers_.all()) {
    if (!x.up() || !x.owns_symbols)
      continue;
    ++result->missing;
    self_->request(x.peer, question_timeout, list_atom_v, limit)
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
  result->to = self_->make_response_promise<names>();
  return result->to;
}

caf::result<std::uint64_t> questions::fetch_version() {
  auto result = std::make_shared<gathered<std::uint64_t>>();
  // The order in which the others answer must not count.
  auto mix = [](std::uint64_t x) {
    x = (x ^ (x >> 31)) * 0x9E3779B97F4A7C15;
    return x ^ (x >> 29);
  };
  result->all = mix(symbols_.version());
  for (const auto& [whom, x] : peers_.all()) {
    if (!x.up() || !x.owns_symbols)
      continue;
    ++result->missing;
    self_->request(x.peer, question_timeout, count_atom_v)
      .then(
        [result, mix, who = std::hash<std::string>{}(whom)](std::uint64_t n) {
          result->all += mix(mix(n) + who);
          result->one_done();
        },
        [result](caf::error& why) { result->fail(std::move(why)); });
  }
  if (result->missing == 0)
    return result->all;
  result->to = self_->make_response_promise<std::uint64_t>();
  return result->to;
}

} // namespace livegrid
