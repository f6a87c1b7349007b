#include "livegrid/http/node/node.hpp"

#include <malloc.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>
#include <utility>

#include "livegrid/actors/base/log.hpp"
#include "livegrid/actors/delivery/fanout.hpp"
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
#include "livegrid/http/system/process_status.hpp"
#include "livegrid/http/system/signal_wait.hpp"
#include "livegrid/http/websocket/ws_frame.hpp"
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

/// Whether prices are invented here.
bool simulates(const settings& values) {
  return values.market.feed == source::simulator.name();
}

int fail(int exit_code, const std::string& message) {
  std::fprintf(stderr, "livegrid: %s\n", message.c_str());
  return exit_code;
}

std::string bracketed(const std::string& address) {
  return address.find(':') == std::string::npos ? address : '[' + address + ']';
}

int fail(const listen_fault& x) {
  return fail(x.is_lasting ? 2 : 1, x.why);
}

} // namespace

node::loop_thread::loop_thread(caf::actor_system& sys, io_loop& loop)
  : sys_(sys), loop_(loop) {
  loop_.start();
}

node::loop_thread::~loop_thread() {
  sys_.await_all_actors_done();
  loop_.stop();
}

node::node(caf::actor_system& sys, const settings& values, node_inputs input,
           counters_ptr stats, log_ptr log)
  : sys_(sys),
    values_(values),
    log_(std::move(log)),
    stats_(std::move(stats)),
    input_(std::move(input)),
    num_symbols_(input_.first_states.size()),
    loop_(sys),
    thread_(sys, loop_),
    market_(make_market()),
    cluster_(make_cluster()),
    directory_(make_directory()),
    fanout_(make_fanout()),
    ingress_(spawn_on(sys, &loop_, ingress, entry())),
    monitor_(make_monitor()),
    console_(make_console()),
    server_(make_server_handles(), values),
    operators_(make_console_backend()) {
  if (cluster_)
    caf::anon_send(grid(), join_atom_v, console_.get());
}

std::vector<tick> node::take_first_states() {
  // The simulator alone needs them once more; in a cluster, it hears which of
  // them are this node's.
  if (simulates(values_) && !values_.cluster.used())
    return input_.first_states;
  return std::exchange(input_.first_states, {});
}

market_actor node::make_market() {
  // In a cluster the grid has them.
  auto first =
    values_.cluster.used() ? std::vector<tick>{} : take_first_states();
  return spawn_on(sys_, nullptr, market,
                  market_config{.first_states = std::move(first),
                                .simulated = simulates(values_),
                                .max_symbols = values_.market.max_symbols,
                                .venues = input_.venues,
                                .by_time = values_.market.order == "time",
                                .stats = stats_,
                                .wall_clock = wall_clock});
}

std::optional<cluster_node> node::make_cluster() {
  if (!values_.cluster.used())
    return std::nullopt;
  return std::optional<cluster_node>{
    std::in_place,       sys_,   values_, market_.get(),
    take_first_states(), stats_, log_,    wall_clock};
}

directory_actor node::make_directory() {
  return spawn_on<caf::detached>(
    sys_, nullptr, directory,
    directory_config{.market = market_.get(), .grid = grid(), .stats = stats_});
}

fanout_actor node::make_fanout() {
  return spawn_on(
    sys_, &loop_, fanout,
    fanout_config{interest(), append_text_frame,
                  [this](const fanout_actor& x) { loop_.flush_after_turn(x); },
                  stats_, log_, wall_clock});
}

monitor_actor node::make_monitor() {
  return spawn_on(sys_, nullptr, monitor,
                  monitor_config{.market = market_.get(),
                                 .fanouts = {fanout_.get()},
                                 .ingresses = {ingress_.get()},
                                 .grid = grid(),
                                 .stats = stats_,
                                 .log = log_,
                                 .cpu_seconds = cpu_seconds,
                                 .count_descriptors = open_descriptors,
                                 .fail = [] { std::_Exit(1); }});
}

console_actor node::make_console() {
  return spawn_on(sys_, nullptr, console,
                  console_config{.market = market_.get(),
                                 .fanouts = {fanout_.get()},
                                 .ingresses = {ingress_.get()},
                                 .feeds = {},
                                 .monitor = monitor_.get(),
                                 .grid = grid(),
                                 .stats = stats_,
                                 .log = log_,
                                 .process = process_status,
                                 .settings = listed(values_),
                                 .wall_clock = wall_clock});
}

