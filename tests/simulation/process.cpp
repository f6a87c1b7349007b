#include "process.hpp"

#include <cstdio>
#include <utility>

#include "livegrid/actors/market/symbol.hpp"
#include "livegrid/actors/runtime/spawn.hpp"

#include "schedule.hpp"
#include "scripted_sink.hpp"

namespace livegrid::simulation {

namespace {

using namespace std::chrono_literals;

/// As the program gives the others to fetch what it has.
constexpr instant leave_time = 1500ms;

/// Where the actors' clocks begin.
constexpr instant clock_begin = 1h;

timestamp time_of_day_begin{std::chrono::seconds{1'700'000'000}};

/// The time of day is one for all: nodes do not rely on it.
timestamp time_of_day = time_of_day_begin;

/// Lines of a log show the virtual time, as that of the first day of 2000.
constexpr std::chrono::seconds log_begin{946'684'800};

/// Whose line it was that came last to stderr, and when.
std::string last_heading;

/// Says above a line of a node's log whose it is, unless the last one says so.
void head_line(const std::string& name, instant now) {
  auto heading = to_text(now) + ' ' + name;
  if (std::exchange(last_heading, heading) != heading)
    std::fprintf(stderr, "%s\n", heading.c_str());
}

std::string instance_of(std::size_t host, std::uint32_t run) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string result(32, '0');
  // The first half tells nodes apart, see `batch_id::node`.
  result[0] = digits[(host + 1) & 15];
  for (std::size_t i = 0; i < 8; ++i)
    result[1 + i] = digits[(run >> (28 - 4 * i)) & 15];
  return result;
}

} // namespace

process::process(timeline& time, network& net, etcd_cluster& etcd,
                 process_config config)
  : time_(time),
    etcd_(etcd),
    config_(std::move(config)),
    sys_(system_config_.set("scheduler.policy", caf::atom("testing"))
           .set("logger.verbosity", caf::atom("quiet"))),
    wire_(net, sys_, config_.host, config_.run),
    stats_(std::make_shared<counters>()),
    log_(std::make_shared<logger>(
      config_.tells ? log_level::info : log_level::error, log_format::text,
      [this] {
        head_line(config_.name, time_.now());
        return std::chrono::system_clock::time_point{log_begin + time_.now()};
      })),
    who_(self_member()),
    valid_until_(std::make_shared<std::atomic<std::int64_t>>(0)) {
  sys_.await_actors_before_shutdown(false);
  auto& clock = scheduler().clock();
  clock.current_time = caf::actor_clock::time_point{clock_begin + time_.now()};
  time_of_day = time_of_day_begin + time_.now();
  auto wall_clock = [] { return time_of_day; };
  market_ = spawn_on(sys_, nullptr, livegrid::market,
                     market_config{.max_symbols = 100'000,
                                   .stats = stats_,
                                   .wall_clock = wall_clock});
  auto restate = [this](bool owns, std::vector<symbol_name> pinned) {
    if (membership_)
      membership_->restate(owns, std::move(pinned));
    else
      caf::anon_send(roll_, pin_atom_v, owns, std::move(pinned));
  };
  auto dial = [this](const member& whom, const grid_actor& caller) {
    wire_.dial(static_cast<std::size_t>(std::stoul(whom.address.substr(7))) - 1,
               [caller, instance = whom.instance](
                 const caf::strong_actor_ptr& there, const std::string& why) {
                 if (there)
                   caf::anon_send(caller, link_atom_v, instance,
                                  caf::actor_cast<peer_actor>(there));
                 else
                   caf::anon_send(caller, link_atom_v, instance, why);
               });
  };
  grid_ = spawn_on(sys_, nullptr, livegrid::grid,
                   grid_config{.cluster = "simulated",
                               .self = who_,
                               .market = market_,
                               .dial = dial,
                               .valid = [this] { return is_member(); },
                               .restate = restate,
                               .first_states = {},
                               .stats = stats_,
                               .log = log_,
                               .wall_clock = wall_clock});
  wire_.publish(caf::actor_cast<caf::strong_actor_ptr>(grid_));
  fanout_ = spawn_on(sys_, nullptr, livegrid::fanout,
                     fanout_config{.market = grid_,
                                   .frame = test::frame_with_size,
                                   .after_turn = nullptr,
                                   .stats = stats_,
                                   .log = log_,
                                   .wall_clock = wall_clock});
  ingress_ = spawn_on(sys_, nullptr, livegrid::ingress, entry_actor{grid_});
  if (config_.by == finding::list)
    start_list();
  else
    start_etcd();
  for (const auto& x : {caf::actor_cast<caf::strong_actor_ptr>(market_),
                        caf::actor_cast<caf::strong_actor_ptr>(fanout_),
                        caf::actor_cast<caf::strong_actor_ptr>(ingress_)})
    own(x);
  if (roll_)
    own(caf::actor_cast<caf::strong_actor_ptr>(roll_));
  beat();
}

process::~process() {
  *alive_ = false;
  membership_.reset();
  wire_.close_all();
  // The grid ends its relays.
  caf::anon_send_exit(grid_, caf::exit_reason::user_shutdown);
  for (const auto& x : ours_)
    caf::anon_send_exit(caf::actor_cast<caf::actor>(x), caf::exit_reason::kill);
  auto& due = scheduler();
  while (due.try_run_once()) {
    // Until all have ended.
  }
  scheduler().clock().cancel_all();
}

member process::self_member() const {
  return {.name = config_.name,
          .instance = instance_of(config_.host, config_.run),
          .address = address_of(config_.host),
          .port = node_port,
          .owns_symbols = config_.owns_symbols,
          .serves_http = true,
          .protocol = 1};
}

void process::start_list() {
  std::vector<std::string> addresses;
  for (std::size_t i = 0; i < config_.hosts; ++i)
    addresses.emplace_back(address_of(i) + ':' + std::to_string(node_port));
  auto dial = [this](const std::string& where, const rollcall_actor& caller) {
    wire_.dial(static_cast<std::size_t>(std::stoul(where.substr(7))) - 1,
               [caller, where](const caf::strong_actor_ptr& there,
                               const std::string& why) {
                 if (there)
                   caf::anon_send(caller, link_atom_v, where,
                                  caf::actor_cast<join_actor>(there));
                 else
                   caf::anon_send(caller, link_atom_v, where, why);
               });
  };
  roll_ = spawn_on(
    sys_, nullptr, rollcall,
    rollcall_config{
      .cluster = "simulated",
      .self = who_,
      .addresses = addresses,
      .dial = dial,
      .found =
        [x = grid_](const member& who, const join_actor& there) {
          caf::anon_send(x, link_atom_v, who.instance,
                         caf::actor_cast<peer_actor>(there));
        },
      .tell = [x = grid_](const cluster_view& y) { caf::anon_send(x, y); },
      .lose = [x = grid_] { caf::anon_send(x, lost_atom_v); },
      .clock = [this] { return time_.now(); },
      .wall_clock = [] { return time_of_day; },
      .valid_until = valid_until_,
      .log = log_});
  caf::anon_send(grid_, join_atom_v, roll_);
}

void process::start_etcd() {
  membership_ = std::make_unique<etcd_client>(
    etcd_, config_.host, who_, log_,
    etcd_client::listener{
      .tell = [x = grid_](const cluster_view& y) { caf::anon_send(x, y); },
      .lose = [x = grid_] { caf::anon_send(x, lost_atom_v); }});
}

bool process::is_member() const {
  if (membership_)
    return membership_->valid();
  return time_.now().count() < *valid_until_;
}

void process::beat() {
  if (!suspended())
    wire_.beat();
  time_.after(transport::heartbeat_interval, [this, alive = alive_] {
    if (*alive)
      beat();
  });
}

// -- time ---------------------------------------------------------------------

caf::scheduler::test_coordinator& process::scheduler() const {
  return dynamic_cast<caf::scheduler::test_coordinator&>(sys_.scheduler());
}

void process::step(random& chance) {
  auto& due = scheduler();
  auto i = chance.below(due.jobs.size());
  std::swap(due.jobs.front(), due.jobs[i]);
  due.run_once();
}

instant process::next_timer() const {
  const auto& plan = scheduler().clock().schedule();
  if (suspended() || plan.empty())
    return instant::max();
  return plan.begin()->first.time_since_epoch() - clock_begin;
}

void process::go_to(instant now) {
  time_of_day = time_of_day_begin + now;
  if (suspended())
    return;
  auto& clock = scheduler().clock();
  clock.current_time = caf::actor_clock::time_point{clock_begin + now};
  clock.trigger_expired_timeouts();
}

void process::suspend() {
  wire_.suspended = true;
  if (membership_)
    membership_->suspend();
}

void process::resume(random& chance) {
  wire_.suspended = false;
  // Who is first, the timers, the sockets or the thread that asks etcd? That
  // one may also be later than all they lead to.
  auto order = chance.below(3);
  auto thread = membership_ ? chance.below(4) : 4;
  if (thread == 0)
    membership_->resume();
  if (order == 0)
    wire_.beat();
  if (order <= 1)
    go_to(time_.now());
  if (thread == 1)
    membership_->resume();
  for (auto& x : std::exchange(wire_.inbox, {}))
    x();
  if (thread == 2)
    membership_->resume();
  go_to(time_.now());
  if (thread == 3)
    time_.after(instant{chance.between(0, 5'000'000)}, [this, alive = alive_] {
      if (*alive && !suspended())
        membership_->resume();
    });
}

void process::leave(std::function<void()> then) {
  auto once = std::make_shared<std::function<void()>>(std::move(then));
  auto end = [this, once] {
    auto f = std::exchange(*once, nullptr);
    if (f && membership_)
      membership_->leave(std::move(f));
    else if (f)
      f();
  };
  if (membership_)
    membership_->restate(false, {});
  else
    caf::anon_send(roll_, pin_atom_v, false, std::vector<symbol_name>{});
  auto asks = [end](caf::event_based_actor* self, const grid_actor& whom) {
    self->request(whom, leave_time, drain_atom_v)
      .then([end](bool) { end(); }, [end](const caf::error&) { end(); });
  };
  own(caf::actor_cast<caf::strong_actor_ptr>(sys_.spawn(asks, grid_)));
}

// -- looks --------------------------------------------------------------------

const grid_state& process::grid() const {
  using actor = caf::stateful_actor<grid_state, grid_actor::base>;
  return dynamic_cast<const actor&>(
           *caf::actor_cast<caf::abstract_actor*>(grid_))
    .state;
}

const market_state& process::market() const {
  using actor = caf::stateful_actor<market_state, market_actor::base>;
  return dynamic_cast<const actor&>(
           *caf::actor_cast<caf::abstract_actor*>(market_))
    .state;
}

std::uint64_t process::shares(const symbol_name& which) const {
  auto count = [](const row& x) -> std::uint64_t {
    auto text = x.text(cell::volume);
    return text == "null" ? 0 : std::stoull(std::string{text});
  };
  std::uint64_t result = 0;
  if (auto held = grid().rows.held(which))
    result = count(*held);
  const auto& here = market().symbols;
  if (auto i = here.find(which); i != here.end()) {
    using actor = caf::stateful_actor<symbol_state, symbol_actor::base>;
    auto& owner = dynamic_cast<actor&>(
      *caf::actor_cast<caf::abstract_actor*>(i->second.owner));
    if (!owner.getf(caf::abstract_actor::is_terminated_flag))
      result = std::max(result, count(*owner.state.prices.render()));
  }
  return result;
}

std::string process::describe(const symbol_name& which) const {
  auto order = [](const row& x) {
    return std::string{x.text(cell::price)} + " of "
           + std::to_string(x.order().epoch) + '/'
           + std::to_string(x.order().link) + '/' + std::to_string(x.version())
           + ", state " + std::to_string(x.state().epoch) + '/'
           + std::to_string(x.state().version);
  };
  std::string result = config_.name;
  if (const auto* x = grid().rows.find(which)) {
    result += " with " + std::to_string(x->sinks.size()) + " sinks";
    if (x->held)
      result += " holds " + order(*x->held);
  }
  if (auto i = market().symbols.find(which); i != market().symbols.end()) {
    using actor = caf::stateful_actor<symbol_state, symbol_actor::base>;
    auto& owner = dynamic_cast<actor&>(
      *caf::actor_cast<caf::abstract_actor*>(i->second.owner));
    result += " owns " + order(*owner.state.prices.render()) + " with "
              + std::to_string(owner.state.followers.size()) + " followers";
  }
  for (const auto& [peer, x] : grid().outgoing.all())
    if (x.watched.contains(which))
      result += ", asked by " + to_string(peer);
  return result;
}

void process::fetch(std::vector<symbol_name> names,
                    std::function<void(caf::expected<row_batch>)> then) {
  auto asks = [then, names](caf::event_based_actor* self,
                            const grid_actor& whom) {
    self->request(whom, caf::infinite, fetch_atom_v, names)
      .then([then](const row_batch& x) { then(x); },
            [then](const caf::error& why) { then(why); });
  };
  sys_.spawn(asks, grid_);
}

} // namespace livegrid::simulation
