#include "livegrid/actors/market/directory.hpp"

#include <chrono>
#include <utility>

#include "livegrid/actors/stats/counters.hpp"
#include "livegrid/actors/stats/load.hpp"

namespace livegrid {

namespace {

constexpr std::chrono::seconds learn_timeout{5};

} // namespace

caf::result<name_page_ptr> directory_state::ask(name_query& what) {
  auto to = self->make_response_promise<name_page_ptr>();
  waiting.push_back({std::move(what), to});
  if (asking.empty())
    learn();
  return to;
}

void directory_state::learn() {
  asking.assign(std::move_iterator{waiting.begin()},
                std::move_iterator{waiting.end()});
  waiting.clear();
  if (!config.grid) {
    // A market alone gives no symbol away.
    if (get(config.stats->symbols) > index.size())
      list();
    else
      answer();
    return;
  }
  self->request(config.grid, learn_timeout, fetch_atom_v)
    .then(
      [this](std::uint64_t now) {
        if (version == now)
          answer();
        else
          fetch(now);
      },
      // One of the others is of a release that cannot tell.
      [this](const caf::error&) { fetch(std::nullopt); });
}

void directory_state::list() {
  self
    ->request(config.market, learn_timeout, list_atom_v,
              std::uint64_t{index.size()}, max_symbols_listed)
    .then(
      [this](std::vector<symbol_ref>& some) {
        for (auto& x : some)
          index.append(std::move(x.symbol));
        if (some.size() < max_symbols_listed)
          answer();
        else
          list();
      },
      [this](const caf::error& x) { fail(x); });
}

void directory_state::fetch(std::optional<std::uint64_t> of) {
  self->request(config.grid, learn_timeout, fetch_atom_v, UINT64_MAX)
    .then(
      [this, of](std::vector<symbol_name>& all) {
        version = of;
        index.assign(std::move(all));
        answer();
      },
      [this](const caf::error& x) { fail(x); });
}

void directory_state::answer() {
  set(config.stats->names, index.size());
  answered += asking.size();
  for (auto& x : std::exchange(asking, {}))
    x.to.deliver(index.page(x.what));
  if (!waiting.empty())
    learn();
}

void directory_state::fail(const caf::error& why) {
  for (auto& x : std::exchange(asking, {}))
    x.to.deliver(why);
  if (!waiting.empty())
    learn();
}

actor_status directory_state::status() const {
  return {name,
          "",
          {{"names", index.size()},
           {"filters", index.filters()},
           {"answered", answered},
           {"waiting", waiting.size() + asking.size()}},
          load_of(self)};
}

directory_actor::behavior_type
directory(directory_actor::stateful_pointer<directory_state> self,
          directory_config config) {
  self->state.self = self;
  self->state.config = std::move(config);
  return {
    [self](list_atom, name_query& what) { return self->state.ask(what); },
    [self](status_atom) { return self->state.status(); },
  };
}

} // namespace livegrid
