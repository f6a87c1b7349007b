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
#include "unit_test.hpp"

namespace livegrid::test {

inline const std::string member_prefix = "/livegrid/test/members/";

/// `view NAME,NAME`, or what else it is and the reason.
std::string shown(const membership_event& x);

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
  void arrive();

private:
  void answer(etcd_request& x);

  std::string answer_to(const etcd_port::order& what);
};

/// A member, and the way from it to etcd and back.
class scripted_member : public etcd_port {
public:
  using time_point = boot_clock::time_point;

  scripted_member(etcd_world& all, std::string called,
                  std::size_t endpoints = 1,
                  std::function<void(membership_config&)> change = nullptr);

  ~scripted_member() override {
    for (const auto& [id, x] : posts_)
      end(*x);
  }

  void post(post_id id, order what) override;

  void cancel(post_id id) override;

  /// Takes from the network what has come by now.
  void receive();

  void step() {
    next_ = member->step(world_.now);
    CAF_CHECK_GREATER(next_, world_.now);
  }

  /// When it has something to do, though etcd does nothing.
  time_point next() const;

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
  void end(etcd_request& x);

  etcd_world& world_;
  time_point next_{};
  std::map<post_id, std::shared_ptr<etcd_request>> posts_;
};

class etcd_fixture : public etcd_world {
public:
  scripted_member&
  add(std::string name, std::size_t endpoints = 1,
      std::function<void(membership_config&)> change = nullptr);

  /// Like `add`, and runs until it has joined.
  scripted_member& joined(std::string name, std::size_t endpoints = 1);

  /// Lets that time pass, in which all do at once what they are to do.
  void run(boot_clock::duration time);

  void go_on();

  bool valid(const scripted_member& x) const {
    return now < x.member->valid_until();
  }

  /// How often that was asked.
  static auto count(const scripted_member& x, const std::string& what) {
    return std::count(x.asked.begin(), x.asked.end(), what);
  }

  /// Puts the entry of a member that nobody drives.
  void put_entry(const std::string& name, char instance = 'b');

  std::vector<std::unique_ptr<scripted_member>> nodes;
};

} // namespace livegrid::test
