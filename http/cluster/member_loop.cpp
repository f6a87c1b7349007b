#include "livegrid/http/cluster/member_loop.hpp"

#include <algorithm>
#include <chrono>
#include <map>
#include <random>

#include "livegrid/http/cluster/http_post.hpp"

namespace livegrid {

namespace {

/// There is always something that limits a wait, but not always the member.
constexpr std::chrono::milliseconds max_wait{1000};

class http_carrier final : public etcd_carrier {
public:
  explicit http_carrier(etcd_access access) : access_(std::move(access)) {
    // nop
  }

  void post(post_id id, order what) override {
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

  void cancel(post_id id) override {
    posts_.erase(id);
  }

  void wait(std::chrono::milliseconds limit) override {
    loop_.wait(limit);
  }

  void wake() noexcept override {
    loop_.wake();
  }

  void deliver(etcd_member& to) override {
    loop_.work();
    for (auto i = posts_.begin(); i != posts_.end();) {
      auto& [id, x] = *i;
      if (x.by_lines)
        for (auto line = x.post.take_line(); !line.empty();
             line = x.post.take_line())
          to.line(id, std::move(line));
      if (x.post.over()) {
        to.answered(id, x.post.fault(), x.post.take_bytes());
        i = posts_.erase(i);
      } else {
        ++i;
      }
    }
  }

private:
  struct carried {
    http_post post;
    bool by_lines = false;
  };

  etcd_access access_;
  post_loop loop_;
  std::map<post_id, carried> posts_;
};

} // namespace

member_loop::member_loop(membership_config config, etcd_member::listener tell,
                         std::unique_ptr<etcd_carrier> way)
  : way_(std::move(way)),
    member_(std::move(config), std::move(tell), *way_, std::random_device{}()) {
  // nop
}

void member_loop::run() {
  while (!member_.left()) {
    take_wishes();
    // The process may have been suspended since the last answer came.
    auto now = boot_clock::now();
    auto until = member_.step(now);
    if (until > now && !member_.left())
      way_->wait(std::min(
        std::chrono::ceil<std::chrono::milliseconds>(until - now), max_wait));
    way_->deliver(member_);
  }
}

void member_loop::stop() noexcept {
  stopping_ = true;
  way_->wake();
}

void member_loop::restate(bool owns_symbols, std::vector<symbol_name> pinned) {
  {
    std::lock_guard guard{restating_};
    restated_.emplace(owns_symbols, std::move(pinned));
  }
  way_->wake();
}

void member_loop::take_wishes() {
  if (stopping_ && !std::exchange(leaving_, true))
    member_.leave(boot_clock::now());
  std::lock_guard guard{restating_};
  if (auto x = std::exchange(restated_, std::nullopt))
    member_.restate(x->first, std::move(x->second));
}

std::unique_ptr<etcd_carrier> make_http_carrier(etcd_access access) {
  return std::make_unique<http_carrier>(std::move(access));
}

} // namespace livegrid
