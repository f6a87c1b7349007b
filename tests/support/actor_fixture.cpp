#include "actor_fixture.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

template class test_coordinator_fixture<livegrid::test::actor_config>;

namespace livegrid::test {

actor_fixture::actor_fixture() = default;

actor_fixture::~actor_fixture() {
  for (const auto& x : ours_)
    caf::anon_send_exit(caf::actor_cast<caf::actor>(x), caf::exit_reason::kill);
  consume_messages();
}

market_config actor_fixture::market_of(std::vector<tick> first,
                                       std::uint64_t max_symbols) {
  return {.first_states = std::move(first),
          .max_symbols = max_symbols,
          .stats = stats,
          .wall_clock = test_clock};
}

fanout_actor
actor_fixture::make_fanout(const std::shared_ptr<fanout_script>& script) {
  return own(sys.spawn(fake_fanout, script));
}

market_actor
actor_fixture::make_market(const std::shared_ptr<market_script>& script) {
  return own(sys.spawn(fake_market, script));
}

symbol_actor
actor_fixture::make_symbol(const std::shared_ptr<symbol_script>& script) {
  return own(sys.spawn(fake_symbol, script));
}

std::string fact(const actor_status& x, std::string_view key) {
  for (const auto& [name, value] : x.facts)
    if (name == key)
      return value.str();
  return "no such fact";
}

} // namespace livegrid::test
