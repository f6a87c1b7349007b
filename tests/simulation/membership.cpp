#include "membership.hpp"

#include <utility>

namespace livegrid::simulation {

namespace {

using namespace std::chrono_literals;

constexpr instant step_pause = 50ms;
constexpr instant sweep_pause = 250ms;

} // namespace

// -- etcd ---------------------------------------------------------------------

etcd_cluster::etcd_cluster(timeline& time, network& net, random& chance,
                           std::size_t host)
  : time_(time), net_(net), chance_(chance), host_(host) {
  time_.after(sweep_pause, [this] { sweep(); });
}

void etcd_cluster::set_up(bool on) {
  up_ = on;
  // Whoever leads anew gives every lease its whole time.
  if (on)
    for (auto& [name, x] : entries_)
      x.ends = std::max(x.ends, time_.now() + ttl);
}

void etcd_cluster::sweep() {
  time_.after(sweep_pause + instant{chance_.between(0, 300'000'000)},
              [this] { sweep(); });
  if (!up_)
    return;
  auto any = false;
  for (auto i = entries_.begin(); i != entries_.end();)
    if (i->second.ends < time_.now()) {
      i = entries_.erase(i);
      any = true;
    } else {
      ++i;
    }
  if (any) {
    ++revision_;
    changed();
  }
}

cluster_view etcd_cluster::view() const {
  cluster_view result{revision_, {}};
  for (const auto& [name, x] : entries_)
    result.members.emplace_back(x.who);
  return result;
}

void etcd_cluster::changed() {
  auto now = view();
  for (auto* x : clients_)
    x->deliver(now);
}

// -- a client -----------------------------------------------------------------

etcd_client::etcd_client(etcd_cluster& etcd, std::size_t host, member self,
                         listener tell)
  : etcd_(etcd), host_(host), self_(std::move(self)), tell_(std::move(tell)) {
  etcd_.clients_.emplace_back(this);
  plan_step();
}

etcd_client::~etcd_client() {
  *alive_ = false;
  std::erase(etcd_.clients_, this);
}

void etcd_client::plan_step() {
  auto pause = step_pause + instant{etcd_.chance_.between(0, 20'000'000)};
  etcd_.time_.after(pause, [this, alive = alive_] {
    if (*alive)
      step();
  });
}

bool etcd_client::reachable() const {
  return etcd_.up_ && etcd_.net_.open(host_, etcd_.host_)
         && etcd_.net_.open(etcd_.host_, host_);
}

void etcd_client::step() {
  plan_step();
  if (suspended_)
    return;
  auto now = etcd_.time_.now();
  if (joined_ && now >= valid_until_)
    return lose();
  if (!reachable() || now < next_renewal_)
    return;
  auto entry = etcd_.entries_.find(self_.name);
  auto own = entry != etcd_.entries_.end()
             && entry->second.who.instance == self_.instance;
  if (!joined_) {
    // The name is another's, until that one's lease ends.
    if (leaving_ || (entry != etcd_.entries_.end() && !own))
      return;
    joined_ = true;
    told_ = 0;
    return put();
  }
  if (!own)
    return lose();
  entry->second.ends = now + etcd_cluster::ttl;
  valid_until_ = now + etcd_cluster::ttl * 9 / 10;
  next_renewal_ = now + etcd_cluster::ttl / 6;
  // The watch has missed something.
  if (told_ != etcd_.revision_)
    deliver(etcd_.view());
}

void etcd_client::put() {
  auto now = etcd_.time_.now();
  etcd_.entries_[self_.name] = {self_, now + etcd_cluster::ttl};
  ++etcd_.revision_;
  valid_until_ = now + etcd_cluster::ttl * 9 / 10;
  next_renewal_ = now + etcd_cluster::ttl / 6;
  etcd_.changed();
}

void etcd_client::restate(bool owns, std::vector<symbol_name> pinned) {
  self_.owns_symbols = owns;
  self_.pinned = std::move(pinned);
  if (joined_ && reachable() && !suspended_)
    put();
}

void etcd_client::leave() {
  leaving_ = true;
  if (!joined_ || !reachable())
    return;
  etcd_.entries_.erase(self_.name);
  ++etcd_.revision_;
  joined_ = false;
  valid_until_ = instant{0};
  etcd_.changed();
}

void etcd_client::lose() {
  if (!std::exchange(joined_, false))
    return;
  valid_until_ = instant{0};
  held_.clear();
  tell_.lose();
}

void etcd_client::deliver(const cluster_view& x) {
  if (!joined_)
    return;
  auto& chance = etcd_.chance_;
  auto lag = instant{chance.between(500'000, 30'000'000)};
  if (chance.percent(5))
    lag += instant{chance.between(0, 300'000'000)};
  news_due_ = std::max(news_due_, etcd_.time_.now() + lag);
  etcd_.time_.at(news_due_, [this, alive = alive_, x] {
    if (!*alive || !reachable())
      return;
    if (suspended_)
      held_.emplace_back(x);
    else
      news(x);
  });
}

void etcd_client::news(const cluster_view& x) {
  if (!joined_ || x.epoch <= told_)
    return;
  if (etcd_.time_.now() >= valid_until_)
    return lose();
  told_ = x.epoch;
  for (const auto& y : x.members)
    if (y.instance == self_.instance)
      return tell_.tell(x);
  lose();
}

void etcd_client::resume() {
  suspended_ = false;
  if (joined_ && etcd_.time_.now() >= valid_until_)
    return lose();
  for (const auto& x : std::exchange(held_, {}))
    news(x);
}

} // namespace livegrid::simulation
