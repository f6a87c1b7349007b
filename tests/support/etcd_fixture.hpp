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

#include "livegrid/actors/base/log.hpp"
#include "livegrid/http/cluster/etcd_member.hpp"
#include "livegrid/http/cluster/member_json.hpp"

#include "etcd_model.hpp"

// Like CAF's own test headers it needs CAF_SUITE.
#include "caf/test/dsl.hpp"

namespace livegrid::test {

inline const std::string member_prefix = "/livegrid/test/members/";

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

/// A request between a member and etcd.
struct etcd_request {
  etcd_port::order what;
  boot_clock::time_point arrives;
  boot_clock::time_point over;
  std::optional<std::string> answer; ///< on its way back
  etcd_model::watch_id watch = 0;
};

/// What all nodes of a test share: etcd, the way to it, and the time.
struct etcd_world {
  etcd_model etcd;
  boot_clock::time_point now{std::chrono::hours{1}};

  /// How long a request takes to etcd, which does what it is asked even if the
  /// member has given up by then, ...
  std::chrono::milliseconds there{0};

  /// ... and its answer.
  std::chrono::milliseconds back{2};

  /// Endpoints that say nothing, and do nothing.
  std::set<std::string> silent;

  /// Paths of which etcd does what it is asked, and the answer is lost.
  std::set<std::string> unheard;

  /// Endpoints that have lost the others of etcd: they say so, and their
  /// watches tell nothing.
  std::set<std::string> cut_off;

  /// What etcd answers on some paths, whatever it is asked.
  std::map<std::string, std::string> instead;

  /// Requests on their way to etcd.
  std::vector<std::shared_ptr<etcd_request>> travelling;

  /// Has etcd do what it was asked by now.
  void arrive() {
    auto all = std::exchange(travelling, {});
    std::stable_sort(all.begin(), all.end(), [](const auto& x, const auto& y) {
      return x->arrives < y->arrives;
    });
    for (auto& x : all)
      if (x->arrives > now)
        travelling.emplace_back(std::move(x));
      else
        answer(*x);
  }

private:
  void answer(etcd_request& x) {
    const auto& what = x.what;
    if (silent.contains(what.endpoint))
      return;
    if (what.by_lines) {
      x.watch = etcd.watch(what.body);
      return;
    }
    auto text = answer_to(what);
    if (unheard.contains(what.path))
      return;
    x.answer = text;
    x.over = std::min(x.over, now + back);
  }

  std::string answer_to(const etcd_port::order& what) {
    if (cut_off.contains(what.endpoint))
      return R"({"error":"x","message":"etcdserver: no leader","code":14})";
    if (auto i = instead.find(what.path); i != instead.end())
      return i->second;
    return etcd.post(what.path, what.body);
  }
};

/// A member, and the way from it to etcd and back.
class scripted_member : public etcd_port {
public:
  using time_point = boot_clock::time_point;

  scripted_member(etcd_world& all, std::string called,
                  std::size_t endpoints = 1,
                  std::function<void(membership_config&)> change = nullptr)
    : world_(all) {
    membership_config config;
    for (std::size_t i = 0; i < endpoints; ++i)
      config.endpoints.emplace_back("http://etcd" + std::to_string(i) + ":1");
    config.cluster = "test";
    config.self = {.name = std::move(called),
                   .instance = std::string(32, 'a'),
                   .address = "::1",
                   .port = 1};
    config.log = std::make_shared<logger>(log_level::error);
    if (change)
      change(config);
    CAF_REQUIRE_EQUAL(config.fault(), "");
    name = config.self.name;
    instance = config.self.instance;
    auto tell = [this](const membership_event& x) {
      told.emplace_back(shown(x));
      if (auto view = std::get_if<cluster_view>(&x))
        views.emplace_back(*view);
    };
    member.emplace(std::move(config), tell, *this, 1);
  }

  ~scripted_member() override {
    for (const auto& [id, x] : posts_)
      end(*x);
  }

  void post(post_id id, order what) override {
    asked.emplace_back(
      what.endpoint.substr(7, 5) + what.path
      + (what.authorization.empty() ? "" : " " + what.authorization));
    auto over = world_.now + what.limit;
    auto x = std::make_shared<etcd_request>(
      etcd_request{std::move(what), world_.now + world_.there, over});
    posts_[id] = x;
    world_.travelling.emplace_back(std::move(x));
    world_.arrive();
  }

  void cancel(post_id id) override {
    CAF_REQUIRE(posts_.contains(id));
    end(*posts_[id]);
    posts_.erase(id);
  }

  /// Takes from the network what has come by now.
  void receive() {
    for (auto i = posts_.begin(); i != posts_.end();) {
      const auto& [id, x] = *i;
      if (!world_.silent.contains(x->what.endpoint)
          && !world_.cut_off.contains(x->what.endpoint))
        while (auto line = world_.etcd.take_line(x->watch))
          member->line(id, *line);
      if (world_.now < x->over) {
        ++i;
        continue;
      }
      member->answered(id, x->answer ? "" : "no answer in time",
                       x->answer.value_or(""));
      end(*x);
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
      result = std::min(result, x->over);
    return std::max(result, suspended_until);
  }

  std::vector<std::string> take_told() {
    return std::exchange(told, {});
  }

  /// Until then it neither reads nor acts.
  time_point suspended_until{};

  std::string name;
  std::string instance;
  std::optional<etcd_member> member;
  std::vector<std::string> told;
  std::vector<cluster_view> views;
  std::vector<std::string> asked; ///< `etcd0/v3/kv/range`, and a token

private:
  void end(etcd_request& x) {
    world_.etcd.cancel(x.watch);
    // One that is still on its way finds nobody to tell lines to.
    if (x.what.by_lines)
      std::erase_if(world_.travelling,
                    [&](const auto& y) { return y.get() == &x; });
  }

  etcd_world& world_;
  time_point next_{};
  std::map<post_id, std::shared_ptr<etcd_request>> posts_;
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
      for (const auto& x : travelling)
        next = std::min(next, x->arrives);
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
    arrive();
    for (const auto& x : nodes)
      if (now >= x->suspended_until) {
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
