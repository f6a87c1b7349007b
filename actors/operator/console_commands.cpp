#include "livegrid/actors/operator/console_commands.hpp"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "livegrid/actors/base/near_word.hpp"
#include "livegrid/actors/operator/console_actors.hpp"
#include "livegrid/actors/operator/console_close.hpp"
#include "livegrid/actors/operator/console_cluster.hpp"
#include "livegrid/actors/operator/console_feeds.hpp"
#include "livegrid/actors/operator/console_ledger.hpp"
#include "livegrid/actors/operator/console_live.hpp"
#include "livegrid/actors/operator/console_log.hpp"
#include "livegrid/actors/operator/console_sessions.hpp"
#include "livegrid/actors/operator/console_settings.hpp"
#include "livegrid/actors/operator/console_status.hpp"
#include "livegrid/actors/operator/console_subscribers.hpp"
#include "livegrid/actors/operator/console_symbols.hpp"
#include "livegrid/actors/operator/console_why.hpp"
#include "livegrid/actors/operator/forwarding.hpp"
#include "livegrid/actors/operator/symbol_lines.hpp"

namespace livegrid {

namespace {

/// That a word is no command, and which one it could be.
std::string no_command(std::string_view word) {
  std::vector<std::string_view> names;
  for (const auto& e : all_commands())
    names.emplace_back(e.name);
  return "'" + std::string{word} + "' is no command; try help"
         + did_you_mean(word, names);
}

void help(asker&, const console_command& x, console_promise to) {
  console_answer result;
  auto& list = result.lists.emplace_back();
  list.columns = {"command", "", "what it does"};
  for (const auto& e : all_commands())
    if (x.args.empty() || x.args[0] == e.name)
      list.rows.push_back(
        {std::string{e.name}, std::string{e.args}, std::string{e.meaning}});
  list.total = list.rows.size();
  if (list.rows.empty())
    return refuse(to, make_error(errc::invalid, no_command(x.args[0])));
  to.deliver(std::move(result));
}

console_entries help_commands() {
  return {{"help", "[COMMAND]", "this", help, 0, 1}};
}

/// The option that a command does not take, and which one it could be.
std::optional<std::string> wrong_option(const console_entry& known,
                                        const console_command& x) {
  for (const auto& [option, value] : x.options)
    if (std::find(known.options.begin(), known.options.end(), option)
        == known.options.end())
      return "'--" + option + "' is no option of " + x.name
             + did_you_mean(option, known.options);
  return std::nullopt;
}

} // namespace

const console_entries& all_commands() {
  static const auto all = [] {
    console_entries result;
    for (auto group :
         {status_commands, symbols_commands, subscribers_commands, why_commands,
          ledger_commands, feeds_commands, sessions_commands, actors_commands,
          live_commands, settings_commands, log_commands, close_commands,
          cluster_commands, help_commands})
      for (auto& x : group())
        result.emplace_back(std::move(x));
    return result;
  }();
  return all;
}

void run_line(asker& ask, const std::string& line, console_promise to) {
  auto fail = [&](std::string why) {
    refuse(to, make_error(errc::invalid, std::move(why)));
  };
  auto x = console_command::parse(line);
  const auto& all = all_commands();
  auto known = std::find_if(all.begin(), all.end(),
                            [&](const auto& e) { return e.name == x.name; });
  if (known == all.end())
    return fail(no_command(x.name));
  if (x.args.size() < known->min_args || x.args.size() > known->max_args)
    return fail("usage: " + x.name + ' ' + std::string{known->args});
  if (auto on = x.options.find("on"); on != x.options.end()) {
    auto node = on->second;
    x.options.erase(on);
    return forward(ask, node, x.str(), to);
  }
  if (known->of_symbol && ask.node.grid && !x.options.contains("here")) {
    if (auto which = symbol_of(x, 0, to))
      forward_to_owner(ask, *which, x, to);
    return;
  }
  if (auto why = wrong_option(*known, x))
    return fail(std::move(*why));
  known->run(ask, x, to);
}

} // namespace livegrid
