// What the operator may say, and what is done about it.

#include <algorithm>
#include <array>

#include "livegrid/actors/base/near_word.hpp"
#include "livegrid/actors/operator/console_gather.hpp"

namespace livegrid {

namespace {

/// Options that have no value. `here` is what nodes say to each other: answer
/// for yourself alone.
constexpr std::array<std::string_view, 2> flags{"ask", "here"};

} // namespace

console_command console_command::parse(std::string_view line) {
  console_command result;
  while (true) {
    auto begin = line.find_first_not_of(" \t\r\n");
    if (begin == line.npos)
      return result;
    line.remove_prefix(begin);
    auto word = line.substr(0, line.find_first_of(" \t\r\n"));
    line.remove_prefix(word.size());
    if (word.starts_with("--")) {
      auto name = word.substr(2, word.find('=') - 2);
      auto rest = word.substr(std::min(word.size(), name.size() + 3));
      auto is_flag = std::find(flags.begin(), flags.end(), name) != flags.end();
      if (!is_flag && word.find('=') == word.npos) {
        // A blank may stand before the value as well.
        auto at = std::min(line.find_first_not_of(" \t\r\n"), line.size());
        auto value = line.substr(at);
        if (!value.starts_with("--")) {
          rest = value.substr(0, value.find_first_of(" \t\r\n"));
          line.remove_prefix(at + rest.size());
        }
      }
      result.options[std::string{name}] = std::string{rest};
    } else if (result.name.empty()) {
      result.name = std::string{word};
    } else {
      result.args.emplace_back(word);
    }
  }
}

std::string console_command::str() const {
  auto result = name;
  for (const auto& x : args)
    result += ' ' + x;
  for (const auto& [key, value] : options)
    result += " --" + key + (value.empty() ? "" : '=' + value);
  return result;
}

/// A command as `help` shows it.
struct console_state::entry {
  std::string_view name;
  std::string_view args;
  std::string_view meaning;
  void (console_state::*run)(const console_command&, promise);
  std::size_t min_args = 0;
  std::size_t max_args = 0;
  std::vector<std::string_view> options;
  bool of_symbol = false; ///< which the first word names
};

const std::vector<console_state::entry>& console_state::table() {
  static const std::vector<entry> all{
    {"status", "", "the node, and every part of it", &console_state::status},
    {"symbols",
     "[PATTERN] [--sort=rate|subscribers|age|name] [--page=N]",
     "a line a symbol; * and ? in the pattern stand for any",
     &console_state::symbols,
     0,
     1,
     {"sort", "page"}},
    {"symbol",
     "NAME [--sort=age|lag|merged|rate] [--page=N]",
     "all of one symbol, and who gets it",
     &console_state::symbol,
     1,
     1,
     {"sort", "page", "here"},
     true},
    {"subscribers",
     "[PATTERN] [--sort=age|lag|merged|rate] [--page=N]",
     "a line a subscriber; the pattern is of his address, key or program",
     &console_state::subscribers,
     0,
     1,
     {"sort", "page"}},
    {"subscriber", "ID", "all of one subscriber", &console_state::subscriber, 1,
     1},
    {"why", "ID NAME",
     "one viewer's one row: from which tick, how long on its way, whose fault",
     &console_state::why, 2, 2},
    {"ledger",
     "[ID] [--page=N]",
     "what became of the rows that were due",
     &console_state::ledger,
     0,
     1,
     {"page"}},
    {"feeds", "", "the sources of ticks", &console_state::feeds},
    {"pause",
     "FEED [--ask]",
     "holds a feed back; with --ask it only says whom that affects",
     &console_state::pause,
     1,
     1,
     {"ask"}},
    {"resume", "FEED", "lets a feed go on", &console_state::resume, 1, 1},
    {"actors",
     "[--sort=mailbox|rate|busy] [--page=N]",
     "every actor: what waits for it, what it has done",
     &console_state::actors,
     0,
     0,
     {"sort", "page"}},
    // The operator's program asks for these again and again, and counts.
    {"watch",
     "NAME [--count=N]",
     "one symbol's rows as they come, until a key",
     &console_state::watch,
     1,
     1,
     {"count", "here"},
     true},
    {"top",
     "[--count=N]",
     "the busiest symbols and slowest subscribers, until a key",
     &console_state::top,
     0,
     0,
     {"count"}},
    {"settings", "", "all settings, and their defaults",
     &console_state::settings},
    {"events",
     "[PATTERN] [--page=N]",
     "what the log has said of late, the newest first; the pattern is of names",
     &console_state::events,
     0,
     1,
     {"page"}},
    {"log", "LEVEL", "logs error, warning, info or debug from now on",
     &console_state::log, 1, 1},
    {"close",
     "ID [REASON...] [--ask]",
     "closes a subscriber's connection (1008); --ask as with pause",
     &console_state::close,
     1,
     SIZE_MAX,
     {"ask"}},
    {"nodes", "",
     "the nodes of the cluster, how far away they are and what comes and goes",
     &console_state::nodes},
    {"where", "NAME", "which node owns a symbol, and which one will",
     &console_state::where, 1, 1},
    {"move", "NAME [NODE]", "moves a symbol to a node", &console_state::move, 1,
     2},
    {"drain", "[NODE]", "moves all symbols of a node to the others",
     &console_state::drain, 0, 1},
    {"rebalance",
     "",
     "every node owns its share again, whatever was moved or drained",
     &console_state::rebalance,
     0,
     0,
     {"here"}},
    {"help", "[COMMAND]", "this", &console_state::help, 0, 1},
  };
  return all;
}

std::string console_state::no_command(std::string_view word) {
  std::vector<std::string_view> names;
  for (const auto& e : table())
    names.emplace_back(e.name);
  return "'" + std::string{word} + "' is no command; try help"
         + did_you_mean(word, names);
}

console_state::promise console_state::ask(const std::string& line) {
  auto to = self->make_response_promise<promise>();
  auto fail = [&](std::string why) {
    to.deliver(make_error(errc::invalid, std::move(why)));
    return to;
  };
  auto x = console_command::parse(line);
  auto known = std::find_if(table().begin(), table().end(),
                            [&](const entry& e) { return e.name == x.name; });
  if (known == table().end())
    return fail(no_command(x.name));
  if (x.args.size() < known->min_args || x.args.size() > known->max_args)
    return fail("usage: " + x.name + ' ' + std::string{known->args});
  if (auto on = x.options.find("on"); on != x.options.end()) {
    auto node = on->second;
    x.options.erase(on);
    forward(node, x.str(), to);
    return to;
  }
  // A command about one symbol is its owner's to answer, wherever it is asked.
  if (known->of_symbol && config.grid && !x.options.contains("here")) {
    if (auto which = symbol_of(x, 0, to))
      forward_to_owner(*which, x, to);
    return to;
  }
  for (const auto& option : x.options)
    if (std::find(known->options.begin(), known->options.end(), option.first)
        == known->options.end())
      return fail("'--" + option.first + "' is no option of " + x.name
                  + did_you_mean(option.first, known->options));
  (this->*known->run)(x, to);
  return to;
}

std::optional<symbol_name>
console_state::symbol_of(const console_command& x, std::size_t i, promise& to) {
  auto result = symbol_name::parse(x.args[i]);
  if (!result)
    refuse(to,
           make_error(errc::invalid, "'" + x.args[i] + "' is no symbol name"));
  return result;
}

void console_state::help(const console_command& x, promise to) {
  console_answer result;
  auto& list = result.lists.emplace_back();
  list.columns = {"command", "", "what it does"};
  for (const auto& e : table())
    if (x.args.empty() || x.args[0] == e.name)
      list.rows.push_back(
        {std::string{e.name}, std::string{e.args}, std::string{e.meaning}});
  list.total = list.rows.size();
  if (list.rows.empty()) {
    to.deliver(make_error(errc::invalid, no_command(x.args[0])));
    return;
  }
  to.deliver(std::move(result));
}

} // namespace livegrid
