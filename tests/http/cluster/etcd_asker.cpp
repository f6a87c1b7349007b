#define CAF_SUITE http.cluster.etcd_asker

#include "livegrid/http/cluster/etcd_asker.hpp"

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "captured_stderr.hpp"

#include "livegrid/actors/base/log.hpp"

#include "unit_test.hpp"

using namespace livegrid;
using namespace livegrid::test;
using namespace std::chrono_literals;

namespace {

using post_id = etcd_port::post_id;
using strings = std::vector<std::string>;

/// Writes down what it is asked to carry.
struct port_script final : etcd_port {
  void post(post_id id, order what) override {
    posts.emplace_back(id, std::move(what));
  }

  void cancel(post_id id) override {
    cancelled.push_back(id);
  }

  std::vector<std::pair<post_id, order>> posts;
  std::vector<post_id> cancelled;
};

constexpr std::string_view granted = R"({"ID":"23","TTL":"3"})";
constexpr std::string_view no_lease =
  R"({"error":"x","message":"etcdserver: requested lease not found","code":5})";
constexpr std::string_view no_leader =
  R"({"error":"x","message":"etcdserver: no leader","code":14})";
constexpr std::string_view unknown =
  R"({"error":"x","message":"etcdserver: invalid auth token","code":16})";
constexpr std::string_view token = R"({"token":"T.1"})";

struct fixture {
  fixture() {
    config.endpoints = {"http://a:1", "http://b:2", "http://c:3"};
    config.ttl = 4s;
    config.log = log;
  }

  /// To be called once the configuration is what it should be.
  etcd_asker& uut() {
    if (!asker)
      asker = std::make_unique<etcd_asker>(config, port);
    return *asker;
  }

  void with_user() {
    config.access.user = "live";
    config.access.password = "geheim";
  }

  /// Asks for a lease.
  void ask(std::size_t tries = 2) {
    uut().ask("/v3/lease/grant", "body", tries, now);
  }

  /// The way and place of the last request.
  std::string last() const {
    auto& x = port.posts.back().second;
    return x.endpoint + x.path
           + (x.authorization.empty() ? "" : " as " + x.authorization);
  }

  /// Answers the last request.
  void answer(std::string_view text) {
    uut().answered(port.posts.back().first, "", std::string{text});
  }

  /// Lets the last request fail on its way.
  void fail(std::string why = "no route") {
    uut().answered(port.posts.back().first, std::move(why), "");
  }

  /// What came of the question: nothing yet, a lease, or why not.
  std::string outcome() {
    auto x = uut().take_answer(etcd::read_grant, now);
    if (!x)
      return "nothing yet";
    const auto& found = *x;
    return found ? "lease " + std::to_string(found->id) : found.error().reason;
  }

