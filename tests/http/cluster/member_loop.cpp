#define CAF_SUITE http.cluster.member_loop

#include "livegrid/http/cluster/member_loop.hpp"

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "ticks.hpp"

#include "etcd_fixture.hpp"

using namespace livegrid;
using namespace livegrid::test;

namespace {

/// A way to an etcd without sockets, which never waits: the loop runs as long
/// as the test has something to do in its waits.
class model_carrier : public etcd_carrier {
public:
  model_carrier(etcd_model& etcd, std::function<void()>& on_wait,
                std::size_t& wakes)
    : etcd_(etcd), on_wait_(on_wait), wakes_(wakes) {
    // nop
  }

  void post(post_id id, order what) override {
    etcd_.advance(boot_clock::now());
    if (what.by_lines)
      watches_[id] = etcd_.watch(what.body);
    else
      answers_[id] = etcd_.post(what.path, what.body);
  }

  void cancel(post_id id) override {
    answers_.erase(id);
    if (auto i = watches_.find(id); i != watches_.end()) {
      etcd_.cancel(i->second);
      watches_.erase(i);
    }
  }

  void wait(std::chrono::milliseconds limit) override {
    CAF_CHECK_GREATER(limit.count(), 0);
    CAF_CHECK_LESS(limit.count(), 1001);
    on_wait_();
  }

  void wake() noexcept override {
    ++wakes_;
  }

  void deliver(etcd_member& to) override {
    etcd_.advance(boot_clock::now());
    for (auto& [id, text] : std::exchange(answers_, {}))
      to.answered(id, "", text);
    for (auto& [id, watch] : watches_)
      while (auto line = etcd_.take_line(watch))
        to.line(id, *line);
  }

private:
  etcd_model& etcd_;
  std::function<void()>& on_wait_;
  std::size_t& wakes_;
  std::map<post_id, std::string> answers_;
  std::map<post_id, etcd_model::watch_id> watches_;
};

struct fixture {
  etcd_model etcd;
  std::function<void()> on_wait = [] {};
  std::size_t wakes = 0;
  std::vector<std::string> told;
  std::unique_ptr<member_loop> loop;

  fixture() {
    membership_config config{
      .endpoints = {"http://etcd:1"},
      .access = {},
      .cluster = "test",
      .self = {.name = "a",
               .instance = std::string(32, 'a'),
               .address = "::1",
               .port = 1},
      // Whatever the machine does meanwhile, the lease does not end.
      .ttl = std::chrono::seconds{60},
      .log = std::make_shared<logger>(log_level::error)};
    loop = std::make_unique<member_loop>(
      std::move(config),
      [this](const membership_event& x) { told.emplace_back(shown(x)); },
      std::make_unique<model_carrier>(etcd, on_wait, wakes));
  }

  std::string entry() {
    return etcd.value_of(member_prefix + "a").value_or("none");
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(member_loop_tests, fixture)

CAF_TEST(a loop joins and leaves when it is stopped) {
  auto stopped = false;
  on_wait = [&] {
    if (!told.empty() && !std::exchange(stopped, true)) {
      CAF_CHECK(entry() != "none");
      CAF_CHECK(loop->valid_until() > boot_clock::now());
      loop->stop();
    }
  };
  loop->run();
  CAF_CHECK(told == std::vector<std::string>{"view a"});
  CAF_CHECK_EQUAL(entry(), "none");
  CAF_CHECK(etcd.leases().empty());
  CAF_CHECK(loop->valid_until() <= boot_clock::now());
  CAF_CHECK_EQUAL(wakes, 1u);
}

CAF_TEST(a loop hears of others by a line) {
  on_wait = [this] {
    if (told.size() == 1 && !etcd.value_of(member_prefix + "b"))
      etcd.put(member_prefix + "b", to_json({.name = "b",
                                             .instance = std::string(32, 'b'),
                                             .address = "::1",
                                             .port = 1}));
    if (told.size() == 2)
      loop->stop();
  };
  loop->run();
  CAF_CHECK(told == std::vector<std::string>({"view a", "view a,b"}));
}

CAF_TEST(what is said anew of a node gets to etcd) {
  auto said = false;
  on_wait = [&] {
    if (!told.empty() && !std::exchange(said, true)) {
      CAF_CHECK(entry().find("PINNED") == std::string::npos);
      loop->restate(false, names_of({"PINNED"}));
    }
    if (entry().find("PINNED") != std::string::npos)
      loop->stop();
  };
  loop->run();
  CAF_CHECK(said);
  CAF_CHECK_EQUAL(wakes, 2u);
}

CAF_TEST(a loop that is stopped before it runs leaves at once) {
  loop->stop();
  loop->run();
  CAF_CHECK(told.empty());
  CAF_CHECK_EQUAL(entry(), "none");
}

CAF_TEST_FIXTURE_SCOPE_END()
