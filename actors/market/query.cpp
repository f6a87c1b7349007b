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
  if (!config.grid) {
    self
      ->request(config.market, query_timeout, resolve_atom_v, std::move(names))
      .then([this](std::vector<symbol_ref>& x) { ask(std::move(x)); },
            [this](caf::error& x) { fail(std::move(x)); });
    return;
  }
  rows.reserve(names.size());
  left = std::move(names);
  fetch();
}

void query_state::fetch() {
  // A message between nodes has a bound, and other questions get between.
  constexpr std::size_t at_once = 1000;
  auto begin = left.begin() + static_cast<std::ptrdiff_t>(rows.size());
  auto n = std::min(at_once, left.size() - rows.size());
  std::vector<symbol_name> some(begin, begin + static_cast<std::ptrdiff_t>(n));
  self->request(config.grid, query_timeout, fetch_atom_v, std::move(some))
    .then(
      [this](row_batch& x) {
        std::move(x.rows.begin(), x.rows.end(), std::back_inserter(rows));
        if (!x.rows.empty() && rows.size() < left.size())
          fetch();
        else
          finish();
      },
      [this](caf::error& x) { fail(std::move(x)); });
}

void query_state::ask(std::vector<symbol_ref> owners) {
  rows.resize(owners.size());
  missing = owners.size();
  for (std::size_t i = 0; i < owners.size(); ++i) {
    if (!owners[i].owner) {
      rows[i] = row::vacant(std::move(owners[i].symbol));
      --missing;
      continue;
    }
    self->request(owners[i].owner, query_timeout, row_atom_v)
      .then(
        [this, i](row_batch& x) {
          rows[i] = std::move(x.rows.at(0));
          if (--missing == 0)
            finish();
        },
        [this](caf::error& x) { fail(std::move(x)); });
  }
  if (missing == 0)
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
