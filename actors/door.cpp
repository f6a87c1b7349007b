#include "livegrid/actors/door.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "livegrid/access_key.hpp"
#include "livegrid/actors/console.hpp"
#include "livegrid/log.hpp"

namespace livegrid {

namespace {

/// Commands that do more than to answer.
constexpr std::string_view changing[] = {"close", "pause", "resume",   "log",
                                         "move",  "drain", "rebalance"};

/// The name in a key, which is no secret.
std::string_view name_in(std::string_view key) {
  if (key.empty())
    return "none";
  auto dot = key.find('.');
  // What is no key may be half of one, the half that is secret.
  return dot != key.npos && is_key_name(key.substr(0, dot)) ? key.substr(0, dot)
                                                            : "invalid";
}

} // namespace

door_actor::behavior_type door(door_actor::stateful_pointer<door_state> self,
                               door_config how) {
  self->state.config = std::move(how);
  return {
    [self](ask_atom, const std::string& key,
           std::string& line) -> caf::result<console_answer> {
      const auto& config = self->state.config;
      if (auto why = config.refuse(key)) {
        config.log->warning("operator_refused",
                            {{"key", name_in(key)}, {"why", *why}});
        return make_error(errc::forbidden, *why);
      }
      auto command = console_command::parse(line);
      if (std::find(std::begin(changing), std::end(changing), command.name)
            != std::end(changing)
          && !command.options.contains("ask"))
        config.log->info("operator_did",
                         {{"key", name_in(key)}, {"command", command.str()}});
      return self->delegate(config.console, ask_atom_v, std::move(line));
    },
  };
}

} // namespace livegrid
