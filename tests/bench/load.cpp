#include "load.hpp"

#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "wait.hpp"

namespace livegrid::bench {

namespace {

// As many handshakes at a time as a listening socket's queue surely holds.
constexpr std::size_t parallel_handshakes = 100;

constexpr double patience = 20; // seconds

constexpr usec stall_limit = 250'000;

usec to_usec(double seconds) {
  return static_cast<usec>(seconds * 1e6);
}

} // namespace

load::load(std::uint16_t publish_port, std::uint16_t port,
           std::uint32_t symbols, bool secure)
  : port_(port),
    secure_(secure),
    epoll_(epoll_create1(EPOLL_CLOEXEC)),
    publisher_(publish_port, secure, symbols) {
  all_.symbols = symbols;
  watch(EPOLL_CTL_ADD, publisher_.fd(), nullptr);
  publish_each();
  catch_up();
}

load::~load() {
  ::close(epoll_);
}

void load::watch(int op, int fd, subscriber* x) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.ptr = x;
  if (epoll_ctl(epoll_, op, fd, &event) != 0)
    test::give_up("epoll_ctl failed");
}

// -- subscribers
// ---------------------------------------------------------------

std::size_t load::add(subscription x) {
  auto number = subscribers_.size();
  subscribers_.push_back(std::make_unique<subscriber>(
    port_, secure_, static_cast<std::uint32_t>(number), std::move(x), all_));
  ++open_;
  watch(EPOLL_CTL_ADD, subscribers_.back()->fd(), subscribers_.back().get());
  return number;
}

void load::remove(std::size_t number, subscriber::farewell how) {
  subscribers_[number]->leave(how);
  subscribers_[number].reset();
  --open_;
}

void load::disconnect() {
  for (std::size_t i = 0; i < subscribers_.size(); ++i)
    if (subscribers_[i])
      remove(i, subscriber::farewell::fin);
}

void load::connect(const std::vector<subscription>& xs) {
  auto begin = subscribers_.size();
  std::size_t complete = begin;
  auto all_complete = [&] {
    auto is_complete = [&](const subscriber& x) {
      return x.complete() || x.state() == subscriber::phase::closed;
    };
    while (complete < subscribers_.size()
           && is_complete(*subscribers_[complete]))
      ++complete;
    return complete == subscribers_.size();
  };
  for (auto& x : xs) {
    add(x);
    if ((subscribers_.size() - begin) % parallel_handshakes == 0)
      serve_until(all_complete, patience);
  }
  if (!serve_until(all_complete, patience))
    all_.wrong.add("no first rows", subscribers_.size() - complete);
}

void load::stall_narrow(bool stalled) {
  for (auto& x : subscribers_)
    if (x && x->narrow() && x->state() == subscriber::phase::open)
      watch(stalled ? EPOLL_CTL_DEL : EPOLL_CTL_ADD, x->fd(), x.get());
}

// -- ticks
// -----------------------------------------------------------------------

void load::publish(const pace& how) {
  written_off_ = last_rows_ = all_.rows;
  forgiven_ = 0;
  last_progress_ = now();
  publisher_.start(how);
}

void load::publish_each() {
  publish({.batch = std::min(100u, all_.symbols),
           .pipeline = 4,
           .limit = all_.symbols});
}

/// Ticks delivered everywhere since publish(), on the average.
std::uint64_t load::delivered() {
  if (open_ == 0)
    return publisher_.sent();
  if (all_.rows != last_rows_) {
    last_rows_ = all_.rows;
    last_progress_ = now();
  } else if (publisher_.running() && now() - last_progress_ > stall_limit) {
    // The node conflated rows, so that this debt is never paid.
    forgiven_ = publisher_.sent();
    written_off_ = all_.rows;
    last_progress_ = now();
    ++stalls_;
  }
  return forgiven_ + (all_.rows - written_off_) / open_;
}

// -- the loop
// ----------------------------------------------------------------------

void load::turn(usec until) {
  publisher_.pump(delivered());
  auto next = std::min({until, publisher_.next_due(), now() + 50'000});
  auto wait = std::max(usec{0}, next - now());
  timespec timeout{wait / 1'000'000, wait % 1'000'000 * 1000};
  epoll_event events[64];
  auto n = epoll_pwait2(epoll_, events, 64, &timeout, nullptr);
  if (n < 0 && errno != EINTR)
    test::give_up("epoll_pwait2 failed");
  for (int i = 0; i < n; ++i) {
    if (auto x = static_cast<subscriber*>(events[i].data.ptr))
      x->on_readable();
    else
      publisher_.on_readable(all_.wrong);
  }
}

void load::serve(double seconds) {
  for (auto until = now() + to_usec(seconds); now() < until;)
    turn(until);
}

bool load::serve_until(const std::function<bool()>& done, double seconds) {
  for (auto until = now() + to_usec(seconds); !done();) {
    if (now() >= until)
      return false;
    turn(std::min(until, now() + 1000));
  }
  return true;
}

bool load::all_current() {
  for (std::size_t i = 0; i < subscribers_.size(); ++i) {
    auto& x = subscribers_[laggard_ % subscribers_.size()];
    if (x && x->state() == subscriber::phase::open
        && x->behind(publisher_.last()) > 0)
      return false;
    laggard_ = (laggard_ + 1) % subscribers_.size();
  }
  return true;
}

double load::catch_up() {
  auto begin = now();
  auto done = [&] {
    return !publisher_.running() && publisher_.idle() && all_current();
  };
  if (!serve_until(done, patience)) {
    if (!publisher_.idle())
      all_.wrong.add("request without an answer");
    for (auto& x : subscribers_)
      if (x && x->state() == subscriber::phase::open)
        all_.wrong.add("missing last row", x->behind(publisher_.last()));
  }
  return static_cast<double>(now() - begin) / 1000;
}

void load::settle() {
  publisher_.stop();
  all_.sampled = false;
  all_.timed = false;
  serve_until([&] { return publisher_.idle(); }, patience);
  publish_each();
  catch_up();
}

} // namespace livegrid::bench
