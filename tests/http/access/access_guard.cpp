#define CAF_SUITE http.access.access_guard

#include "livegrid/http/access/access_guard.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "livegrid/actors/base/log.hpp"
#include "livegrid/actors/stats/counters.hpp"
#include "livegrid/http/access/keys_file.hpp"
#include "livegrid/http/system/private_file.hpp"
#include "livegrid/http/system/secret.hpp"

#include "temp_file.hpp"

#include "unit_test.hpp"

using namespace livegrid;
using namespace livegrid::test;
using namespace std::chrono_literals;

namespace {

/// A key whose secret is its name twice.
access_key make_key(std::string name, std::initializer_list<scope> scopes,
                    std::string pattern = "*") {
  access_key result;
  result.hash = sha256(name + name);
  result.name = std::move(name);
  for (auto x : scopes)
    result.grant(x);
  result.symbols =
    std::make_shared<symbol_filter>(std::vector{std::move(pattern)});
  return result;
}

struct fixture {
  temp_directory folder;
  settings values;
  counters_ptr stats = std::make_shared<counters>();
  log_ptr log = std::make_shared<logger>(log_level::error);
  asio::io_context context{1};
  access_key::seconds today{1'700'000'000s};
  std::chrono::steady_clock::time_point clock{};
  keyring keys;
  int changes = 0;
  std::optional<access_guard> guard;

  fixture() {
    values.access.keys_file = folder.path() + "/keys.json";
    asio::use_service<connection_gate>(context).configure(
      {.max_open = 10, .stats = stats, .log = log});
    add(make_key("alice", {scope::read}, "A*"));
    add(make_key("bob", {scope::publish}));
  }

  void add(access_key x) {
    auto name = x.name;
    keys[name] = std::make_shared<access_key>(std::move(x));
  }

  static void write(const std::string& path, const std::string& text) {
    CAF_REQUIRE(write_private_file(path, text));
  }

  void write_keys() {
    write(values.access.keys_file, to_json(keys));
  }

  access_guard& make() {
    guard.emplace(context, values, stats, log,
                  guard_clock{.wall = [this] { return today; },
                              .steady = [this] { return clock; }});
    guard->on_change = [this] { ++changes; };
    return *guard;
  }

  access_guard& start() {
    write_keys();
    CAF_REQUIRE(make().start());
    return *guard;
  }

  static http_request request() {
    http_request result;
    result.method = "GET";
    result.path = "/get_rows";
    result.peer = "192.0.2.1:1234";
    result.address = "192.0.2.1";
    return result;
  }

  /// The name of the caller of a request; the status of the answer if it is
  /// turned away.
  std::string who(const http_request& x) {
    auto found = guard->identify(x);
    if (!found)
      return std::to_string(found.error().status);
    return found->key ? found->key->name : "nobody";
  }

  std::string who_has(std::string_view credential) {
    auto x = request();
    x.api_key = credential;
    return who(x);
  }

  /// A request of somebody's who has shown a key.
  http_request request_of(std::string_view name) {
    auto x = request();
    x.who.key = guard->find_name(name);
    x.who.limits = x.who.key->limits;
    return x;
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(access_guard_tests, fixture)

CAF_TEST(without a file of keys everybody may do everything) {
  values.access.keys_file.clear();
  CAF_CHECK(make().start());
  CAF_CHECK(!guard->on());
  CAF_CHECK_EQUAL(who(request()), "nobody");
}

CAF_TEST(a file that is missing or wrong keeps the node from starting) {
  auto fault = [&] {
    auto started = guard->start();
    return started ? std::string{} : started.error();
  };
  make();
  CAF_CHECK(fault().starts_with(values.access.keys_file));
  write(values.access.keys_file, "{");
  make();
  CAF_CHECK(fault().starts_with(values.access.keys_file));
  write_keys();
  write(values.access.keys_file + ".secret", "short\n");
  CAF_CHECK_EQUAL(fault(), values.access.keys_file
                             + ".secret: must hold at least 32 characters");
}

CAF_TEST(a secret for tokens is made once and shared) {
  start();
  auto path = values.access.keys_file + ".secret";
  auto first = read_private_file(path);
  CAF_REQUIRE(first);
  CAF_CHECK_GREATER_OR_EQUAL(first->size(), 32u);
  start();
  auto second = read_private_file(path);
  CAF_REQUIRE(second);
  CAF_CHECK_EQUAL(*first, *second);
}

CAF_TEST(a key opens wherever it may be sent) {
  start();
  CAF_CHECK_EQUAL(who(request()), "401");
  CAF_CHECK_EQUAL(who_has("alice.alicealice"), "alice");
  auto x = request();
  x.authorization = "bearer  alice.alicealice ";
  CAF_CHECK_EQUAL(who(x), "alice");
  x = request();
  x.protocols = "livegrid, bearer, , alice.alicealice";
  CAF_CHECK_EQUAL(who(x), "alice");
  for (auto name : {"api_key", "X-API-Key"}) {
    x = request();
    x.query = "a=b&" + std::string{name} + "=alice%2Ealicealice";
    CAF_CHECK_EQUAL(who(x), "alice");
  }
  CAF_CHECK_EQUAL(stats->of(counters::fault::access), 1u);
}

CAF_TEST(a wrong secret is no key and is not made good by another) {
  start();
  for (auto bad : {"alice.bobbob", "alice.", "alice", ".alicealice",
                   "carol.carolcarol", "ALICE.alicealice"})
    CAF_CHECK_EQUAL(who_has(bad), "403");
  auto x = request();
  x.api_key = "alice.wrong";
  x.authorization = "Bearer alice.alicealice";
  CAF_CHECK_EQUAL(who(x), "403");
  // Another scheme is nothing that we have been shown.
  x = request();
  x.authorization = "Basic alice.alicealice";
  CAF_CHECK_EQUAL(who(x), "401");
}

CAF_TEST(a key ends when it expires) {
  auto x = make_key("carol", {scope::read});
  x.expires = today + 10s;
  add(std::move(x));
  start();
  auto key = guard->find_name("carol");
  CAF_REQUIRE(key);
  CAF_CHECK(guard->still_good(*key));
  today += 9s;
  guard->look();
  CAF_CHECK_EQUAL(who_has("carol.carolcarol"), "carol");
  CAF_CHECK_EQUAL(changes, 0);
  today += 1s;
  CAF_CHECK_EQUAL(who_has("carol.carolcarol"), "403");
  CAF_CHECK(!guard->find_name("carol"));
  CAF_CHECK(!guard->still_good(*key));
  guard->look();
  CAF_CHECK_EQUAL(changes, 1);
  guard->look();
  CAF_CHECK_EQUAL(changes, 1);
}

CAF_TEST(keys that are revoked or changed are no good any more) {
  start();
  auto alice = guard->find_name("alice");
  auto bob = guard->find_name("bob");
  keys.erase("alice");
  auto x = make_key("bob", {scope::publish, scope::read});
  add(std::move(x));
  write_keys();
  // Nobody has looked yet.
  CAF_CHECK_EQUAL(who_has("alice.alicealice"), "alice");
  guard->look();
  CAF_CHECK_EQUAL(changes, 1);
  CAF_CHECK_EQUAL(who_has("alice.alicealice"), "403");
  CAF_CHECK_EQUAL(who_has("bob.bobbob"), "bob");
  CAF_CHECK(!guard->still_good(*alice));
  CAF_CHECK(!guard->still_good(*bob));
}

CAF_TEST(keys stay as they were while their file cannot be read) {
  start();
  write(values.access.keys_file, "{\"keys\": [");
  guard->look();
  CAF_CHECK_EQUAL(changes, 0);
  CAF_CHECK_EQUAL(who_has("alice.alicealice"), "alice");
  write_keys();
  guard->look();
  CAF_CHECK_EQUAL(changes, 1);
}

CAF_TEST(a token reads for a time and makes no other) {
  values.access.token_lifetime = 60s;
  start();
  auto alice = request_of("alice").who;
  auto token = guard->token_for(alice);
  CAF_REQUIRE(!token.empty());
  auto x = request();
  x.query = "token=" + token;
  auto reader = guard->identify(x);
  CAF_REQUIRE(reader);
  CAF_CHECK_EQUAL(reader->key->name, "alice");
  CAF_CHECK(reader->by_token);
  CAF_CHECK_EQUAL(guard->token_for(*reader), "");
  // Who may not read gets none.
  CAF_CHECK_EQUAL(guard->token_for(request_of("bob").who), "");
  today += 60s;
  CAF_CHECK_EQUAL(who(x), "403");
}

CAF_TEST(a token lasts no longer than its key) {
  auto x = make_key("carol", {scope::read});
  x.expires = today + 10s;
  add(std::move(x));
  start();
  auto with_token = request();
  with_token.query = "token=" + guard->token_for(request_of("carol").who);
  CAF_CHECK_EQUAL(who(with_token), "carol");
  today += 10s;
  CAF_CHECK_EQUAL(who(with_token), "403");
}

CAF_TEST(the cookie of the page counts on the page alone) {
  start();
  auto cookie = guard->cookie_for(request_of("alice").who, false);
  auto x = request();
  x.cookie = "other=1; " + cookie.substr(0, cookie.find(';'));
  CAF_CHECK_EQUAL(who(x), "alice");
  x.from_own_page = false;
  CAF_CHECK_EQUAL(who(x), "401");
  // Through TLS the cookie has another name.
  x.from_own_page = true;
  x.secure = true;
  CAF_CHECK_EQUAL(who(x), "401");
}

CAF_TEST(requests of a key are limited by the second) {
  auto x = make_key("carol", {scope::read});
  x.limits.requests = 2;
  add(std::move(x));
  start();
  auto carol = request_of("carol");
  CAF_CHECK(!guard->limit(carol, 1));
  CAF_CHECK(!guard->limit(carol, 1));
  auto reply = guard->limit(carol, 1);
  CAF_REQUIRE(reply);
  CAF_CHECK_EQUAL(reply->status, 429);
  // Nobody else pays for it.
  CAF_CHECK(!guard->limit(request_of("alice"), 1));
  clock += 500ms;
  CAF_CHECK(!guard->limit(carol, 1));
  CAF_CHECK(guard->limit(carol, 1));
  CAF_CHECK_EQUAL(stats->of(counters::fault::limit), 2u);
}

CAF_TEST(an address is limited where no key is needed) {
  values.access.address.requests = 1;
  start();
  CAF_CHECK(!guard->limit_open(request(), false));
  CAF_CHECK(guard->limit_open(request(), false));
  // Who floods the node must not make it seem ill.
  CAF_CHECK(!guard->limit_open(request(), true));
  CAF_CHECK(guard->limit_open(request(), true));
  auto other = request();
  other.address = "192.0.2.2";
  CAF_CHECK(!guard->limit_open(other, false));
}

CAF_TEST(ticks and bad messages are limited and say what is too much) {
  auto x = make_key("carol", {scope::publish});
  x.limits.ticks = 10;
  x.limits.bad_messages = 1;
  add(std::move(x));
  start();
  auto carol = request_of("carol").who;
  CAF_CHECK(!guard->limit_ticks(carol, 10, "192.0.2.1:1"));
  auto why = guard->limit_ticks(carol, 1, "192.0.2.1:1");
  CAF_REQUIRE(why);
  CAF_CHECK_EQUAL(why->code, errc::limited);
  CAF_CHECK_EQUAL(why->message, "over the limit of ticks a second of the key");
  CAF_CHECK(!guard->limit_bad_message(carol, "192.0.2.1:1"));
  CAF_CHECK(guard->limit_bad_message(carol, "192.0.2.1:1"));
}

CAF_TEST(a key has so many WebSockets at a time) {
  auto x = make_key("carol", {scope::read});
  x.limits.connections = 1;
  add(std::move(x));
  start();
  auto carol = request_of("carol");
  auto first = guard->enter(carol);
  CAF_REQUIRE(first);
  auto second = guard->enter(carol);
  CAF_REQUIRE(!second);
  CAF_CHECK_EQUAL(second.error().status, 429);
  first->reset();
  CAF_CHECK(guard->enter(carol));
}

CAF_TEST(whoever may not do something is told so) {
  start();
  auto reply =
    guard->refuse(request(), request_of("alice").who, scope::publish);
  CAF_CHECK_EQUAL(reply.status, 403);
  CAF_CHECK(reply.body.find("this API key may not publish")
            != std::string::npos);
}

CAF_TEST(the word behind bearer is what a WebSocket client shows) {
  CAF_CHECK_EQUAL(bearer_protocol(""), "");
  CAF_CHECK_EQUAL(bearer_protocol("bearer"), "");
  CAF_CHECK_EQUAL(bearer_protocol("a.b, bearer"), "");
  CAF_CHECK_EQUAL(bearer_protocol("bearer,a.b"), "a.b");
  CAF_CHECK_EQUAL(bearer_protocol("x ,\tbearer , a.b , c.d"), "a.b");
  // Names of subprotocols have their case (RFC 6455, 11.5).
  CAF_CHECK_EQUAL(bearer_protocol("Bearer, a.b"), "");
}

CAF_TEST_FIXTURE_SCOPE_END()
