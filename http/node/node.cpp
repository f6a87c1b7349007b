#include "livegrid/http/node/node.hpp"

#include <malloc.h>

#include <cstdio>
#include <cstdlib>
#include <random>
#include <utility>

#include <caf/io/all.hpp>

#include "livegrid/actors/base/log.hpp"
#include "livegrid/actors/delivery/fanout.hpp"
#include "livegrid/actors/feeds/replay.hpp"
#include "livegrid/actors/feeds/simulator.hpp"
#include "livegrid/actors/market/directory.hpp"
#include "livegrid/actors/market/ingress.hpp"
#include "livegrid/actors/market/market.hpp"
#include "livegrid/actors/operator/console.hpp"
#include "livegrid/actors/operator/monitor.hpp"
#include "livegrid/actors/runtime/spawn.hpp"
#include "livegrid/actors/settings/setting.hpp"
#include "livegrid/actors/settings/setting_effect.hpp"
#include "livegrid/actors/stats/counters.hpp"
#include "livegrid/http/access/access_guard.hpp"
#include "livegrid/http/access/keys_file.hpp"
#include "livegrid/http/cluster/cluster_node.hpp"
#include "livegrid/http/connection/io_loop.hpp"
#include "livegrid/http/node/console_port.hpp"
#include "livegrid/http/readers/replay_reader.hpp"
#include "livegrid/http/readers/symbols_file.hpp"
#include "livegrid/http/routes/route_table.hpp"
#include "livegrid/http/routes/server.hpp"
#include "livegrid/http/system/process_status.hpp"
#include "livegrid/http/system/signal_wait.hpp"
#include "livegrid/http/websocket/ws_frame.hpp"
#include "livegrid/http/widgets/widgets.hpp"
#include "livegrid/version.hpp"

