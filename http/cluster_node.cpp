#include "livegrid/http/cluster_node.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>

#include <caf/io/all.hpp>

#include "livegrid/actors/grid.hpp"
#include "livegrid/http/peer_dialer.hpp"
#include "livegrid/log.hpp"
#include "livegrid/spawn.hpp"

namespace livegrid {

namespace {

/// Changes with every change of what nodes say to each other.
constexpr std::uint32_t protocol = 1;

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
  if (auto found = parse_endpoints(values.cluster.etcd);
      auto* endpoints = std::get_if<std::vector<std::string>>(&found))
    result.endpoints = std::move(*endpoints);
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

} // namespace

cluster_node::cluster_node(caf::actor_system& sys, const settings& values,
                           market_actor market, std::vector<tick> first_states,
                           counters_ptr stats, log_ptr log)
  : sys_(sys),
    config_(config_of(values, log)),
    shared_(std::make_shared<std::atomic<etcd_membership*>>(nullptr)) {
  grid_ =
    spawn_on(sys, nullptr, livegrid::grid,
             grid_config{
               .cluster = config_.cluster,
               .self = config_.self,
               .market = std::move(market),
               .dial = [&sys](const member& whom,
                              const grid_actor& x) { dial_peer(sys, whom, x); },
               .valid =
                 [m = shared_] {
                   const auto* x = m->load();
                   return x != nullptr && x->valid();
                 },
               .restate =
                 [m = shared_](bool owns, std::vector<symbol_name> pinned) {
                   if (auto* x = m->load())
                     x->restate(owns, std::move(pinned));
                 },
               .first_states = std::move(first_states),
               .stats = std::move(stats),
               .log = std::move(log)});
}

cluster_node::~cluster_node() = default;

std::optional<std::string> cluster_node::join() {
  if (auto why = config_.fault(); !why.empty())
    return "cluster.etcd: " + why;
  const auto& self = config_.self;
  auto published = sys_.middleman().publish(
    caf::actor_cast<peer_actor>(grid_), self.port, self.address.c_str(), true);
  if (!published)
    return "cannot listen on " + self.address + ':' + std::to_string(self.port)
           + " for the cluster: " + sys_.render(published.error());
  membership_ = std::make_unique<etcd_membership>(
    config_, [x = grid_](const membership_event& what) {
      if (auto* view = std::get_if<cluster_view>(&what))
        caf::anon_send(x, *view);
      else if (std::holds_alternative<membership_lost>(what))
        caf::anon_send(x, lost_atom_v);
      // The membership logs that it has to wait, or is refused.
    });
  *shared_ = membership_.get();
  return std::nullopt;
}

bool cluster_node::is_member() const noexcept {
  return membership_ && membership_->valid();
}

void cluster_node::leave() {
  membership_->restate(false, {});
  caf::scoped_actor self{sys_};
  self->request(grid_, leave_time, drain_atom_v)
    .receive([](bool) {},
             [&](const caf::error&) {
               config_.log->warning("cluster_left_with_symbols", {});
             });
  membership_->stop();
}

} // namespace livegrid
