#include "livegrid/http/health/symbol_finder.hpp"

#include <chrono>
#include <utility>
#include <vector>

namespace livegrid {

namespace {

/// What a market without symbols is asked for.
constexpr const char* unknown_symbol = "livegrid-health";

constexpr std::chrono::seconds find_timeout{5};

using callback = std::function<void(std::optional<std::string>)>;

/// Asks once, and is gone. Stays on the loop whoever answers.
class finder final : public caf::event_based_actor {
public:
  finder(caf::actor_config& cfg, caf::execution_unit& home, market_actor market,
         grid_actor grid, callback to)
    : caf::event_based_actor(cfg),
      home_(home),
      market_(std::move(market)),
      grid_(std::move(grid)),
      done_(std::move(to)) {
    // nop
  }

  using caf::event_based_actor::enqueue;

  void enqueue(caf::mailbox_element_ptr what, caf::execution_unit*) override {
    caf::event_based_actor::enqueue(std::move(what), &home_);
  }

  caf::behavior make_behavior() override {
    auto none = [this](const caf::error&) { done_(std::nullopt); };
    if (grid_)
      request(grid_, find_timeout, fetch_atom_v, std::uint64_t{1})
        .then(
          [this](const std::vector<symbol_name>& x) {
            done_(x.empty() ? unknown_symbol : x.front().str());
          },
          none);
    else
      request(market_, find_timeout, list_atom_v, std::uint64_t{0},
              std::uint64_t{1})
        .then(
          [this](const std::vector<symbol_ref>& x) {
            done_(x.empty() ? unknown_symbol : x.front().symbol.str());
          },
          none);
    return {};
  }

private:
  caf::execution_unit& home_;
  market_actor market_;
  grid_actor grid_;
  callback done_;
};

} // namespace

symbol_finder find_oldest(caf::actor_system& sys, caf::execution_unit& loop,
                          market_actor market, grid_actor grid) {
  return [&sys, &loop, market = std::move(market),
          grid = std::move(grid)](callback done) {
    caf::actor_config cfg{&loop};
    sys.spawn_class<finder, caf::no_spawn_options>(cfg, loop, market, grid,
                                                   std::move(done));
  };
}

} // namespace livegrid
