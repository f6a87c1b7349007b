#include "livegrid/http/cluster/cluster_node.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>

#include "livegrid/actors/base/log.hpp"
#include "livegrid/actors/base/text.hpp"
#include "livegrid/actors/cluster/grid.hpp"
#include "livegrid/actors/cluster/rollcall.hpp"
#include "livegrid/actors/prices/cell.hpp"
#include "livegrid/actors/runtime/spawn.hpp"
#include "livegrid/actors/settings/setting_value.hpp"
#include "livegrid/http/cluster/peer_dialer.hpp"
#include "livegrid/http/cluster/peer_port.hpp"
#include "livegrid/http/system/boot_clock.hpp"
#include "livegrid/http/tls/tls_files.hpp"

namespace livegrid {

namespace {

/// Changes with every change of what nodes say to each other: in hundreds with
/// the form of it, else with the cells of a row.
constexpr std::uint32_t protocol = 400 + fixed_cells;

/// How long the others may take to fetch this node's symbols.
constexpr std::chrono::milliseconds leave_time{1500};

/// The host's name, as far as it can be a member's.
std::string host_name() {
  std::array<char, 256> text{};
  gethostname(text.data(), text.size() - 1);
  std::string result{text.data()};
  return valid_member_name(result) ? result : "node";
}

membership_config config_of(const settings& values, const log_ptr& log) {
  membership_config result;
  if (auto access = read_etcd_access(values))
    result.access = *std::move(access);
  if (auto endpoints =
        parse_endpoints(values.cluster.etcd, result.access.wants_tls()))
    result.endpoints = *std::move(endpoints);
  result.cluster = values.cluster.name;
  result.self = {.name =
                   values.node.name.empty() ? host_name() : values.node.name,
                 .instance = random_instance(),
                 .address = values.cluster.address,
                 .port = values.cluster.port,
                 .owns_symbols = values.node.owns_symbols,
                 .serves_http = values.node.serves_http,
                 .protocol = protocol};
  result.ttl = std::chrono::ceil<std::chrono::seconds>(values.cluster.ttl);
  result.log = log;
  return result;
}

/// Whether others than this host can read what goes there.
bool sends_in_clear(std::string_view url) {
  constexpr std::string_view http = "http://";
  if (!url.starts_with(http))
    return false;
  url = url.substr(http.size(), url.rfind(':') - http.size());
  if (url.starts_with('[') && url.ends_with(']'))
    url = url.substr(1, url.size() - 2);
  auto address = parse_address(std::string{url});
  return !address || !is_loopback(*address);
}

/// Whether the way to etcd is good.
expected<void, std::string> check_etcd(const settings& values) {
  auto access = read_etcd_access(values);
  if (!access)
    return unexpected{std::move(access).error()};
  auto wants_tls = access->wants_tls();
  auto endpoints = parse_endpoints(values.cluster.etcd, wants_tls);
  if (!endpoints)
    return unexpected{"cluster.etcd: " + endpoints.error()};
  for (const auto& url : *endpoints)
    if (wants_tls && url.starts_with("http://"))
      return unexpected{
        "cluster.etcd: " + url
        + " is no TLS, and cluster.etcd-ca or cluster.etcd-cert is for "
          "https://"};
  if (auto why = config_of(values, nullptr).fault(); !why.empty())
    return unexpected{"cluster.etcd: " + why};
  return {};
}

} // namespace

expected<void, std::string> check_cluster(const settings& values) {
  const auto& x = values.cluster;
  if (x.secure())
    if (auto fine = check_tls_files(x.tls_cert, x.tls_key, x.tls_ca); !fine)
      return unexpected{"cluster.tls-cert: " + fine.error()};
  if (!x.etcd.empty())
    return check_etcd(values);
  auto all = split_list(x.join);
  auto own = x.address + ':' + std::to_string(x.port);
  if (std::find(all.begin(), all.end(), own) == all.end())
    return unexpected{"cluster.join: " + own
                      + ", which is this node's, is not in it"};
  return {};
}

bool cluster_node::shared_state::valid() const noexcept {
  if (const auto* x = etcd.load())
    return x->valid();
  return boot_clock::now().time_since_epoch().count() < *valid_until;
}

cluster_node::cluster_node(caf::actor_system& sys, const settings& values,
                           market_actor market, std::vector<tick> first_states,
                           counters_ptr stats, log_ptr log,
                           timestamp (*wall_clock)())
  : sys_(sys),
    values_(values),
    config_(config_of(values, log)),
    wall_clock_(wall_clock) {
  if (const auto& x = values.cluster; x.secure())
    papers_ =
      std::make_shared<peer_certificates>(x.tls_cert, x.tls_key, x.tls_ca, log);
  auto dial = [&sys, tls = papers_, log](const member& whom,
                                         const grid_actor& x) {
    dial_peer(sys, whom, tls, x, log);
  };
  auto restate = [this](bool owns, std::vector<symbol_name> pinned) {
    if (auto* x = shared_->etcd.load())
      x->restate(owns, std::move(pinned));
    else
      caf::anon_send(roll_, pin_atom_v, owns, std::move(pinned));
  };
  grid_ = spawn_on(
    sys, nullptr, livegrid::grid,
    grid_config{.cluster = config_.cluster,
                .self = config_.self,
                .market = std::move(market),
                .dial = dial,
                .valid = [m = shared_] { return m->valid(); },
                .restate = restate,
                .first_states = std::move(first_states),
                .simulated = values.market.feed == source::simulator.name(),
                .stats = std::move(stats),
                .log = std::move(log),
                .wall_clock = wall_clock});
}

cluster_node::~cluster_node() {
  // The grid looks at this.
  caf::scoped_actor self{sys_};
  self->send_exit(grid_, caf::exit_reason::user_shutdown);
  self->wait_for(caf::actor_cast<caf::strong_actor_ptr>(grid_));
}

expected<void, std::string> cluster_node::join() {
  const auto& self = config_.self;
  if (auto opened = open_peer_port(sys_, self.address, self.port, papers_,
                                   peer_actor{grid_}, config_.log);
      !opened)
    return unexpected{"cluster.port: cannot listen on " + self.address + ':'
                      + std::to_string(self.port) + ": " + opened.error()};
  if (!values_.cluster.secure() && !is_loopback(self.address))
    config_.log->warning("cluster_trusts_network",
                         {{"address", self.address}, {"port", self.port}});
  if (!values_.cluster.etcd.empty())
    join_etcd();
  else
    join_list();
  return {};
}

void cluster_node::join_etcd() {
  for (const auto& url : config_.endpoints)
    if (!config_.access.user.empty() && sends_in_clear(url))
      config_.log->warning("etcd_password_in_clear", {{"endpoint", url}});
  membership_ = std::make_unique<etcd_membership>(
    config_, [x = grid_](const membership_event& what) {
      if (auto* view = std::get_if<cluster_view>(&what))
        caf::anon_send(x, *view);
      else if (std::holds_alternative<membership_lost>(what))
        caf::anon_send(x, lost_atom_v);
      // The membership logs that it has to wait, or is refused.
    });
  shared_->etcd = membership_.get();
}

void cluster_node::join_list() {
  auto dial = [this](const std::string& where, const rollcall_actor& x) {
    dial_address(sys_, where, papers_, x, config_.log);
  };
  roll_ =
    spawn_on(sys_, nullptr, rollcall,
             rollcall_config{
               .cluster = config_.cluster,
               .self = config_.self,
               .addresses = split_list(values_.cluster.join),
               .dial = dial,
               .found =
                 [x = grid_](const member& who, const join_actor& there) {
                   // What a roll-call reaches there is the grid.
                   caf::anon_send(x, link_atom_v, who.instance,
                                  caf::actor_cast<peer_actor>(there));
                 },
               .tell = [x = grid_](
                         const cluster_view& view) { caf::anon_send(x, view); },
               .lose = [x = grid_] { caf::anon_send(x, lost_atom_v); },
               .clock = [] { return boot_clock::now().time_since_epoch(); },
               .wall_clock = wall_clock_,
               .valid_until = shared_->valid_until,
               .log = config_.log});
  caf::anon_send(grid_, join_atom_v, roll_);
}

bool cluster_node::is_member() const noexcept {
  return (membership_ || roll_) && shared_->valid();
}

void cluster_node::leave() {
  if (membership_)
    membership_->restate(false, {});
  else
    caf::anon_send(roll_, pin_atom_v, false, std::vector<symbol_name>{});
  caf::scoped_actor self{sys_};
  self->request(grid_, leave_time, drain_atom_v)
    .receive([](bool) {},
             [&](const caf::error&) {
               config_.log->warning("cluster_left_with_symbols", {});
             });
  if (membership_)
    membership_->stop();
  else
    caf::anon_send_exit(roll_, caf::exit_reason::user_shutdown);
}

} // namespace livegrid
