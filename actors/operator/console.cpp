#include "livegrid/actors/operator/console.hpp"

#include <string>
#include <utility>

#include "livegrid/actors/operator/console_commands.hpp"

namespace livegrid {

console_actor::behavior_type
console(console_actor::stateful_pointer<console_state> self,
        console_config config) {
  self->state.ask.emplace(self, std::move(config));
  return {
    [self](join_atom, const feed_actor& x) {
      self->state.ask->node.feeds.emplace_back(x);
    },
    [self](ask_atom, const std::string& line) {
      auto to = self->make_response_promise<console_promise>();
      run_line(*self->state.ask, line, to);
      return to;
    },
    [self](check_atom, std::uint64_t number) {
      self->state.ask->check(number);
    },
  };
}

} // namespace livegrid