namespace livegrid {

namespace {

/// How long the drain of connections may take, within the 5 s that the whole
/// end may take.
constexpr std::chrono::milliseconds drain_time{4000};

/// How long the first symbols may take.
constexpr std::chrono::seconds start_time{60};

timestamp wall_clock() {
  return std::chrono::time_point_cast<std::chrono::nanoseconds>(
    std::chrono::system_clock::now());
}

/// Name, value and default of each setting.
std::vector<std::vector<std::string>> listed(const settings& values) {
  std::vector<std::vector<std::string>> result;
  for (const auto& x : all_settings())
    result.push_back({std::string{x.name}, x.get(values), x.get(settings{})});
  return result;
}

int fail(int exit_code, const std::string& message) {
  std::fprintf(stderr, "livegrid: %s\n", message.c_str());
  return exit_code;
}

/// What the files say that the settings name.
struct inputs {
  widget_set widgets;
  std::vector<tick> first_states;
  std::shared_ptr<tick_source> recording;
};

std::variant<inputs, std::string> read_inputs(const settings& x,
                                              const log_ptr& log) {
  inputs result;
  // Read again where they are needed: a fault is told before anything starts.
  if (const auto& path = x.access.keys_file; !path.empty()) {
    if (auto keys = read_keys_file(path); !keys)
      return "access.keys-file: " + keys.error();
  } else {
    log->info("access_without_keys",
              {{"address", x.http.address}, {"open", x.access.open}});
  }
  auto widgets = load_widgets(x.http.widgets_file, own_paths());
  if (auto* why = std::get_if<std::string>(&widgets))
    return std::move(*why);
  result.widgets = std::move(std::get<widget_set>(widgets));
  for (const auto* lines : {&result.widgets.warnings, &result.widgets.doubts})
    for (const auto& line : *lines)
      log->warning("widgets", {{"what", line}});
  if (x.market.symbols_file.empty()) {
    result.first_states = builtin_symbols();
  } else {
    auto states =
      read_symbols_file(x.market.symbols_file, x.market.max_symbols);
    if (!states)
      return std::move(states).error();
    result.first_states = *std::move(states);
  }
  if (result.first_states.size() > x.market.max_symbols)
    return "market.max-symbols: " + std::to_string(x.market.max_symbols)
           + " is less than the " + std::to_string(result.first_states.size())
           + " symbols that are there from the start";
  if (x.market.feed == "replay") {
    auto source = open_replay(
      x.replay.file,
      [log, path = x.replay.file](std::size_t line, std::string_view why) {
        log->warning("replay_bad_row",
                     {{"file", path}, {"line", line}, {"why", why}});
      },
      [log, path = x.replay.file](std::size_t line, std::string_view what) {
        log->warning("replay_note",
                     {{"file", path}, {"line", line}, {"what", what}});
      });
    if (!source)
      return std::move(source).error();
    result.recording = *std::move(source);
  }
  return result;
}

/// The actors of a node.
struct actors {
  market_actor market;
  grid_actor grid; ///< an invalid handle if the node is alone
  fanout_actor fanout;
  ingress_actor ingress;
  directory_actor directory;
  std::vector<feed_actor> feeds;
  monitor_actor monitor;
  console_actor console;
};

/// Where ticks go in.
entry_actor entry_of(const actors& all) {
  return all.grid ? entry_actor{all.grid} : entry_actor{all.market};
}

/// Where fan-outs say what they want.
interest_actor interest_of(const actors& all) {
  return all.grid ? interest_actor{all.grid} : interest_actor{all.market};
}

/// Spawns the source of ticks that the settings name, if any.
void start_feed(caf::actor_system& sys, io_loop& loop, actors& all,
                inputs& input, const settings& values, const log_ptr& log) {
  auto add = [&](source kind, const feed_actor& x) {
    all.feeds.emplace_back(x);
    caf::anon_send(all.market, join_atom_v, feed_id{kind}, x);
    caf::anon_send(all.console, join_atom_v, x);
    if (all.grid)
      caf::anon_send(all.grid, join_atom_v, x);
  };
  if (values.market.feed == "simulator")
    add(source::simulator,
        spawn_on(sys, &loop, simulator, entry_of(all),
                 std::move(input.first_states),
                 std::uint64_t{std::random_device{}()}, wall_clock));
  else if (values.market.feed == "replay")
    add(source::replay,
        spawn_on(sys, &loop, replay,
                 replay_config{entry_of(all), std::move(input.recording),
                               values.replay.speed, values.replay.loop,
                               wall_clock, log}));
}

std::string bracketed(const std::string& address) {
  return address.find(':') == std::string::npos ? address : '[' + address + ']';
}

/// Waits until the market has made the first symbols, and gives back the memory
/// that reading them took.
void settle(caf::actor_system& sys, const market_actor& market, logger& log) {
  caf::scoped_actor self{sys};
  self->request(market, start_time, status_atom_v)
    .receive([](const actor_status&) {},
             [&](caf::error& why) {
               log.warning("slow_start", {{"why", to_refusal(why).message}});
             });
  malloc_trim(0);
}

/// Opens the ports, says so, and serves until a signal comes.
int serve(caf::actor_system& sys, io_loop& loop, http_server& server,
          actors& all, cluster_node* cluster, inputs& input,
          const settings& values, std::size_t num_symbols,
          const counters_ptr& stats, const log_ptr& log) {
  if (auto why = server.prepare(); !why.empty())
    return fail(2, why);
  auto opened = server.open();
  if (auto* x = std::get_if<listen_fault>(&opened))
    return fail(x->is_lasting ? 2 : 1, x->why);
  console_port operators{
    {.sys = sys,
     .loop = loop,
     .console = all.console,
     .wants_keys = [&server] { return server.guard().on(); },
     .find_key =
       [&server](std::string_view name) {
         return server.guard().find_name(name);
       },
     .stats = stats,
     .log = log}};
  auto console_at = operators.open(values);
  if (auto* x = std::get_if<listen_fault>(&console_at))
    return fail(x->is_lasting ? 2 : 1, x->why);
  start_feed(sys, loop, all, input, values, log);
  if (cluster != nullptr)
    if (auto why = cluster->join())
      return fail(1, *why);
  server.set_fed();
  std::printf("livegrid %s listening on %s%s:%u symbols=%zu feed=%s "
              "console=%s:%u\n",
              version.data(), scheme(values).data(),
              bracketed(values.http.address).c_str(),
              std::get<std::uint16_t>(opened), num_symbols,
              values.market.feed.c_str(),
              bracketed(values.console.address).c_str(),
              std::get<std::uint16_t>(console_at));
  std::fflush(stdout);
  log->info("started", {{"version", version},
                        {"symbols", num_symbols},
                        {"feed", values.market.feed}});
  wait_for_end(*log);
  for (const auto& x : all.feeds)
    caf::anon_send_exit(x, caf::exit_reason::user_shutdown);
  auto begin = std::chrono::steady_clock::now();
  if (cluster != nullptr)
    cluster->leave();
  server.drain(drain_time
               - std::chrono::duration_cast<std::chrono::milliseconds>(
                 std::chrono::steady_clock::now() - begin));
  return 0;
}

} // namespace

int run_node(caf::actor_system& sys, const settings& values) {
  auto log = std::make_shared<logger>(
    parse_log_level(values.log.level).value_or(log_level::info),
    parse_log_format(values.log.format).value_or(log_format::text));
  auto stats = std::make_shared<counters>();
  for (const auto& x : settings_without_effect(values))
    log->warning("setting_without_effect",
                 {{"setting", x.name}, {"why", x.why}});
  auto read = read_inputs(values, log);
  if (auto* why = std::get_if<std::string>(&read))
    return fail(2, *why);
  auto& input = std::get<inputs>(read);
  auto clustered = values.cluster.used();
  if (clustered)
    if (auto why = cluster_fault(values); !why.empty())
      return fail(2, why);
  io_loop loop{sys};
  loop.start();
  auto num_symbols = input.first_states.size();
  // The simulator alone needs them once more; in a cluster, it hears which of
  // them are this node's.
  auto first_states = values.market.feed == "simulator" && !clustered
                        ? input.first_states
                        : std::exchange(input.first_states, {});
  auto grid_states =
    clustered ? std::exchange(first_states, {}) : std::vector<tick>{};
  std::optional<cluster_node> cluster;
  actors all;
  all.market = spawn_on(sys, nullptr, market,
                        market_config{.first_states = std::move(first_states),
                                      .max_symbols = values.market.max_symbols,
                                      .stats = stats,
                                      .wall_clock = wall_clock});
  if (clustered) {
    cluster.emplace(sys, values, all.market, std::move(grid_states), stats, log,
                    wall_clock);
    all.grid = cluster->grid();
  }
  all.fanout = spawn_on(
    sys, &loop, fanout,
    fanout_config{interest_of(all), append_text_frame,
                  [&loop](const fanout_actor& x) { loop.flush_after_turn(x); },
                  stats, log, wall_clock});
  all.ingress = spawn_on(sys, &loop, ingress, entry_of(all));
  all.directory = spawn_on<caf::detached>(
    sys, nullptr, directory,
    directory_config{.market = all.market, .grid = all.grid, .stats = stats});
  all.monitor = spawn_on(sys, nullptr, monitor,
                         monitor_config{.market = all.market,
                                        .fanouts = {all.fanout},
                                        .ingresses = {all.ingress},
                                        .grid = all.grid,
                                        .stats = stats,
                                        .log = log,
                                        .cpu_seconds = cpu_seconds,
                                        .count_descriptors = open_descriptors,
                                        .fail = [] { std::_Exit(1); }});
  all.console = spawn_on(sys, nullptr, console,
                         console_config{.market = all.market,
                                        .fanouts = {all.fanout},
                                        .ingresses = {all.ingress},
                                        .feeds = {},
                                        .monitor = all.monitor,
                                        .grid = all.grid,
                                        .stats = stats,
                                        .log = log,
                                        .process = process_status,
                                        .settings = listed(values),
                                        .wall_clock = wall_clock});
  if (all.grid)
    caf::anon_send(all.grid, join_atom_v, all.console);
  settle(sys, all.market, *log);
  http_server server{{.sys = sys,
                      .loop = loop,
                      .market = all.market,
                      .grid = all.grid,
                      .ingress = all.ingress,
                      .fanout = all.fanout,
                      .directory = all.directory,
                      .widgets = std::move(input.widgets),
                      .stats = stats,
                      .log = log,
                      .is_member = clustered
                                     ? std::function<bool()>{[&cluster] {
                                         return cluster->is_member();
                                       }}
                                     : nullptr},
                     values};
  auto result = serve(sys, loop, server, all, cluster ? &*cluster : nullptr,
                      input, values, num_symbols, stats, log);
  // In this order nobody is left without an answer to its last question.
  for (const auto& x : all.feeds)
    caf::anon_send_exit(x, caf::exit_reason::user_shutdown);
  caf::anon_send_exit(all.monitor, caf::exit_reason::user_shutdown);
  caf::anon_send_exit(all.console, caf::exit_reason::user_shutdown);
  caf::anon_send_exit(all.ingress, caf::exit_reason::user_shutdown);
  caf::anon_send_exit(all.fanout, caf::exit_reason::user_shutdown);
  caf::anon_send_exit(all.directory, caf::exit_reason::user_shutdown);
  if (all.grid)
    caf::anon_send_exit(all.grid, caf::exit_reason::user_shutdown);
  caf::anon_send_exit(all.market, caf::exit_reason::user_shutdown);
  all = {};
  sys.await_all_actors_done();
  loop.stop();
  return result;
}

} // namespace livegrid
