#include "livegrid/actors/query.hpp"

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
  if (config.grid)
    return ask_grid();
  if (!config.symbols)
    return list(0);
  self->request(config.market, query_timeout, resolve_atom_v, *config.symbols)
    .then([this](std::vector<symbol_ref>& x) { ask(std::move(x)); },
          [this](caf::error& x) { fail(std::move(x)); });
}

void query_state::list(std::uint64_t start) {
  // Of those that come few may pass.
  auto missing_yet =
    config.filter ? max_symbols_listed : config.limit - listed.size();
  self->request(config.market, query_timeout, list_atom_v, start, missing_yet)
    .then(
      [this, start](std::vector<symbol_ref>& some) {
        auto next = start + some.size();
        auto last = some.empty();
        std::erase_if(some, [this](const symbol_ref& x) {
          return !allows(config.filter, x.symbol);
        });
        listed.insert(listed.end(), std::move_iterator{some.begin()},
                      std::move_iterator{some.end()});
        if (!last && listed.size() < config.limit)
          return list(next);
        if (listed.size() > config.limit)
          listed.erase(listed.begin()
                         + static_cast<std::ptrdiff_t>(config.limit),
                       listed.end());
        ask(std::move(listed));
      },
      [this](caf::error& x) { fail(std::move(x)); });
}

void query_state::ask_grid() {
  if (config.symbols)
    return ask_grid_for(*config.symbols);
  self
    ->request(config.grid, query_timeout, fetch_atom_v,
              config.filter ? UINT64_MAX : config.limit)
    .then(
      [this](std::vector<symbol_name>& names) {
        if (config.filter) {
          std::erase_if(names, [this](const symbol_name& x) {
            return !allows(config.filter, x);
          });
          names.resize(std::min<std::uint64_t>(config.limit, names.size()));
        }
        if (config.names_only)
          config.to->reply(std::move(names));
        else
          ask_grid_for(std::move(names));
      },
      [this](caf::error& x) { fail(std::move(x)); });
}

void query_state::ask_grid_for(std::vector<symbol_name> names) {
  self->request(config.grid, query_timeout, fetch_atom_v, std::move(names))
    .then(
      [this](row_batch& x) {
        rows = std::move(x.rows);
        finish();
      },
      [this](caf::error& x) { fail(std::move(x)); });
}

void query_state::ask(std::vector<symbol_ref> owners) {
  if (config.names_only) {
    std::vector<symbol_name> names;
    names.reserve(owners.size());
    for (auto& x : owners)
      names.emplace_back(std::move(x.symbol));
    config.to->reply(std::move(names));
    return;
  }
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
  query_actor(caf::actor_config& cfg, query_config config)
    : caf::stateful_actor<query_state>(cfg) {
    state.self = this;
    state.config = std::move(config);
  }

  caf::behavior make_behavior() override {
    // Without a behavior of its own it ends when the last answer is there.
    state.start();
    return {};
  }
};

} // namespace

void spawn_query(caf::actor_system& sys, caf::execution_unit* home,
                 query_config config) {
  caf::actor_config cfg{home};
  sys.spawn_class<query_actor, caf::no_spawn_options>(cfg, std::move(config));
}

} // namespace livegrid
