#include "livegrid/actors/console.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include "livegrid/actors/console_gather.hpp"
#include "livegrid/log.hpp"
#include "livegrid/version.hpp"

namespace livegrid {

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
      if (word.find('=') == word.npos) {
        // Every option has a value; a blank may stand before it as well.
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

namespace {

/// The line without the words that begin with `option`.
std::string without_option(std::string_view line, std::string_view option) {
  std::string result;
  while (!line.empty()) {
    auto word = line.substr(0, line.find(' '));
    line.remove_prefix(std::min(line.size(), word.size() + 1));
    if (!word.starts_with(option))
      result += (result.empty() ? "" : " ") + std::string{word};
  }
  return result;
}

} // namespace

/// A command as `help` shows it.
struct console_state::entry {
  std::string_view name;
  std::string_view args;
  std::string_view meaning;
  void (console_state::*run)(const console_command&, promise);
  std::size_t min_args = 0;
  std::size_t max_args = 0;
  std::vector<std::string_view> options;
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
     {"sort", "page"}},
    {"subscribers",
     "[--sort=age|lag|merged|rate] [--page=N]",
     "a line a subscriber",
     &console_state::subscribers,
     0,
     0,
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
     {"count"}},
    {"top",
     "[--count=N]",
     "the busiest symbols and slowest subscribers, until a key",
     &console_state::top,
     0,
     0,
     {"count"}},
    {"settings", "", "all settings, and their defaults",
     &console_state::settings},
    {"log", "LEVEL", "logs error, warning, info or debug from now on",
     &console_state::log, 1, 1},
    {"close",
     "ID [REASON...] [--ask]",
     "closes a subscriber's connection (1008); --ask as with pause",
     &console_state::close,
     1,
     SIZE_MAX,
     {"ask"}},
    {"nodes", "", "the nodes of the cluster, and how far away they are",
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
    return fail("'" + x.name + "' is no command; try help");
  if (x.args.size() < known->min_args || x.args.size() > known->max_args)
    return fail("usage: " + x.name + ' ' + std::string{known->args});
  if (auto on = x.options.find("on"); on != x.options.end()) {
    forward(on->second, without_option(line, "--on"), to);
    return to;
  }
  // A command about one symbol is its owner's to answer, wherever it is asked.
  auto here = x.options.erase("here") > 0;
  if (config.grid && !here && (x.name == "symbol" || x.name == "watch"))
    if (auto which = symbol_name::parse(x.args[0])) {
      forward_to_owner(*which, line, to);
      return to;
    }
  if (here && x.name == "rebalance")
    x.options["here"];
  for (const auto& option : x.options)
    if (std::find(known->options.begin(), known->options.end(), option.first)
        == known->options.end())
      return fail("'--" + option.first + "' is no option of " + x.name);
  (this->*known->run)(x, to);
  return to;
}

void console_state::check(std::uint64_t number) {
  auto i = open_.find(number);
  if (i == open_.end())
    return;
  // It takes itself off the list.
  auto finish = i->second;
  finish();
}

void console_state::after_a_while(std::function<void()> next) {
  auto number = ++questions_;
  open_.emplace(number, [this, number, next = std::move(next)] {
    open_.erase(number);
    next();
  });
  self->delayed_send(self, sampler::least_span, check_atom_v, number);
}

console_state::fanouts_asked console_state::all_fanouts() const {
  return std::make_shared<std::vector<fanout_actor>>(config.fanouts);
}

actor_status console_state::node() {
  actor_status result{"node", std::string{version}, {}};
  auto put = [&](const char* key, std::uint64_t x) {
    result.facts.emplace_back(key, x);
  };
  const auto& x = *config.stats;
  auto now = self->clock().now();
  put("uptime_s",
      static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::seconds>(now - started_)
          .count()));
  put("symbols", get(x.symbols));
  for (std::size_t i = 0; i < num_freshness; ++i)
    put(
      ("symbols_" + std::string{to_string(static_cast<freshness>(i))}).c_str(),
      get(x.fresh[i]));
  put("ticks_applied", x.total(&counters::tick_counts::applied));
  put("ticks_repeated", x.total(&counters::tick_counts::repeated));
  put("ticks_refused", x.total(&counters::tick_counts::refused));
  auto closed = get(x.subscribers_closed);
  put("subscribers", get(x.subscribers_opened) - closed);
  put("subscribers_opened", get(x.subscribers_opened));
  put("subscribers_closed", get(x.subscribers_closed));
  put("rows_published", get(x.rows_published));
  put("rows_delivered", get(x.rows_delivered));
  put("rows_merged", get(x.rows_merged));
  put("rows_discarded", get(x.rows_discarded));
  put("bad_messages", get(x.bad_messages));
  put("ticks_per_s", get(x.ticks_per_s));
  put("rows_per_s", get(x.rows_per_s));
  put("merged_per_s", get(x.merged_per_s));
  put("loop_lag_us", get(x.loop_lag) / 1000);
  put("scheduler_lag_us", get(x.scheduler_lag) / 1000);
  auto cpu = get(x.cpu_permille);
  result.facts.emplace_back("cpu_percent",
                            fact_value::json(std::to_string(cpu / 10) + '.'
                                             + std::to_string(cpu % 10)));
  if (config.process)
    for (auto& fact : config.process())
      result.facts.emplace_back(std::move(fact));
  return result;
}

actor_status console_state::part_of(outcome<actor_status>& x,
                                    const std::string& kind) {
  if (x.error.empty())
    return std::move(x.value);
  return {kind, "", {{"error", std::move(x.error)}}};
}

void console_state::ask_parts(std::function<void(std::vector<part>&)> done) {
  // All of them answer the same question, whatever they are otherwise.
  using anybody =
    caf::typed_actor<caf::replies_to<status_atom>::with<actor_status>>;
  std::vector<anybody> whom;
  std::vector<part> parts;
  auto add_all = [&](const auto& xs, const char* kind) {
    for (const auto& x : xs) {
      whom.emplace_back(x);
      parts.push_back({kind, {}});
    }
  };
  add_all(std::vector{config.market}, "market");
  add_all(config.fanouts, "fanout");
  add_all(config.ingresses, "ingress");
  add_all(config.feeds, "feed");
  if (config.monitor)
    add_all(std::vector{config.monitor}, "monitor");
  gather<actor_status>(
    whom,
    [parts, done](std::vector<outcome<actor_status>>& xs) mutable {
      for (std::size_t i = 0; i < xs.size(); ++i)
        parts[i].said = std::move(xs[i]);
      done(parts);
    },
    status_atom_v);
}

void console_state::status(const console_command&, promise to) {
  ask_parts([this, to](std::vector<part>& parts) mutable {
    console_answer result;
    result.parts.emplace_back(node());
    for (auto& x : parts)
      result.parts.emplace_back(part_of(x.said, x.kind));
    auto& list = result.lists.emplace_back();
    list.title = "settings that differ from their defaults";
    list.columns = {"setting", "value", "default"};
    for (const auto& x : config.settings)
      if (x.size() == 3 && x[1] != x[2])
        list.rows.push_back(x);
    list.total = list.rows.size();
    if (list.rows.empty()) {
      result.lists.clear();
      result.note = "all settings are at their defaults";
    }
    to.deliver(std::move(result));
  });
}

void console_state::settings(const console_command&, promise to) {
  console_answer result;
  result.lists.push_back({.columns = {"setting", "value", "default"},
                          .rows = config.settings,
                          .total = config.settings.size()});
  to.deliver(std::move(result));
}

void console_state::log(const console_command& x, promise to) {
  auto level = parse_log_level(x.args[0]);
  if (!level) {
    to.deliver(
      make_error(errc::invalid,
                 "'" + x.args[0] + "' is none of error, warning, info, debug"));
    return;
  }
  config.log->threshold(*level);
  console_answer result;
  result.note = "logging at " + x.args[0];
  to.deliver(std::move(result));
}

void console_state::close(const console_command& x, promise to) {
  std::string reason;
  for (std::size_t i = 1; i < x.args.size(); ++i)
    reason += (i > 1 ? " " : "") + x.args[i];
  if (reason.empty())
    reason = "closed by the operator";
  // What a close frame has room for.
  constexpr std::size_t max_reason = 123;
  if (reason.size() > max_reason) {
    to.deliver(make_error(errc::invalid, "the reason is over 123 bytes"));
    return;
  }
  auto id = x.args[0];
  auto only_ask = x.options.contains("ask");
  find_subscriber(
    x, to,
    [this, to, id, reason, only_ask](const subscriber_actor& who) mutable {
      console_answer result;
      result.note = "1 viewer affected";
      if (!only_ask) {
        self->send(who, close_atom_v, reason);
        config.log->info("subscriber_closing",
                         {{"subscriber", who->id()}, {"reason", reason}});
        result.note += "; closing subscriber " + id + ": " + reason;
      }
      to.deliver(std::move(result));
    });
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
    to.deliver(
      make_error(errc::invalid, "'" + x.args[0] + "' is no command; try help"));
    return;
  }
  to.deliver(std::move(result));
}

console_actor::behavior_type
console(console_actor::stateful_pointer<console_state> self,
        console_config config) {
  auto& state = self->state;
  state.self = self;
  state.config = std::move(config);
  state.started_ = self->clock().now();
  return {
    [self](join_atom, const feed_actor& x) {
      self->state.config.feeds.emplace_back(x);
    },
    [self](ask_atom, const std::string& line) { return self->state.ask(line); },
    [self](check_atom, std::uint64_t number) { self->state.check(number); },
  };
}

} // namespace livegrid
