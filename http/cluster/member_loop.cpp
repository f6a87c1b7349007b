#include "livegrid/http/cluster/member_loop.hpp"

#include <algorithm>
#include <chrono>
#include <random>

namespace livegrid {

namespace {

/// There is always something that limits a wait, but not always the member.
constexpr std::chrono::milliseconds max_wait{1000};

} // namespace

member_loop::member_loop(membership_config config, etcd_member::listener tell)
  : access_(config.access),
    member_(std::move(config), std::move(tell), *this, std::random_device{}()) {
  // nop
}

void member_loop::run() {
  while (!member_.left()) {
    take_wishes();
    // The process may have been suspended since the last answer came.
    auto now = boot_clock::now();
    auto until = member_.step(now);
    if (until > now && !member_.left())
      loop_.wait(std::min(
        std::chrono::ceil<std::chrono::milliseconds>(until - now), max_wait));
    loop_.work();
    take_answers();
  }
}

void member_loop::stop() noexcept {
  stopping_ = true;
  loop_.wake();
}

void member_loop::restate(bool owns_symbols, std::vector<symbol_name> pinned) {
  {
    std::lock_guard guard{restating_};
    restated_.emplace(owns_symbols, std::move(pinned));
  }
  loop_.wake();
}

void member_loop::take_wishes() {
  if (stopping_ && !std::exchange(leaving_, true))
    member_.leave(boot_clock::now());
  std::lock_guard guard{restating_};
  if (auto x = std::exchange(restated_, std::nullopt))
    member_.restate(x->first, std::move(x->second));
}

void member_loop::take_answers() {
  for (auto i = posts_.begin(); i != posts_.end();) {
    auto& [id, x] = *i;
    if (x.by_lines)
      for (auto line = x.post.take_line(); !line.empty();
           line = x.post.take_line())
        member_.line(id, std::move(line));
    if (x.post.over()) {
      member_.answered(id, x.post.fault(), x.post.take_bytes());
      i = posts_.erase(i);
    } else {
      ++i;
    }
  }
}

void member_loop::post(post_id id, order what) {
  auto url = std::move(what.endpoint) + what.path;
  posts_.try_emplace(id,
                     carried{{loop_,
                              {.url = std::move(url),
                               .body = std::move(what.body),
                               .authorization = std::move(what.authorization),
                               .ca = access_.ca,
                               .cert = access_.cert,
                               .key = access_.key,
                               .connect_limit = what.connect_limit,
                               .limit = what.limit,
                               .max_pending = etcd::max_answer}},
                             what.by_lines});
}

void member_loop::cancel(post_id id) {
  posts_.erase(id);
}

} // namespace livegrid