  captured_stderr err;
  log_ptr log = std::make_shared<logger>();
  membership_config config;
  port_script port;
  boot_clock::time_point now{1h};
  std::unique_ptr<etcd_asker> asker;
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(etcd_asker_tests, fixture)

CAF_TEST(a question is asked at the first endpoint) {
  CAF_CHECK_EQUAL(outcome(), "nothing yet");
  CAF_CHECK(!uut().asking());
  ask();
  CAF_CHECK(uut().asking());
  CAF_REQUIRE_EQUAL(port.posts.size(), 1u);
  auto& x = port.posts[0].second;
  CAF_CHECK_NOT_EQUAL(port.posts[0].first, 0u);
  CAF_CHECK_EQUAL(last(), "http://a:1/v3/lease/grant");
  CAF_CHECK_EQUAL(x.body, "body");
  CAF_CHECK(!x.by_lines);
  CAF_CHECK_EQUAL(outcome(), "nothing yet");
  answer(granted);
  CAF_CHECK_EQUAL(outcome(), "lease 23");
  CAF_CHECK(!uut().asking());
  CAF_CHECK_EQUAL(outcome(), "nothing yet");
  CAF_CHECK_EQUAL(port.posts.size(), 1u);
  CAF_CHECK(port.cancelled.empty());
}

CAF_TEST(limits are in proportion to the time to live up to 6 s) {
  CAF_CHECK(uut().share(1) == 4s);
  CAF_CHECK(uut().answer_limit() == 1s);
  ask();
  CAF_CHECK(port.posts.back().second.limit == 1s);
  CAF_CHECK(port.posts.back().second.connect_limit == 500ms);
  uut().set_ttl(6s);
  CAF_CHECK(uut().share(3) == 2s);
  uut().set_ttl(60s);
  CAF_CHECK(uut().share(3) == 2s);
  CAF_CHECK(uut().answer_limit() == 1500ms);
}

CAF_TEST(an endpoint without an answer of use gives way to the next) {
  struct {
    std::string_view text;
    std::string_view reason;
  } cases[] = {
    {"", "no route"},
    {no_leader, "etcdserver: no leader"},
  };
  for (auto& c : cases) {
    asker.reset();
    ask(2);
    auto first = port.posts.back().first;
    c.text.empty() ? fail() : answer(c.text);
    CAF_CHECK_EQUAL(outcome(), "nothing yet");
    CAF_CHECK_EQUAL(last(), "http://b:2/v3/lease/grant");
    CAF_CHECK_NOT_EQUAL(port.posts.back().first, first);
    c.text.empty() ? fail() : answer(c.text);
    // So many tries and no more.
    CAF_CHECK_EQUAL(outcome(), c.reason);
    CAF_CHECK(!uut().asking());
    CAF_CHECK_EQUAL(uut().endpoint(), 2u);
  }
}

CAF_TEST(that a lease is not there is an answer) {
  ask();
  answer(no_lease);
  CAF_CHECK_EQUAL(outcome(), "etcdserver: requested lease not found");
  CAF_CHECK_EQUAL(uut().endpoint(), 0u);
  CAF_CHECK_EQUAL(port.posts.size(), 1u);
}

CAF_TEST(a silence is told once until somebody answers) {
  ask(3);
  fail();
  outcome();
  fail("still none");
  outcome();
  CAF_CHECK_EQUAL(err.count("etcd_unreachable"), 1u);
  CAF_CHECK_EQUAL(err.count("http://a:1"), 1u);
  CAF_CHECK_EQUAL(err.count("no route"), 1u);
  answer(granted);
  CAF_CHECK_EQUAL(outcome(), "lease 23");
  CAF_CHECK_EQUAL(err.count("etcd_answers"), 1u);
  CAF_CHECK_EQUAL(err.count("http://c:3"), 1u);
  // The endpoints go round.
  ask();
  CAF_CHECK_EQUAL(last(), "http://c:3/v3/lease/grant");
  fail();
  outcome();
  CAF_CHECK_EQUAL(last(), "http://a:1/v3/lease/grant");
  CAF_CHECK_EQUAL(err.count("etcd_unreachable"), 2u);
}

CAF_TEST(an endpoint that was left already is not blamed again) {
  uut().blame(0, "why");
  CAF_CHECK_EQUAL(uut().endpoint(), 1u);
  uut().blame(0, "late");
  CAF_CHECK_EQUAL(uut().endpoint(), 1u);
  CAF_CHECK_EQUAL(err.count("etcd_unreachable"), 1u);
  uut().praise();
  uut().praise();
  CAF_CHECK_EQUAL(err.count("etcd_answers"), 1u);
}

CAF_TEST(requests are looked after by whoever started them) {
  auto first = uut().start({.path = "/w", .body = "x", .by_lines = true}, now);
  auto second = uut().start({.path = "/r", .limit = 9s}, now + 1s);
  CAF_CHECK_NOT_EQUAL(first, second);
  CAF_CHECK(port.posts[0].second.by_lines);
  CAF_CHECK(port.posts[1].second.limit == 9s);
  CAF_CHECK(uut().find(second)->asked == now + 1s);
  uut().line(first, "one");
  uut().line(first, "two");
  uut().answered(second, "", "whole");
  // Of others nothing is known.
  uut().line(99, "x");
  uut().answered(99, "", "x");
  CAF_CHECK(uut().find(99) == nullptr);
  auto* watch = uut().find(first);
  CAF_REQUIRE(watch != nullptr);
  CAF_CHECK_EQUAL(strings(watch->lines.begin(), watch->lines.end()),
                  (strings{"one", "two"}));
  CAF_CHECK(!watch->answer);
  const auto& answer = uut().find(second)->answer;
  CAF_REQUIRE(answer && *answer);
  CAF_CHECK_EQUAL(**answer, "whole");
  // Only what is not over has to be given up.
  auto copy = first;
  uut().drop(first);
  CAF_CHECK_EQUAL(first, 0u);
  uut().drop(second);
  CAF_CHECK_EQUAL(port.cancelled, std::vector<post_id>{copy});
  uut().drop(first);
  // What comes of it still does nothing.
  uut().answered(copy, "late", "");
  CAF_CHECK(uut().find(copy) == nullptr);
}

CAF_TEST(all is dropped at once) {
  ask();
  uut().start({.path = "/w"}, now);
  uut().drop_all();
  CAF_CHECK_EQUAL(port.cancelled.size(), 2u);
  CAF_CHECK(!uut().asking());
  CAF_CHECK_EQUAL(outcome(), "nothing yet");
}

CAF_TEST(a user logs in before anything else is asked) {
  with_user();
  ask();
  auto watch = uut().start({.path = "/w"}, now);
  CAF_REQUIRE_EQUAL(port.posts.size(), 1u);
  CAF_CHECK_EQUAL(last(), "http://a:1/v3/auth/authenticate");
  CAF_CHECK_EQUAL(port.posts[0].second.body,
                  R"({"name":"live","password":"geheim"})");
  CAF_CHECK(!uut().find(watch)->asked);
  uut().take_login(now);
  CAF_CHECK_EQUAL(port.posts.size(), 1u);
  answer(token);
  uut().take_login(now + 1s);
  CAF_REQUIRE_EQUAL(port.posts.size(), 3u);
  for (auto i : {1, 2})
    CAF_CHECK_EQUAL(port.posts[i].second.authorization, "T.1");
  CAF_CHECK(uut().find(watch)->asked == now + 1s);
  // Whoever is known is asked for nothing more.
  uut().start({.path = "/x"}, now);
  CAF_CHECK_EQUAL(last(), "http://a:1/x as T.1");
  CAF_CHECK_EQUAL(err.text().find("geheim"), std::string::npos);
}

CAF_TEST(a token that is good no longer is renewed once) {
  with_user();
  ask(1);
  answer(token);
  uut().take_login(now);
  answer(unknown);
  CAF_CHECK_EQUAL(outcome(), "nothing yet");
  CAF_CHECK_EQUAL(last(), "http://a:1/v3/auth/authenticate");
  answer(R"({"token":"T.2"})");
  uut().take_login(now);
  CAF_CHECK_EQUAL(last(), "http://a:1/v3/lease/grant as T.2");
  // That was no try; the next one is.
  answer(unknown);
  CAF_CHECK_EQUAL(outcome(), "etcdserver: invalid auth token");
}

CAF_TEST(a log in that fails is a try) {
  with_user();
  ask(2);
  answer(
    R"({"error":"x","message":"etcdserver: authentication failed","code":3})");
  uut().take_login(now);
  CAF_CHECK_EQUAL(outcome(), "nothing yet");
  CAF_CHECK_EQUAL(last(), "http://b:2/v3/auth/authenticate");
  fail();
  uut().take_login(now);
  CAF_CHECK_EQUAL(outcome(), "no route");
  CAF_CHECK_EQUAL(err.count("as user live: etcdserver: authentication failed"),
                  1u);
}

CAF_TEST(where nobody is asked who he is a user is none) {
  with_user();
  ask();
  answer(
    R"({"error":"x","message":"etcdserver: authentication is not enabled",)"
    R"("code":9})");
  uut().take_login(now);
  CAF_CHECK_EQUAL(last(), "http://a:1/v3/lease/grant");
  CAF_CHECK_EQUAL(err.count("etcd_without_authentication"), 1u);
  uut().start({.path = "/x"}, now);
  CAF_CHECK_EQUAL(last(), "http://a:1/x");
  // Until it was needed after all.
  uut().log_out();
  uut().start({.path = "/y"}, now);
  CAF_CHECK_EQUAL(last(), "http://a:1/v3/auth/authenticate");
}

CAF_TEST(who has no user and needs one is told the setting) {
  ask(1);
  answer(unknown);
  CAF_CHECK_EQUAL(outcome(),
                  "etcdserver: invalid auth token (etcd has authentication "
                  "on: set cluster.etcd-user)");
}

CAF_TEST_FIXTURE_SCOPE_END()
