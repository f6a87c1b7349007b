#include "livegrid/http/symbol_finder.hpp"

#include <memory>
#include <utility>
#include <variant>
#include <vector>

#include "livegrid/actors/query.hpp"
#include "livegrid/replier.hpp"

namespace livegrid {

namespace {

/// What a market without symbols is asked for.
constexpr const char* unknown_symbol = "livegrid-health";

class finder_replier final : public replier {
public:
  explicit finder_replier(std::function<void(std::optional<std::string>)> to)
    : to_(std::move(to)) {
    // nop
  }

  void reply(answer x) override {
    auto* names = std::get_if<std::vector<symbol_name>>(&x);
    if (names == nullptr)
      to_(std::nullopt);
    else
      to_(names->empty() ? unknown_symbol : names->front().str());
  }

private:
  std::function<void(std::optional<std::string>)> to_;
};

} // namespace

symbol_finder find_oldest(caf::actor_system& sys, caf::execution_unit& loop,
                          market_actor market, grid_actor grid) {
  return [&sys, &loop, market = std::move(market),
          grid = std::move(grid)](auto done) {
    spawn_query(sys, &loop,
                {.market = market,
                 .symbols = std::nullopt,
                 .limit = 1,
                 .names_only = true,
                 .to = std::make_shared<finder_replier>(std::move(done)),
                 .grid = grid});
  };
}

} // namespace livegrid
