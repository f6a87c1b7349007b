#include "membership.hpp"

#include <algorithm>
#include <stdexcept>
#include <variant>

namespace livegrid::simulation {

namespace {

using namespace std::chrono_literals;

/// A machine has been on for a while when a node starts.
constexpr instant boot_begin = 1h;

boot_clock::time_point boot_time(instant x) {
  return boot_clock::time_point{boot_begin + x};
}

/// TCP tries again so long after a packet was lost, and what waits for etcd to
/// get on is seen by it so long after.
constexpr std::int64_t longest_resend_ms = 400;

/// How late a lease ends at most: etcd looks for them twice a second.
constexpr std::int64_t longest_lateness_ms = 1000;

membership_config config_for(member self, log_ptr log) {
  membership_config result;
  result.endpoints = {"http://etcd:2379"};
  result.cluster = "simulated";
  result.self = std::move(self);
  result.ttl = etcd_cluster::ttl;
  result.log = std::move(log);
  if (auto why = result.fault(); !why.empty())
    throw std::logic_error(why);
  return result;
}

} // namespace

// -- a request's way ----------------------------------------------------------

etcd_cluster::etcd_cluster(timeline& time, network& net, random& chance,
                           std::size_t host)
  : time_(time), net_(net), chance_(chance), host_(host) {
  model_.how.min_ttl = ttl;
}

void etcd_cluster::connect(const request_ptr& x) {
  if (!std::exchange(used_, true)) {
    most_late_ =
      std::chrono::milliseconds{chance_.between(0, longest_lateness_ms)};
    most_lag_ = std::chrono::milliseconds{
      chance_.percent(70) ? chance_.between(0, 30) : chance_.between(0, 400)};
    compactions_ = chance_.percent(50) ? 10 : 0;
    sweep();
  }
  // One packet there and one back. TCP sends the first again after a second,
  // when nobody waits for it any more.
  time_.after(net_.delay(), [this, x] {
    if (!net_.open(x->host, host_))
      return;
    if (!up_ && refuses_)
      return refuse(x, "connection refused");
    time_.after(net_.delay(), [this, x] {
      if (!net_.open(host_, x->host) || x->by == nullptr)
        return;
      x->connected = true;
      x->by->take([this, x] {
        if (x->by != nullptr)
          send(x);
      });
    });
  });
}

void etcd_cluster::send(const request_ptr& x) {
  time_.after(net_.delay(), [this, x] { arrive(x); });
}

void etcd_cluster::arrive(const request_ptr& x) {
  if (net_.open(x->host, host_)) {
    if (up_)
      return serve(x);
    if (refuses_)
      return refuse(x, "connection reset by peer");
  }
  // It arrives some time, also if nobody waits for it any more.
  time_.after(std::chrono::milliseconds{chance_.between(50, longest_resend_ms)},
              [this, x] { arrive(x); });
}

void etcd_cluster::serve(const request_ptr& x) {
  go_on();
  if (!x->what.by_lines) {
    say(x, {.text = model_.post(x->what.path, x->what.body)});
  } else if (x->by != nullptr) {
    x->watch = model_.watch(x->what.body);
    if (chance_.percent(20))
      x->lag = std::chrono::milliseconds{chance_.between(0, 100)};
    watching_.emplace_back(x);
  }
  go_on();
}

void etcd_cluster::say(const request_ptr& x, word what) {
  what.due = time_.now() + net_.delay() + x->lag;
  if (!x->said.empty())
    what.due = std::max(what.due, x->said.back().due);
  x->said.emplace_back(std::move(what));
  if (x->said.size() == 1)
    time_.at(x->said.front().due, [this, x] { carry(x); });
}

void etcd_cluster::refuse(const request_ptr& x, std::string why) {
  say(x, {.fault = std::move(why)});
}

void etcd_cluster::carry(const request_ptr& x) {
  while (!x->said.empty() && x->by != nullptr) {
    auto due = x->said.front().due;
    if (!net_.open(host_, x->host))
      due = time_.now()
            + std::chrono::milliseconds{chance_.between(50, longest_resend_ms)};
    if (due > time_.now())
      return time_.at(due, [this, x] { carry(x); });
    auto what = std::move(x->said.front());
    x->said.pop_front();
    x->by->take([x, what = std::move(what)] {
      if (x->by != nullptr)
        x->by->take_word(*x, what);
    });
  }
}

void etcd_cluster::forget(request& x) {
  x.by = nullptr;
  if (x.watch == 0)
    return;
  model_.cancel(x.watch);
  std::erase_if(watching_, [&](const auto& y) { return y.get() == &x; });
}

// -- etcd ---------------------------------------------------------------------

void etcd_cluster::set_up(bool on) {
  if (std::exchange(up_, on) == on)
    return;
  if (on) {
    model_.elect(boot_time(time_.now()));
    return go_on();
  }
  refuses_ = chance_.percent(50);
  if (!refuses_)
    return;
  for (const auto& x : std::exchange(watching_, {})) {
    model_.cancel(std::exchange(x->watch, 0));
    refuse(x, "connection reset by peer");
  }
}

void etcd_cluster::sweep() {
  time_.after(std::chrono::milliseconds{chance_.between(250, 550)},
              [this] { sweep(); });
  auto any = [this](instant most) {
    return instant{chance_.between(0, most.count())};
  };
  model_.how.lease_lateness = any(most_late_);
  model_.how.watch_delay = any(most_lag_);
  if (!up_)
    return;
  if (chance_.percent(compactions_))
    model_.compact(model_.now_at() - chance_.below(model_.now_at()) / 4);
  go_on();
}

void etcd_cluster::go_on() {
  if (!up_)
    return;
  model_.advance(boot_time(time_.now()));
  for (const auto& x : watching_)
    while (auto line = model_.take_line(x->watch))
      say(x, {.last = false, .text = *std::move(line)});
  auto next = model_.next();
  if (next == boot_clock::time_point::max())
    return;
  auto when = next.time_since_epoch() - boot_begin;
  if (next_ > time_.now() && next_ <= when)
    return;
  next_ = when;
  time_.at(when, [this, when] {
    if (next_ != when)
      return;
    next_ = instant::max();
    go_on();
  });
}

// -- a process ----------------------------------------------------------------

etcd_client::etcd_client(etcd_cluster& etcd, std::size_t host, member self,
                         log_ptr log, listener tell)
  : etcd_(etcd),
    host_(host),
    member_(
      config_for(std::move(self), std::move(log)),
      [tell = std::move(tell)](const membership_event& x) {
        if (const auto* view = std::get_if<cluster_view>(&x))
          tell.tell(*view);
        else if (std::holds_alternative<membership_lost>(x))
          tell.lose();
      },
      *this, static_cast<std::uint32_t>(etcd.chance_.next())) {
  plan_step(etcd_.time_.now());
}

etcd_client::~etcd_client() {
  *alive_ = false;
  for (const auto& [id, x] : posts_)
    etcd_.forget(*x);
}

bool etcd_client::valid() const {
  return boot_time(etcd_.time_.now()) < member_.valid_until();
}

void etcd_client::restate(bool owns, std::vector<symbol_name> pinned) {
  restated_.emplace(owns, std::move(pinned));
  plan_step(etcd_.time_.now());
}

void etcd_client::leave(std::function<void()> then) {
  leaving_ = std::move(then);
  take([this] { member_.leave(boot_time(etcd_.time_.now())); });
}

void etcd_client::post(post_id id, order what) {
  auto x = std::make_shared<etcd_cluster::request>();
  x->by = this;
  x->id = id;
  x->host = host_;
  x->what = std::move(what);
  posts_.emplace(id, x);
  auto& time = etcd_.time_;
  time.after(x->what.connect_limit, [x] {
    if (x->by != nullptr && !x->connected)
      x->by->take_limit([x] {
        if (x->by != nullptr && !x->connected)
          x->by->take_word(*x, {.fault = "no connection in time"});
      });
  });
  time.after(x->what.limit, [x] {
    if (x->by != nullptr)
      x->by->take_limit([x] {
        if (x->by != nullptr)
          x->by->take_word(*x, {.fault = "no answer in time"});
      });
  });
  etcd_.connect(x);
}

void etcd_client::cancel(post_id id) {
  auto i = posts_.find(id);
  if (i == posts_.end())
    throw std::logic_error("what is cancelled is not under way");
  etcd_.forget(*i->second);
  posts_.erase(i);
}

void etcd_client::take_word(etcd_cluster::request& x, etcd_cluster::word what) {
  if (!what.last)
    return member_.line(x.id, std::move(what.text));
  etcd_.forget(x);
  auto id = x.id;
  posts_.erase(id);
  member_.answered(id, std::move(what.fault), std::move(what.text));
}

void etcd_client::take(std::function<void()> what) {
  if (suspended_)
    return inbox_.emplace_back(std::move(what)), void();
  what();
  step();
}

void etcd_client::take_limit(std::function<void()> what) {
  if (suspended_)
    return limits_.emplace_back(std::move(what)), void();
  what();
  step();
}

void etcd_client::resume() {
  suspended_ = false;
  auto& chance = etcd_.chance_;
  // Does the loop look at its sockets first, or at the clock? It goes on after
  // all that came, or in between.
  auto came = std::exchange(inbox_, {});
  auto late = std::exchange(limits_, {});
  if (chance.percent(50))
    came.swap(late);
  came.insert(came.end(), late.begin(), late.end());
  auto one_by_one = chance.percent(30);
  for (const auto& what : came) {
    what();
    if (one_by_one)
      step();
  }
  step();
}

void etcd_client::plan_step(instant when) {
  etcd_.time_.at(when, [this, alive = alive_, planned = ++planned_] {
    if (*alive && planned == planned_ && !suspended_)
      step();
  });
}

void etcd_client::step() {
  if (auto x = std::exchange(restated_, std::nullopt))
    member_.restate(x->first, std::move(x->second));
  auto now = boot_time(etcd_.time_.now());
  auto next = member_.step(now);
  if (member_.left()) {
    if (auto then = std::exchange(leaving_, nullptr))
      then();
    return;
  }
  if (next != boot_clock::time_point::max())
    plan_step(next.time_since_epoch() - boot_begin);
}

} // namespace livegrid::simulation
