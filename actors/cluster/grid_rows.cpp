// How rows find their way: who wants which, and from where.

#include <algorithm>
#include <chrono>
#include <tuple>

#include "livegrid/actors/cluster/grid.hpp"
#include "livegrid/actors/cluster/relay.hpp"
#include "livegrid/actors/runtime/gathered.hpp"
#include "livegrid/actors/runtime/spawn.hpp"
#include "livegrid/actors/stats/counters.hpp"

namespace livegrid {

namespace {

/// Names in one message, so that others get their turn in between.
constexpr std::size_t part_size = 1000;

/// So long a row is marked that shows less than was shown before: who looks
/// twice a second sees it.
constexpr std::chrono::seconds mark_time{1};

/// Whether `a` shows less of the symbol than `b`, whatever way the two came.
bool older(const row_order& a, const row_order& b) noexcept {
  return std::pair{a.epoch, a.version} < std::pair{b.epoch, b.version};
}

template <class T>
void add_once(std::vector<T>& xs, const T& x) {
  if (std::find(xs.begin(), xs.end(), x) == xs.end())
    xs.emplace_back(x);
}

} // namespace

// -- from other nodes ---------------------------------------------------------

std::uint64_t grid_state::take_rows(std::uint64_t node, row_batch& batch) {
  std::uint64_t n = batch.rows.size();
  auto i = std::find_if(links.begin(), links.end(),
                        [&](const auto& x) { return x.second.node == node; });
  // Of a node that is not a member any more, or not known yet: what it sends
  // is not to be believed, and comes again when it is.
  if (i == links.end() || !i->second.up())
    return n;
  auto at_link = i->second.generation;
  add(config.stats->rows_from_peers, n);
  i->second.rows_in += n;
  auto came = config.wall_clock().time_since_epoch().count();
  row_batch out;
  auto unknown = false;
  for (auto& x : batch.rows) {
    if (!x || symbols.is_here(x->symbol()))
      continue;
    if (auto going = leaving.find(x->symbol()); going != leaving.end()) {
      going->second = {node, std::move(x)};
      continue;
    }
    // Nobody looks any more at a name that no node has.
    if (x->is_vacant() && !distant.contains(x->symbol()))
      continue;
    auto row = with_link(std::move(x), at_link, came);
    auto& known = distant[row->symbol()];
    auto stale = known.held
                 && (row->order() <= known.held->order()
                     || older(row->order(), known.held->order()));
    // Who has just begun to look has not been given the one that is held.
    if (stale && (!known.awaited || older(row->order(), known.held->order()))) {
      // Its owner goes on from before somebody else owned it.
      if (row->state() > known.held->state()
          && row->order().epoch < known.held->order().epoch) {
        unknown_to_owner.try_emplace(row->symbol(), false);
        unknown = true;
      }
      continue;
    }
    known.awaited = false;
    auto shown = row;
    if (known.held && row->state() < known.held->state()) {
      // Its owner does not know what has been shown here: he is told, and then
      // goes on from that.
      unknown_to_owner.try_emplace(row->symbol(), false);
      unknown = true;
      continue;
    }
    if (known.held)
      note_gone_back(*row, *known.held);
    known.held = std::move(row);
    if (!known.sinks.empty() || !everything.empty()) {
      if (auto back = gone_back.find(shown->symbol());
          back != gone_back.end()) {
        if (!back->second) {
          back->second = self->clock().now();
          add(config.stats->rows_gone_back);
        }
        shown = marked_down(*shown);
      }
      out.rows.emplace_back(std::move(shown));
    }
  }
  if (unknown)
    offer(i->first);
  show(std::move(out));
  return n;
}

void grid_state::show(row_batch out) {
  if (out.rows.empty() || sinks.empty())
    return;
  // A fan-out drops what nobody there wants.
  for (std::size_t i = 0; i + 1 < sinks.size(); ++i)
    self->send(sinks[i], out);
  self->send(sinks.back(), std::move(out));
}

row_ptr grid_state::shown(const symbol_name& which, const row_ptr& held) {
  const auto& at = symbols.place(which);
  auto known = symbols.is_elsewhere(at)
                 ? links.find(symbols.name_of(at.placed->owner))
                 : links.end();
  if (known == links.end() || !known->second.up())
    return marked_down(*held);
  // From before there was this way: a newer one comes over it.
  return held->order().link == known->second.generation
             && !gone_back.contains(which)
           ? held
           : marked_down(*held);
}

void grid_state::note_gone_back(const row& newer, const row& older) {
  auto knows = knowledge_of(newer, older);
  // With etcd there is one owner after the other, so that it knows them all.
  if (knows != knowledge::none && !(roll && knows == knowledge::unknown))
    return;
  note_dropped(older);
  gone_back[newer.symbol()].reset();
}

void grid_state::show_again() {
  auto now = self->clock().now();
  row_batch out;
  for (auto i = gone_back.begin(); i != gone_back.end();) {
    auto current = i++;
    auto& [symbol, since] = *current;
    auto known = distant.find(symbol);
    auto held = known != distant.end() && known->second.held;
    // It is about to be this node's.
    if (held && symbols.is_mine(symbol))
      continue;
    if (!held || (known->second.sinks.empty() && everything.empty())) {
      gone_back.erase(current);
    } else if (!since) {
      since = now;
      add(config.stats->rows_gone_back);
      out.rows.emplace_back(marked_down(*known->second.held));
    } else if (now - *since >= mark_time) {
      gone_back.erase(current);
      auto& x = known->second.held;
      x = unmarked(*x);
      out.rows.emplace_back(shown(known->first, x));
    }
  }
  show(std::move(out));
}

void grid_state::show_down(const std::string& whom) {
  row_batch out;
  for (const auto& [symbol, x] : distant) {
    if (!x.held || (x.sinks.empty() && everything.empty()))
      continue;
    auto at = symbols.place(symbol).placed;
    if (!at || symbols.name_of(at->owner) == whom)
      out.rows.emplace_back(marked_down(*x.held));
  }
  show(std::move(out));
}

void grid_state::hold(const row_ptr& x) {
  if (!x || x->is_vacant())
    return;
  auto& held = distant[x->symbol()].held;
  if (!held || held->is_vacant()) {
    held = x;
    return;
  }
  auto rank = [](const row& y) {
    return std::tuple{y.state(), y.order().epoch, y.version()};
  };
  auto newer = rank(*held) < rank(*x) ? x : held;
  auto other = newer == x ? held : x;
  note_gone_back(*newer, *other);
  held = std::move(newer);
}

// -- for this node's fan-outs -------------------------------------------------

void grid_state::watch(const std::vector<symbol_name>& names,
                       const row_sink_actor& who) {
  add_once(sinks, who);
  std::vector<symbol_name> here;
  std::map<std::size_t, std::vector<symbol_name>> elsewhere;
  row_batch now;
  for (const auto& x : names) {
    auto& known = distant[x];
    auto first = known.sinks.empty();
    add_once(known.sinks, who);
    const auto& at = symbols.place(x);
    if (at.here || symbols.is_mine(at))
      here.emplace_back(x);
    // Its next owner has to know before it goes there.
    if (first && symbols.is_elsewhere(at))
      elsewhere[at.placed->owner].emplace_back(x);
    // What nobody has asked for since may be old: its owner answers at once.
    auto current = !first || !everything.empty() || !reachable_owner(at);
    known.awaited |= !current;
    if (known.held && !at.here && current)
      now.rows.emplace_back(shown(x, known.held));
  }
  if (!now.rows.empty())
    self->send(who, std::move(now));
  if (!here.empty())
    self->send(config.market, watch_atom_v, std::move(here), who);
  for (auto& [owner, xs] : elsewhere)
    if (auto i = links.find(symbols.name_of(owner)); i != links.end())
      wish(i->second, std::move(xs));
}

void grid_state::wish(link& from, std::vector<symbol_name> names) {
  if (!from.up())
    return;
  for (const auto& x : names)
    from.wishes.add(x);
  self->send(from.peer, watch_atom_v, std::move(names));
}

void grid_state::wish_no_more(link& from, std::vector<symbol_name> names) {
  if (!from.up())
    return;
  for (const auto& x : names)
    from.wishes.remove(x);
  self->send(from.peer, unwatch_atom_v, std::move(names));
}

void grid_state::unwatch(const std::vector<symbol_name>& names,
                         const row_sink_actor& who) {
  std::map<std::size_t, std::vector<symbol_name>> elsewhere;
  for (const auto& x : names) {
    auto known = distant.find(x);
    if (known == distant.end())
      continue;
    if (std::erase(known->second.sinks, who) == 0
        || !known->second.sinks.empty())
      continue;
    const auto& at = symbols.place(x);
    if (symbols.is_elsewhere(at))
      elsewhere[at.placed->owner].emplace_back(x);
    if (!known->second.held || known->second.held->is_vacant())
      distant.erase(known);
  }
  self->send(config.market, unwatch_atom_v, names, who);
  for (auto& [owner, xs] : elsewhere)
    if (auto i = links.find(symbols.name_of(owner)); i != links.end())
      wish_no_more(i->second, std::move(xs));
}

void grid_state::watch_all(const row_sink_actor& who) {
  add_once(sinks, who);
  auto first = everything.empty();
  add_once(everything, who);
  row_batch now;
  for (const auto& [symbol, x] : distant)
    if (x.held && !symbols.place(symbol).here)
      now.rows.emplace_back(shown(symbol, x.held));
  if (!now.rows.empty())
    self->send(who, std::move(now));
  self->send(config.market, watch_atom_v, who);
  if (first)
    for (const auto& [whom, x] : links)
      if (x.up())
        self->send(x.peer, watch_atom_v);
}

void grid_state::unwatch_all(const row_sink_actor& who) {
  std::erase(everything, who);
  self->send(config.market, unwatch_atom_v, who);
  if (everything.empty())
    for (const auto& [whom, x] : links)
      if (x.up())
        self->send(x.peer, unwatch_atom_v);
}

void grid_state::restate_wishes(const std::string* only) {
  std::map<std::string, std::vector<symbol_name>> elsewhere;
  std::vector<std::pair<row_sink_actor, std::vector<symbol_name>>> here;
  for (const auto& who : sinks)
    here.emplace_back(who, std::vector<symbol_name>{});
  row_batch late;
  for (auto& [symbol, x] : distant) {
    if (x.sinks.empty())
      continue;
    const auto& at = symbols.place(symbol);
    // Its owner before has not answered, and the next one may not know it yet.
    if (only == nullptr && std::exchange(x.awaited, false) && x.held)
      late.rows.emplace_back(marked_down(*x.held));
    if (at.here || symbols.is_mine(at)) {
      for (auto& [who, names] : here)
        if (std::find(x.sinks.begin(), x.sinks.end(), who) != x.sinks.end())
          names.emplace_back(symbol);
    }
    if (symbols.is_elsewhere(at)) {
      elsewhere[symbols.name_of(at.placed->owner)].emplace_back(symbol);
    }
  }
  show(std::move(late));
  if (only == nullptr)
    for (auto& [who, names] : here)
      if (!names.empty())
        self->send(config.market, watch_atom_v, std::move(names), who);
  for (auto& [whom, x] : links) {
    if (!x.up() || (only != nullptr && whom != *only))
      continue;
    auto all = std::move(elsewhere[whom]);
    x.wishes = {};
    for (const auto& y : all)
      x.wishes.add(y);
    // At least one part, or it would not learn that nothing is wanted.
    for (std::size_t i = 0; i == 0 || i < all.size(); i += part_size) {
      auto end = std::min(all.size(), i + part_size);
      wish_part some{.everything = !everything.empty(),
                     .first = i == 0,
                     .last = end == all.size()};
      some.names.assign(all.begin() + static_cast<std::ptrdiff_t>(i),
                        all.begin() + static_cast<std::ptrdiff_t>(end));
      self->send(x.peer, std::move(some));
    }
  }
}

// -- for other nodes ----------------------------------------------------------

grid_state::outlet& grid_state::outlet_to(const peer_actor& peer) {
  auto [i, fresh] = outlets.try_emplace(peer.address());
  if (fresh) {
    i->second.to = peer;
    i->second.relay = spawn_on(self->system(), nullptr, relay,
                               inlet_actor{peer}, node_id, config.stats);
  }
  return i->second;
}

void grid_state::drop_outlet(const peer_actor& peer) {
  auto i = outlets.find(peer.address());
  if (i == outlets.end())
    return;
  row_sink_actor sink{i->second.relay};
  std::vector<symbol_name> names{i->second.watched.begin(),
                                 i->second.watched.end()};
  for (auto& x : symbols.forget_next(peer.address()))
    names.emplace_back(std::move(x));
  self->send(config.market, unwatch_atom_v, sink);
  self->send(config.market, unwatch_atom_v, std::move(names), sink);
  self->send_exit(i->second.relay, caf::exit_reason::user_shutdown);
  outlets.erase(i);
}

void grid_state::watch_for_peer(const std::vector<symbol_name>& names) {
  auto peer = sender();
  if (!peer)
    return;
  auto& to = outlet_to(peer);
  for (const auto& x : names)
    if (to.watched.insert(x).second)
      to.wishes.add(x);
  self->send(config.market, watch_atom_v, names, row_sink_actor{to.relay});
}

void grid_state::take_wishes(wish_part& x) {
  auto peer = sender();
  if (!peer)
    return;
  auto& to = outlet_to(peer);
  if (x.first)
    to.restated.emplace();
  // The first part is from before the way was lost.
  if (!to.restated)
    return;
  to.restated->insert(x.names.begin(), x.names.end());
  if (!x.names.empty())
    watch_for_peer(x.names);
  if (!x.last)
    return;
  std::vector<symbol_name> gone;
  for (const auto& y : to.watched)
    if (!to.restated->contains(y))
      gone.emplace_back(y);
  to.restated.reset();
  if (!gone.empty())
    unwatch_for_peer(gone);
  if (x.everything || to.everything)
    watch_all_for_peer(x.everything);
}

void grid_state::unwatch_for_peer(const std::vector<symbol_name>& names) {
  auto peer = sender();
  auto i = outlets.find(peer.address());
  if (i == outlets.end())
    return;
  std::vector<symbol_name> done;
  for (const auto& x : names) {
    if (i->second.watched.erase(x) > 0)
      i->second.wishes.remove(x);
    auto* known = symbols.find_here(x);
    if (known == nullptr || known->next != peer.address())
      done.emplace_back(x);
  }
  if (!done.empty())
    self->send(config.market, unwatch_atom_v, std::move(done),
               row_sink_actor{i->second.relay});
}

void grid_state::watch_all_for_peer(bool on) {
  auto peer = sender();
  if (!peer)
    return;
  auto& to = outlet_to(peer);
  to.everything = on;
  row_sink_actor sink{to.relay};
  if (on)
    self->send(config.market, watch_atom_v, sink);
  else
    self->send(config.market, unwatch_atom_v, sink);
}

void grid_state::stand_by(const std::vector<symbol_name>& names) {
  std::map<caf::actor_addr, std::vector<symbol_name>> more;
  std::map<caf::actor_addr, std::vector<symbol_name>> less;
  for (const auto& x : names) {
    auto* known = symbols.find_here(x);
    if (known == nullptr)
      continue;
    caf::actor_addr next;
    if (const auto& at = symbols.place(x);
        symbols.is_mine(at) && at.placed->next)
      if (auto i = links.find(symbols.name_of(*at.placed->next));
          i != links.end() && i->second.up())
        next = i->second.peer.address();
    auto before = std::exchange(known->next, next);
    if (next == before)
      continue;
    if (auto old = outlets.find(before);
        old != outlets.end() && !old->second.watched.contains(x))
      less[before].emplace_back(x);
    if (next)
      more[next].emplace_back(x);
  }
  for (auto& [who, xs] : less)
    self->send(config.market, unwatch_atom_v, std::move(xs),
               row_sink_actor{outlets.at(who).relay});
  for (auto& [who, xs] : more) {
    auto& to = outlet_to(caf::actor_cast<peer_actor>(who));
    self->send(config.market, watch_atom_v, std::move(xs),
               row_sink_actor{to.relay});
  }
}

void grid_state::stop_standing_by(
  const std::vector<ownership::forgotten>& names) {
  std::map<caf::actor_addr, std::vector<symbol_name>> less;
  for (const auto& [symbol, next] : names)
    if (auto to = outlets.find(next);
        to != outlets.end() && !to->second.watched.contains(symbol))
      less[next].emplace_back(symbol);
  for (auto& [who, xs] : less)
    self->send(config.market, unwatch_atom_v, std::move(xs),
               row_sink_actor{outlets.at(who).relay});
}

// -- questions ----------------------------------------------------------------

row_ptr grid_state::newest(row_ptr told) {
  auto known = distant.find(told->symbol());
  if (known == distant.end() || !known->second.held
      || known->second.held->state() <= told->state())
    return told;
  return marked_down(*known->second.held);
}

std::string grid_state::why_unknown(const symbol_name& which) const {
  auto at = symbols.look_up(which).placed;
  if (!at || !symbols.is_member())
    return "no node owns " + which.str() + " now";
  return "node " + symbols.name_of(at->owner) + ", which owns " + which.str()
         + ", is out of reach";
}

caf::result<row_batch> grid_state::fetch(const std::vector<symbol_name>& names,
                                         bool asked_by_peer) {
  struct share {
    std::vector<symbol_name> names;
    std::vector<std::size_t> places;

    /// Where the owner is out of reach, and who is next is asked.
    std::vector<bool> by_next;
  };
  auto result = std::make_shared<gathered<row_batch>>();
  auto& rows = result->all.rows;
  // What nobody knows better.
  for (const auto& x : names)
    rows.emplace_back(row::vacant(x));
  share here;
  std::map<std::size_t, share> elsewhere;
  auto up = [this](std::size_t member) {
    auto i = links.find(symbols.name_of(member));
    return i != links.end() && i->second.up();
  };
  for (std::size_t i = 0; i < names.size(); ++i) {
    auto at = symbols.look_up(names[i]);
    auto ask_in = [&](share& to, bool by_next = false) {
      to.names.emplace_back(names[i]);
      to.places.emplace_back(i);
      to.by_next.push_back(by_next);
    };
    if (at.here || (symbols.is_mine(at) && settled))
      ask_in(here);
    else if (!asked_by_peer && at.placed && symbols.is_member()
             && up(at.placed->owner))
      ask_in(elsewhere[at.placed->owner]);
    else if (!asked_by_peer && at.placed && symbols.is_member()
             && at.placed->next && up(*at.placed->next))
      // It has the newest rows beside the owner.
      ask_in(elsewhere[*at.placed->next], true);
    else if (auto held = distant.find(names[i]);
             held != distant.end() && held->second.held)
      // The last that is known, and that it is no more than that.
      rows[i] = marked_down(*held->second.held);
    else if (!asked_by_peer)
      // Nulls would say that it has never traded.
      return make_error(errc::unavailable, why_unknown(names[i]));
  }
  result->missing = elsewhere.size() + (here.names.empty() ? 0 : 1);
  if (result->missing == 0)
    return std::move(result->all);
  result->to = self->make_response_promise<row_batch>();
  auto ask = [&](const auto& whom, auto atom, share& what) {
    self->request(whom, fetch_timeout, atom, std::move(what.names))
      .then(
        [this, result, places = std::move(what.places),
         by_next = std::move(what.by_next)](row_batch& x) {
          for (std::size_t i = 0; i < std::min(x.rows.size(), places.size());
               ++i) {
            if (!x.rows[i])
              continue;
            auto row = newest(std::move(x.rows[i]));
            // Who is next may not have been told of it yet.
            if (by_next[i] && row->is_vacant())
              return result->fail(
                make_error(errc::unavailable, why_unknown(row->symbol())));
            result->all.rows[places[i]] = std::move(row);
          }
          result->one_done();
        },
        [result](caf::error& why) { result->fail(std::move(why)); });
  };
  if (!here.names.empty())
    ask(config.market, fetch_atom_v, here);
  for (auto& [owner, what] : elsewhere)
    ask(links.at(symbols.name_of(owner)).peer, row_atom_v, what);
  return result->to;
}

} // namespace livegrid
