#include "livegrid/actors/market/query.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <iterator>
#include <limits>
#include <utility>

namespace livegrid {

namespace {

constexpr std::chrono::seconds query_timeout{5};

} // namespace

void query_state::start() {
  if (config.symbols)
    return resolve(*std::move(config.symbols));
  name_query first{
    .filter = config.filter, .limit = config.limit, .by_age = true};
  self->request(config.directory, query_timeout, list_atom_v, std::move(first))
    .then(
      [this](const name_page_ptr& x) {
        config.to->note_total(x->total);
        resolve(x->names);
      },
      [this](caf::error& x) { fail(std::move(x)); });
}

void query_state::resolve(std::vector<symbol_name> names) {
  rows.reserve(names.size());
  wanted = std::move(names);
  next();
}

void query_state::next() {
  // Between these others come: ticks for the market, questions for the grid,
  // and no message between nodes is longer.
  constexpr std::size_t at_once = 1000;
  auto begin = wanted.begin() + static_cast<std::ptrdiff_t>(rows.size());
  auto n = std::min(at_once, wanted.size() - rows.size());
  std::vector<symbol_name> some(begin, begin + static_cast<std::ptrdiff_t>(n));
  if (!config.grid) {
    self->request(config.market, query_timeout, resolve_atom_v, std::move(some))
      .then([this](std::vector<symbol_ref>& x) { ask(std::move(x)); },
            [this](caf::error& x) { fail(std::move(x)); });
    return;
  }
  self->request(config.grid, query_timeout, fetch_atom_v, std::move(some))
    .then(
      [this](row_batch& x) {
        std::move(x.rows.begin(), x.rows.end(), std::back_inserter(rows));
        go_on(x.rows.size());
      },
      [this](caf::error& x) { fail(std::move(x)); });
}

void query_state::ask(std::vector<symbol_ref> owners) {
  auto first = rows.size();
  auto n = owners.size();
  rows.resize(first + n);
  missing = n;
  for (std::size_t i = 0; i < n; ++i) {
    if (!owners[i].owner) {
      rows[first + i] = row::vacant(std::move(owners[i].symbol));
      --missing;
      continue;
    }
    self->request(owners[i].owner, query_timeout, row_atom_v)
      .then(
        [this, at = first + i, n](row_batch& x) {
          rows[at] = std::move(x.rows.at(0));
          if (--missing == 0)
            go_on(n);
        },
        [this](caf::error& x) { fail(std::move(x)); });
  }
  if (missing == 0)
    go_on(n);
}

void query_state::go_on(std::size_t came) {
  // Nothing for some of them would come for ever.
  if (came > 0 && rows.size() < wanted.size() && !done)
    next();
  else
    finish();
}

void query_state::finish() {
  if (!std::exchange(done, true))
    config.to->reply(std::move(rows));
}

void query_state::fail(caf::error why) {
  if (std::exchange(done, true))
    return;
  config.to->reply(std::move(why));
  self->quit();
}

namespace {

class query_actor final : public caf::stateful_actor<query_state> {
public:
  query_actor(caf::actor_config& cfg, caf::execution_unit* home,
              query_config config)
    : caf::stateful_actor<query_state>(cfg), home_(home) {
    state.self = this;
    state.config = std::move(config);
  }

  caf::behavior make_behavior() override {
    // Without a behavior of its own it ends when the last answer is there.
    state.start();
    return {};
  }

  using caf::stateful_actor<query_state>::enqueue;

  void enqueue(caf::mailbox_element_ptr what, caf::execution_unit*) override {
    // Else it would go on where the last of its owners has answered.
    caf::stateful_actor<query_state>::enqueue(std::move(what), home_);
  }

private:
  caf::execution_unit* home_;
};

} // namespace

void spawn_query(caf::actor_system& sys, caf::execution_unit* home,
                 query_config config) {
  caf::actor_config cfg{home};
  sys.spawn_class<query_actor, caf::no_spawn_options>(cfg, home,
                                                      std::move(config));
}

} // namespace livegrid
