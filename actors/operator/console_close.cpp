#include "livegrid/actors/operator/console_close.hpp"

#include <cstdint>
#include <string>
#include <utility>

#include "livegrid/actors/base/log.hpp"
#include "livegrid/actors/operator/subscriber_lines.hpp"

namespace livegrid {

namespace {

/// What a close frame has room for, in bytes.
constexpr std::size_t max_reason = 123;

void close(asker& ask, const console_command& x, console_promise to) {
  std::string reason;
  for (std::size_t i = 1; i < x.args.size(); ++i)
    reason += (i > 1 ? " " : "") + x.args[i];
  if (reason.empty())
    reason = "closed by the operator";
  if (reason.size() > max_reason)
    return refuse(to,
                  make_error(errc::invalid, "the reason is over 123 bytes"));
  auto id = x.args[0];
  auto only_ask = x.options.contains("ask");
  find_subscriber(
    ask, x.args[0], to,
    [&ask, to, id, reason, only_ask](const subscriber_actor& who) mutable {
      console_answer result;
      result.note = "1 viewer affected";
      if (!only_ask) {
        ask.tell(who, close_atom_v, reason);
        ask.node.log->info("subscriber_closing",
                           {{"subscriber", who->id()}, {"reason", reason}});
        result.note += "; closing subscriber " + id + ": " + reason;
      }
      to.deliver(std::move(result));
    });
}

} // namespace

console_entries close_commands() {
  return {
    {"close",
     "ID [REASON...] [--ask]",
     "closes a subscriber's connection (1008); --ask as with pause",
     close,
     1,
     SIZE_MAX,
     {"ask"}},
  };
}

} // namespace livegrid
