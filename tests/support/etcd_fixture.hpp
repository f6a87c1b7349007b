#pragma once

#include <algorithm>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "livegrid/http/etcd_member.hpp"
#include "livegrid/http/member_json.hpp"
#include "livegrid/log.hpp"

#include "etcd_model.hpp"

// Like CAF's own test headers it needs CAF_SUITE.
#include "caf/test/dsl.hpp"

namespace livegrid::test {

inline const std::string member_prefix = "/livegrid/test/members/";

/// How long a request takes to etcd and back.
constexpr std::chrono::milliseconds round_trip{2};

/// `view NAME,NAME`, or what else it is and the reason.
inline std::string shown(const membership_event& x) {
  if (auto view = std::get_if<cluster_view>(&x)) {
    std::string result = "view ";
    for (const auto& m : view->members)
      result += (m.name == view->members.front().name ? "" : ",") + m.name;
    return result;
  }
  if (auto lost = std::get_if<membership_lost>(&x))
    return "lost: " + lost->reason;
  if (auto refused = std::get_if<membership_refused>(&x))
    return "refused: " + refused->reason;
  return "waiting: " + std::get<membership_waiting>(x).reason;
}

/// What all nodes of a test share: etcd, and the time.
struct etcd_world {
  etcd_model etcd;
  boot_clock::time_point now{std::chrono::hours{1}};

  /// Endpoints that say nothing, and do nothing.
  std::set<std::string> silent;

  /// Paths of which etcd does what it is asked, and the answer is lost.
  std::set<std::string> unheard;

  /// Endpoints that have lost the others of etcd: they say so, and their
  /// watches tell nothing.
  std::set<std::string> cut_off;

  /// What etcd answers on some paths, whatever it is asked.
  std::map<std::string, std::string> instead;
};

/// A member, and the way from it to etcd and back.
class scripted_member : public etcd_port {
public:
  using time_point = boot_clock::time_point;

  scripted_member(etcd_world& all, std::string name, std::size_t endpoints = 1,
                  std::function<void(membership_config&)> change = nullptr)
    : world_(all) {
    membership_config config;
    for (std::size_t i = 0; i < endpoints; ++i)
      config.endpoints.emplace_back("http://etcd" + std::to_string(i) + ":1");
    config.cluster = "test";
    config.self = {.name = name,
                   .instance = std::string(32, 'a'),
                   .address = "::1",
                   .port = 1};
    config.log = std::make_shared<logger>(log_level::error);
    if (change)
      change(config);
    CAF_REQUIRE_EQUAL(config.fault(), "");
    auto tell = [this](const membership_event& x) {
      told.emplace_back(shown(x));
      if (auto view = std::get_if<cluster_view>(&x))
        views.emplace_back(*view);
    };
    member.emplace(std::move(config), tell, *this, 1);
  }

  ~scripted_member() override {
    for (const auto& [id, x] : posts_)
      world_.etcd.cancel(x.watch);
  }

  void post(post_id id, order what) override {
    auto& x = posts_[id];
    x.what = what;
    x.due = world_.now + what.limit;
    asked.emplace_back(what.endpoint.substr(7, 5) + what.path);
    if (world_.silent.contains(what.endpoint))
      return;
    if (what.by_lines) {
      x.watch = world_.etcd.watch(what.body);
      return;
    }
    x.answer = answer_to(what);
    if (world_.unheard.contains(what.path))
      x.answer.reset();
    else
      x.due = world_.now + round_trip;
  }

  void cancel(post_id id) override {
    auto i = posts_.find(id);
    CAF_REQUIRE(i != posts_.end());
    world_.etcd.cancel(i->second.watch);
    posts_.erase(i);
  }

  /// Takes from the network what has come by now.
  void receive() {
    for (auto i = posts_.begin(); i != posts_.end();) {
      auto& [id, x] = *i;
      if (!world_.silent.contains(x.what.endpoint)
          && !world_.cut_off.contains(x.what.endpoint))
        while (auto line = world_.etcd.take_line(x.watch))
          member->line(id, *line);
      if (world_.now < x.due) {
        ++i;
        continue;
      }
      member->answered(id, x.answer ? "" : "no answer in time",
                       x.answer.value_or(""));
      world_.etcd.cancel(x.watch);
      i = posts_.erase(i);
    }
  }

  void step() {
    next_ = member->step(world_.now);
    CAF_CHECK_GREATER(next_, world_.now);
  }

  /// When it has something to do, though etcd does nothing.
  time_point next() const {
    auto result = next_;
    for (const auto& [id, x] : posts_)
      result = std::min(result, x.due);
    return result;
  }

  std::vector<std::string> take_told() {
    return std::exchange(told, {});
  }

  std::optional<etcd_member> member;
  std::vector<std::string> told;
  std::vector<cluster_view> views;
  std::vector<std::string> asked; ///< `etcd0/v3/kv/range`

private:
  std::string answer_to(const order& what) const {
    if (world_.cut_off.contains(what.endpoint))
      return R"({"error":"x","message":"etcdserver: no leader","code":14})";
    if (auto i = world_.instead.find(what.path); i != world_.instead.end())
      return i->second;
    return world_.etcd.post(what.path, what.body);
  }

  struct pending {
    order what;
    time_point due;
    std::optional<std::string> answer;
    etcd_model::watch_id watch = 0;
  };

  etcd_world& world_;
  time_point next_{};
  std::map<post_id, pending> posts_;
};

class etcd_fixture : public etcd_world {
public:
  scripted_member&
  add(std::string name, std::size_t endpoints = 1,
      std::function<void(membership_config&)> change = nullptr) {
    nodes.emplace_back(std::make_unique<scripted_member>(*this, std::move(name),
                                                         endpoints, change));
    nodes.back()->step();
    return *nodes.back();
  }

  /// Like `add`, and runs until it has joined.
  scripted_member& joined(std::string name, std::size_t endpoints = 1) {
    auto& x = add(std::move(name), endpoints);
    run(std::chrono::milliseconds{100});
    CAF_REQUIRE(!x.views.empty());
    x.told.clear();
    return x;
  }

  /// Lets that time pass, in which all do at once what they are to do.
  void run(boot_clock::duration time) {
    auto until = now + time;
    go_on();
    for (;;) {
      auto next = etcd.next();
      for (const auto& x : nodes)
        next = std::min(next, x->next());
      if (next > until)
        break;
      now = std::max(now, next);
      go_on();
    }
    now = until;
    go_on();
  }

  void go_on() {
    etcd.advance(now);
    for (const auto& x : nodes) {
      x->receive();
      x->step();
    }
  }

  bool valid(const scripted_member& x) const {
    return now < x.member->valid_until();
  }

  /// How often that was asked.
  static auto count(const scripted_member& x, const std::string& what) {
    return std::count(x.asked.begin(), x.asked.end(), what);
  }

  /// Puts the entry of a member that nobody drives.
  void put_entry(const std::string& name, char instance = 'b') {
    member x{.name = name,
             .instance = std::string(32, instance),
             .address = "::1",
             .port = 1};
    etcd.put(member_prefix + name, to_json(x));
  }

  std::vector<std::unique_ptr<scripted_member>> nodes;
};

} // namespace livegrid::test
