#include "livegrid/actors/operator/console_subscribers.hpp"

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "livegrid/actors/base/text.hpp"
#include "livegrid/actors/operator/subscriber_lines.hpp"

namespace livegrid {

namespace {

/// Whether an operator means that one: by address, with or without its port, by
/// key or by program.
bool is_of(const subscriber_summary& x, std::string_view pattern) {
  auto address = std::string_view{x.peer}.substr(0, x.peer.rfind(':'));
  return matches(x.peer, pattern) || matches(address, pattern)
         || matches(x.key, pattern) || matches(x.agent, pattern);
}

void subscribers(asker& ask, const console_command& x, console_promise to) {
  if (auto sort = subscribers_sort(x); !sort)
    return refuse(to, sort.error());
  rate_subscribers(
    ask, std::nullopt, [&ask, x, to](subscriber_list& all) mutable {
      if (!x.args.empty())
        std::erase_if(all.known, [&](const subscriber_line& line) {
          return !is_of(line.summary, x.args[0]);
        });
      show_subscribers(ask, all, x, {}, to);
    });
}

void subscriber(asker& ask, const console_command& x, console_promise to) {
  find_subscriber(ask, x.args[0], to,
                  [&ask, to](const subscriber_actor& who) mutable {
                    // Its own word, and the fan-outs': one of them has it.
                    ask.all<actor_status>(
                      std::vector{who},
                      [&ask, to, id = std::uint64_t{who->id()}](
                        std::vector<outcome<actor_status>>& own) mutable {
                        ask.all<actor_status>(
                          ask.node.fanouts,
                          [to, own = status_in(own.at(0), "subscriber")](
                            std::vector<outcome<actor_status>>& xs) mutable {
                            console_answer result;
                            result.parts.emplace_back(std::move(own));
                            for (auto& said : xs)
                              if (auto found = status_in(said, "fanout");
                                  !found.facts.empty())
                                result.parts.emplace_back(std::move(found));
                            to.deliver(std::move(result));
                          },
                          status_atom_v, id);
                      },
                      status_atom_v);
                  });
}

} // namespace

console_entries subscribers_commands() {
  return {
    {"subscribers",
     "[PATTERN] [--sort=age|lag|merged|rate] [--page=N]",
     "a line a subscriber; the pattern is of his address, key or program",
     subscribers,
     0,
     1,
     {"sort", "page"}},
    {"subscriber", "ID", "all of one subscriber", subscriber, 1, 1},
  };
}

} // namespace livegrid
