#include "network.hpp"

#include <stdexcept>

#include <caf/binary_deserializer.hpp>
#include <caf/binary_serializer.hpp>
#include <caf/detail/sync_request_bouncer.hpp>

namespace livegrid::simulation {

namespace {

using namespace std::chrono_literals;

/// For a connection to come about, and again for the first word of a node.
constexpr instant connect_time = 1s;

/// TCP tries again after a while when a cable is mended.
constexpr instant longest_resend = 400ms;

[[noreturn]] void fail(const caf::error& why) {
  throw std::runtime_error("a message cannot be sent: " + to_string(why));
}

} // namespace

/// Stands for an actor of another process.
class transport::proxy final : public caf::actor_proxy {
public:
  proxy(caf::actor_config& cfg, transport& home)
    : caf::actor_proxy(cfg), home_(&home) {
    // nop
  }

  void enqueue(caf::mailbox_element_ptr what, caf::execution_unit*) override {
    if (home_ != nullptr)
      home_->send(ctrl()->nid, *what, id());
  }

  void kill_proxy(caf::execution_unit* ctx, caf::error reason) override {
    home_ = nullptr;
    cleanup(std::move(reason), ctx);
  }

private:
  transport* home_;
};

// -- a process ----------------------------------------------------------------

transport::transport(network& net, caf::actor_system& sys, std::size_t host,
                     std::uint32_t run)
  : net_(net), sys_(sys), host_(host) {
  caf::node_id::default_data::host_id_type id{};
  id[0] = static_cast<std::uint8_t>(host + 1);
  node_ = caf::make_node_id(run, id);
  net_.hosts_[host_] = this;
}

transport::~transport() {
  close_all();
}

void transport::close_all() {
  if (net_.hosts_[host_] == this)
    net_.hosts_[host_] = nullptr;
  while (!connections_.empty())
    close(connections_.begin()->second);
  published_.reset();
  known_.clear();
  inbox.clear();
}

std::size_t transport::side_of(const connection& x, const transport& who) {
  return x.hosts[0] == who.host_ ? 0 : 1;
}

void transport::dial(std::size_t host, found then) {
  auto x = std::make_shared<connection>();
  x->number = ++net_.last_connection_;
  x->hosts = {host_, host};
  x->ends[0].who = this;
  x->ends[0].last_heard = net_.time().now();
  x->then = std::move(then);
  connections_.emplace(x->number, x);
  net_.connections_.emplace(x->number, x);
  net_.send(x, 1, {.what = packet::kind::open});
  auto give_up = [x, number = x->number](const char* why) {
    if (auto tell = std::exchange(x->then, nullptr))
      tell(nullptr, why);
  };
  net_.time().after(connect_time, [this, x, give_up] {
    // Nobody has accepted it.
    if (x->ends[0].who == this && x->ends[1].who == nullptr && x->then) {
      give_up("no way there");
      close(x);
    }
  });
  // It stays, and may be a route after all.
  net_.time().after(2 * connect_time, [give_up] { give_up("no first word"); });
}

void transport::close(connection_ptr x) {
  if (!connections_.erase(x->number))
    return;
  auto side = side_of(*x, *this);
  x->ends[side].who = nullptr;
  if (!x->ends[side].silent)
    net_.send(x, 1 - side, {.what = packet::kind::close});
  if (auto tell = std::exchange(x->then, nullptr); tell && side == 0)
    tell(nullptr, "the connection was lost");
  auto peer = peers_.find(x->number);
  if (peer == peers_.end())
    return;
  auto node = peer->second;
  peers_.erase(peer);
  auto route = routes_.find(node);
  if (route == routes_.end() || route->second != x)
    return;
  routes_.erase(route);
  auto first = proxies_.lower_bound({node, 0});
  std::vector<caf::strong_actor_ptr> gone;
  while (first != proxies_.end() && first->first.first == node) {
    gone.emplace_back(std::move(first->second));
    first = proxies_.erase(first);
  }
  for (const auto& y : gone)
    static_cast<proxy*>(caf::actor_cast<caf::abstract_actor*>(y))
      ->kill_proxy(nullptr, caf::exit_reason::remote_link_unreachable);
}

void transport::break_route(std::size_t host, bool silently) {
  for (const auto& [node, x] : routes_) {
    auto side = side_of(*x, *this);
    if (x->hosts[1 - side] != host)
      continue;
    x->ends[side].silent = silently;
    return close(x);
  }
}

void transport::beat() {
  for (const auto& [node, x] : routes_)
    net_.send(x, 1 - side_of(*x, *this), {.what = packet::kind::beat});
  std::vector<connection_ptr> silent;
  for (const auto& [number, x] : connections_)
    if (net_.time().now() - x->ends[side_of(*x, *this)].last_heard
        > connection_timeout)
      silent.emplace_back(x);
  for (const auto& x : silent)
    close(x);
}

caf::strong_actor_ptr transport::proxy_of(const caf::node_id& node,
                                          caf::actor_id id) {
  if (id == 0 || !routes_.contains(node))
    return nullptr;
  auto& x = proxies_[{node, id}];
  if (!x) {
    caf::actor_config cfg{nullptr};
    x = caf::make_actor<proxy, caf::strong_actor_ptr>(id, node, &sys_, cfg,
                                                      *this);
  }
  return x;
}

void transport::send(const caf::node_id& to, caf::mailbox_element& x,
                     caf::actor_id whom) {
  packet out{.what = packet::kind::data, .to = whom, .id = x.mid};
  auto route = routes_.find(to);
  if (route == routes_.end()) {
    if (x.mid.is_request()) {
      caf::detail::sync_request_bouncer bounce{
        caf::error{caf::exit_reason::remote_link_unreachable}};
      bounce(x);
    }
    return;
  }
  if (x.sender) {
    out.from = x.sender->id();
    known_.emplace(out.from, x.sender);
  }
  auto content = x.copy_content_to_message();
  caf::binary_serializer sink{sys_, out.bytes};
  if (auto why = sink(content))
    fail(why);
  auto over = route->second;
  net_.send(over, 1 - side_of(*over, *this), std::move(out));
}

void transport::take(const connection_ptr& over, packet& x) {
  auto side = side_of(*over, *this);
  over->ends[side].last_heard = net_.time().now();
  using kind = packet::kind;
  switch (x.what) {
  case kind::open:
    net_.send(over, 0,
              {.what = kind::greeting,
               .to = published_ ? published_->id() : caf::actor_id{0}});
    break;
  case kind::greeting: {
    auto* other = net_.hosts_[over->hosts[1]];
    if (other == nullptr)
      break;
    auto node = other->node_;
    auto redundant = routes_.contains(node);
    if (!redundant) {
      routes_[node] = over;
      peers_[over->number] = node;
      net_.send(over, 1, {.what = kind::reply});
    }
    auto there = proxy_of(node, x.to);
    auto tell = std::exchange(over->then, nullptr);
    if (redundant)
      close(over);
    if (tell)
      tell(there, there ? "" : "nothing is published there");
    break;
  }
  case kind::reply: {
    auto* other = net_.hosts_[over->hosts[0]];
    if (other == nullptr)
      break;
    peers_[over->number] = other->node_;
    routes_.try_emplace(other->node_, over);
    break;
  }
  case kind::data:
    take_data(over, x);
    break;
  case kind::beat:
    break;
  case kind::close:
    close(over);
    break;
  }
}

void transport::take_data(const connection_ptr& over, packet& x) {
  auto known = peers_.find(over->number);
  if (known == peers_.end())
    return;
  auto from = proxy_of(known->second, x.from);
  caf::message content;
  caf::binary_deserializer source{sys_, x.bytes};
  if (auto why = source(content))
    fail(why);
  caf::strong_actor_ptr to;
  if (auto i = known_.find(x.to); i != known_.end())
    to = i->second;
  else if (published_ && published_->id() == x.to)
    to = published_;
  if (to)
    to->enqueue(caf::make_mailbox_element(from, x.id, {}, std::move(content)),
                nullptr);
  else if (x.id.is_request() && from)
    from->enqueue(caf::make_mailbox_element(nullptr, x.id.response_id(), {},
                                            caf::make_message(caf::make_error(
                                              caf::sec::remote_lookup_failed))),
                  nullptr);
}

// -- cables -------------------------------------------------------------------

network::network(timeline& time, simulation::random& chance, std::size_t hosts)
  : time_(time), chance_(chance), hosts_(hosts) {
  // nop
}

instant network::delay() {
  auto result = std::chrono::microseconds{chance_.between(50, 1000)};
  if (chance_.percent(3))
    result += std::chrono::microseconds{chance_.between(0, 20'000)};
  return result;
}

void network::send(const transport::connection_ptr& over, std::size_t to,
                   transport::packet x) {
  auto& there = over->ends[to];
  // What is sent first arrives first.
  there.last_due = std::max(there.last_due, time_.now() + delay());
  time_.at(there.last_due, [this, over, to, x = std::move(x)]() mutable {
    if (!open(over->hosts[1 - to], over->hosts[to])
        || !over->ends[to].held.empty())
      over->ends[to].held.emplace_back(std::move(x));
    else
      arrive(over, to, x);
  });
}

void network::arrive(const transport::connection_ptr& over, std::size_t to,
                     transport::packet& x) {
  using kind = transport::packet::kind;
  auto& there = over->ends[to];
  if (x.what == kind::open) {
    there.who = hosts_[over->hosts[to]];
    there.last_heard = time_.now();
    if (there.who != nullptr)
      there.who->connections_.emplace(over->number, over);
  }
  if (there.who == nullptr) {
    // Nobody is there, which whoever sent it learns.
    if (x.what != kind::close && !there.silent)
      send(over, 1 - to, {.what = kind::close});
    return;
  }
  if (!there.who->suspended)
    return there.who->take(over, x);
  // It is the kernel that has it.
  there.who->inbox.emplace_back([over, to, x = std::move(x)]() mutable {
    if (auto* who = over->ends[to].who)
      who->take(over, x);
  });
}

void network::mend(std::size_t from, std::size_t to) {
  if (cut_.erase({from, to}) == 0)
    return;
  for (auto i = connections_.begin(); i != connections_.end();) {
    auto x = i->second.lock();
    if (!x) {
      i = connections_.erase(i);
      continue;
    }
    ++i;
    for (std::size_t side = 0; side < 2; ++side) {
      if (x->hosts[1 - side] != from || x->hosts[side] != to
          || x->ends[side].held.empty())
        continue;
      auto pause = instant{chance_.between(0, longest_resend.count())};
      time_.after(pause, [this, x, side] {
        auto& there = x->ends[side];
        while (!there.held.empty()
               && open(x->hosts[1 - side], x->hosts[side])) {
          auto first = std::move(there.held.front());
          there.held.erase(there.held.begin());
          arrive(x, side, first);
        }
      });
    }
  }
}

} // namespace livegrid::simulation