server_handles node::make_server_handles() {
  server_handles result{.sys = sys_,
                        .loop = loop_,
                        .market = market_.get(),
                        .grid = grid(),
                        .ingress = ingress_.get(),
                        .fanout = fanout_.get(),
                        .directory = directory_.get(),
                        .widgets = std::move(input_.widgets),
                        .stats = stats_,
                        .log = log_};
  if (cluster_)
    result.is_member = [this] { return cluster_->is_member(); };
  return result;
}

console_backend node::make_console_backend() {
  return {
    .sys = sys_,
    .loop = loop_,
    .console = console_.get(),
    .wants_keys = [this] { return server_.guard().on(); },
    .find_key =
      [this](std::string_view name) { return server_.guard().find_name(name); },
    .stats = stats_,
    .log = log_};
}

grid_actor node::grid() const {
  return cluster_ ? cluster_->grid() : grid_actor{};
}

entry_actor node::entry() const {
  return cluster_ ? entry_actor{grid()} : entry_actor{market_.get()};
}

interest_actor node::interest() const {
  return cluster_ ? interest_actor{grid()} : interest_actor{market_.get()};
}

void node::settle() {
  caf::scoped_actor self{sys_};
  self->request(market_.get(), start_time, status_atom_v)
    .receive([](const actor_status&) {},
             [&](caf::error& why) {
               log_->warning("slow_start", {{"why", to_refusal(why).message}});
             });
  malloc_trim(0);
}

void node::start_feed() {
  if (!input_.feed)
    return;
  auto x = input_.feed->start({.sys = sys_,
                               .loop = loop_,
                               .market = entry(),
                               .first_states = std::move(input_.first_states),
                               .wall_clock = wall_clock});
  caf::anon_send(market_.get(), join_atom_v, feed_id{input_.feed->kind}, x);
  caf::anon_send(console_.get(), join_atom_v, x);
  if (cluster_)
    caf::anon_send(grid(), join_atom_v, x);
  feed_.emplace(std::move(x));
}

void node::announce(std::uint16_t http_port, std::uint16_t console_port) {
  std::printf("livegrid %s listening on %s%s:%u symbols=%zu feed=%s "
              "console=%s:%u\n",
              version.data(), scheme(values_).data(),
              bracketed(values_.http.address).c_str(), http_port, num_symbols_,
              values_.market.feed.c_str(),
              bracketed(values_.console.address).c_str(), console_port);
  std::fflush(stdout);
  log_->info("started", {{"version", version},
                         {"symbols", num_symbols_},
                         {"feed", values_.market.feed}});
}

int node::run() {
  settle();
  if (auto prepared = server_.prepare(); !prepared)
    return fail(2, prepared.error());
  auto http_port = server_.open();
  if (!http_port)
    return fail(http_port.error());
  auto console_port = operators_.open(values_);
  if (!console_port)
    return fail(console_port.error());
  start_feed();
  if (cluster_)
    if (auto joined = cluster_->join(); !joined)
      return fail(1, joined.error());
  server_.set_fed();
  announce(*http_port, *console_port);
  wait_for_end(*log_);
  drain();
  return 0;
}

void node::drain() {
  feed_.reset();
  auto begin = std::chrono::steady_clock::now();
  if (cluster_)
    cluster_->leave();
  server_.drain(drain_time
                - std::chrono::duration_cast<std::chrono::milliseconds>(
                  std::chrono::steady_clock::now() - begin));
}

int run_node(caf::actor_system& sys, const settings& values) {
  auto log = std::make_shared<logger>(
    parse_log_level(values.log.level).value_or(log_level::info),
    parse_log_format(values.log.format).value_or(log_format::text));
  for (const auto& x : settings_without_effect(values))
    log->warning("setting_without_effect",
                 {{"setting", x.name}, {"why", x.why}});
  auto input = read_inputs(values, log);
  if (!input)
    return fail(2, input.error());
  if (values.cluster.used())
    if (auto fine = check_cluster(values); !fine)
      return fail(2, fine.error());
  node x{sys, values, *std::move(input), std::make_shared<counters>(), log};
  return x.run();
}

} // namespace livegrid
