#define CAF_SUITE http.routes.server

#include "livegrid/http/routes/server.hpp"

#include <chrono>
#include <cstdint>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "livegrid/actors/base/log.hpp"
#include "livegrid/actors/delivery/fanout.hpp"
#include "livegrid/actors/market/directory.hpp"
#include "livegrid/actors/market/ingress.hpp"
#include "livegrid/actors/market/market.hpp"
#include "livegrid/actors/runtime/spawn.hpp"
#include "livegrid/actors/stats/counters.hpp"
#include "livegrid/http/access/access_guard.hpp"
#include "livegrid/http/access/keys_file.hpp"
#include "livegrid/http/node/owned_actor.hpp"
#include "livegrid/http/system/private_file.hpp"
#include "livegrid/http/system/secret.hpp"
#include "livegrid/http/websocket/ws_frame.hpp"

#include "client_frame.hpp"
#include "identity.hpp"
#include "loopback.hpp"
#include "tcp_socket.hpp"
#include "temp_file.hpp"
#include "ticks.hpp"
#include "wait.hpp"

#include "unit_test.hpp"

using namespace livegrid;
using namespace livegrid::test;
using namespace std::chrono_literals;

namespace {

timestamp wall_clock() {
  return std::chrono::time_point_cast<std::chrono::nanoseconds>(
    std::chrono::system_clock::now());
}

/// Runs a loop until all actors have ended.
class running_loop {
public:
  explicit running_loop(caf::actor_system& sys) : sys_(sys), loop(sys) {
    loop.start();
  }

  running_loop(const running_loop&) = delete;

  running_loop& operator=(const running_loop&) = delete;

  ~running_loop() {
    sys_.await_all_actors_done();
    loop.stop();
  }

private:
  caf::actor_system& sys_;

public:
  io_loop loop;
};

/// A server in front of a market that has the symbol A, and its clients.
struct fixture {
  settings values;
  temp_directory folder;
  caf::actor_system_config cfg;
  caf::actor_system sys{cfg};
  counters_ptr stats = std::make_shared<counters>();
  log_ptr log = std::make_shared<logger>(log_level::error);
  running_loop running{sys};
  io_loop& loop = running.loop;
  owned_actor<market_actor> prices{
    spawn_on(sys, nullptr, market,
             market_config{.first_states = {trade("A", 1)},
                           .max_symbols = 10,
                           .stats = stats,
                           .wall_clock = wall_clock})};
  owned_actor<directory_actor> names{spawn_on<caf::detached>(
    sys, nullptr, directory,
    directory_config{.market = prices.get(), .grid = {}, .stats = stats})};
  owned_actor<fanout_actor> fan{spawn_on(
    sys, &loop, fanout,
    fanout_config{prices.get(), append_text_frame,
                  [this](const fanout_actor& x) { loop.flush_after_turn(x); },
                  stats, log, wall_clock})};
  owned_actor<ingress_actor> entry{
    spawn_on(sys, &loop, ingress, entry_actor{prices.get()})};
  ingress_actor ticks_go_to = entry.get();
  std::optional<http_server> uut;
  std::uint16_t port = 0;

  fixture() {
    values.http.port = 0;
  }

  ~fixture() {
    if (uut)
      uut->drain(0ms);
  }

  void make() {
    uut.emplace(server_handles{.sys = sys,
                               .loop = loop,
                               .market = prices.get(),
                               .grid = {},
                               .ingress = ticks_go_to,
                               .fanout = fan.get(),
                               .directory = names.get(),
                               .widgets = *load_widgets(""),
                               .stats = stats,
                               .log = log},
                values);
  }

  /// Opens a server, which must succeed.
  void open() {
    make();
    CAF_REQUIRE(uut->prepare());
    auto opened = uut->open();
    CAF_REQUIRE(opened);
    port = *opened;
  }

  /// Why there is nothing to prepare from.
  std::string fault_of_files() {
    make();
    auto done = uut->prepare();
    return done ? "none" : done.error();
  }

  /// Why nobody listens; marked if nobody ever can.
  std::string fault_of_address() {
    make();
    CAF_REQUIRE(uut->prepare());
    auto opened = uut->open();
    if (opened)
      return "none";
    return (opened.error().is_lasting ? "lasting: " : "") + opened.error().why;
  }

  static std::string request_text(std::string_view line,
                                  std::string_view fields = {},
                                  std::string_view body = {}) {
    std::string result{line};
    result += " HTTP/1.1\r\nHost: node\r\n";
    if (!body.empty())
      result += "Content-Length: " + std::to_string(body.size()) + "\r\n";
    result += fields;
    result += "\r\n";
    result += body;
    return result;
  }

  /// What comes until that text has come, or the end.
  static std::string receive(tcp_socket& from, std::string_view last) {
    std::string result;
    while (result.find(last) == result.npos && from.read_some(result)) {
      // nop
    }
    return result;
  }

  /// All of the answer to a request on a connection of its own.
  static std::string ask_on(tcp_socket client, std::string_view line,
                            std::string_view fields = {},
                            std::string_view body = {}) {
    std::string all{fields};
    all += "Connection: close\r\n";
    client.send(request_text(line, all, body));
    return client.read_to_end();
  }

  std::string ask(std::string_view line, std::string_view fields = {},
                  std::string_view body = {}) {
    return ask_on(tcp_socket{port}, line, fields, body);
  }

  /// The status of an answer; 0 if there is none.
  static int status(std::string_view answer) {
    if (!answer.starts_with("HTTP/1.1 "))
      return 0;
    return std::stoi(std::string{answer.substr(9, 3)});
  }

  /// Sends a whole request, and waits for its answer; it stays connected.
  static std::string ask_and_stay(tcp_socket& client) {
    client.send(request_text("GET /ready?alive"));
    return receive(client, "}");
  }

  /// Whether nobody listens any more.
  bool turned_away() const {
    try {
      tcp_socket client{port};
      return false;
    } catch (const gave_up&) {
      return true;
    }
  }

  static bool has(std::string_view text, std::string_view what) {
    CAF_MESSAGE(text);
    return text.find(what) != text.npos;
  }

  /// A viewer of A who has his first row.
  tcp_socket watch(std::string_view fields = {}) {
    tcp_socket client{port};
    std::string all =
      "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: "
      "13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n";
    all += fields;
    client.send(request_text("GET /live_grid_ws", all));
    CAF_REQUIRE_EQUAL(status(receive(client, "\r\n\r\n")), 101);
    client.send(
      client_frame(0x81, R"({"type":"params","params":{"symbol":"A"}})"));
    CAF_CHECK(receive(client, "}").find("\"A\"") != std::string::npos);
    return client;
  }

  static std::string close_frame(close_code code, std::string_view why) {
    std::string result;
    append_close_frame(result, code, why);
    return result;
  }

  void write(const std::string& path, const std::string& text) const {
    CAF_REQUIRE(write_private_file(path, text));
  }

  /// Makes HTTPS of it.
  void secure(const identity& x) {
    values.http.tls_cert = folder.path() + "/cert.pem";
    values.http.tls_key = folder.path() + "/key.pem";
    write(values.http.tls_cert, x.cert());
    write(values.http.tls_key, x.key());
  }

  /// Lets in who has the key `alice.alice` alone, or nobody.
  void write_keys(bool any) {
    auto key = std::make_shared<access_key>();
    key->name = "alice";
    key->hash = sha256("alice");
    key->grant(scope::read);
    key->symbols =
      std::make_shared<symbol_filter>(std::vector<std::string>{"*"});
    values.access.keys_file = folder.path() + "/keys.json";
    write(values.access.keys_file,
          to_json(any ? keyring{{key->name, key}} : keyring{}));
  }
};

constexpr auto good = R"({"symbol":"A","price":2})";

constexpr auto going_down = "the node is going down";

} // namespace

CAF_TEST_FIXTURE_SCOPE(server_tests, fixture)

CAF_TEST(a port that is taken is said with its address) {
  listening_socket other;
  values.http.port = other.port();
  CAF_CHECK(has(fault_of_address(), "cannot listen on http://127.0.0.1:"
                                      + std::to_string(other.port()) + ": "));
  CAF_CHECK(!has(fault_of_address(), "lasting"));
}

CAF_TEST(an address that cannot be had is said) {
  values.http.address = "192.0.2.1";
  CAF_CHECK(
    fault_of_address().starts_with("cannot listen on http://192.0.2.1:0: "));
  values.http.address = "2001:db8::1";
  CAF_CHECK(fault_of_address().starts_with(
    "cannot listen on http://[2001:db8::1]:0: "));
  values.http.address = "nonsense";
  CAF_CHECK(
    fault_of_address().starts_with("cannot listen on http://nonsense:0: "));
}

CAF_TEST(files that are wrong are said with their setting) {
  values.access.keys_file = folder.path() + "/keys.json";
  CAF_CHECK(has(fault_of_files(), "access.keys-file: " + folder.path()));
  values.access.keys_file.clear();
  values.http.tls_cert = folder.path() + "/cert.pem";
  values.http.tls_key = folder.path() + "/key.pem";
  CAF_CHECK(has(fault_of_files(), "http.tls-cert: " + folder.path()));
  identity one;
  identity other;
  secure(one);
  write(values.http.tls_key, other.key());
  CAF_CHECK(fault_of_files().starts_with("http.tls-cert: "));
}

CAF_TEST(a server that was never opened goes down) {
  make();
  uut->drain(20s);
  uut->drain(20s);
  CAF_MESSAGE("or not even that");
  make();
  uut.reset();
}

CAF_TEST(a server is ready once the feeds are there) {
  open();
  auto before = ask("GET /ready");
  CAF_CHECK_EQUAL(status(before), 503);
  CAF_CHECK(has(before, "starting"));
  uut->set_fed();
  CAF_CHECK_EQUAL(status(ask("GET /ready")), 200);
}

CAF_TEST(a server finds out whether it serves viewers) {
  open();
  auto found = ask("GET /health");
  CAF_CHECK_EQUAL(status(found), 200);
  CAF_CHECK(has(found, "probe_ms"));
}

CAF_TEST(a server with a certificate finds that out by TLS) {
  identity x;
  secure(x);
  open();
  tcp_socket client{port};
  CAF_REQUIRE(client.secure());
  auto found = ask_on(std::move(client), "GET /health");
  CAF_CHECK_EQUAL(status(found), 200);
  CAF_CHECK(has(found, "probe_ms"));
}

CAF_TEST(a server with a certificate speaks TLS alone) {
  identity x;
  secure(x);
  open();
  tcp_socket client{port};
  CAF_REQUIRE(client.secure());
  CAF_CHECK_EQUAL(client.tls_peer(), "authority");
  CAF_CHECK_EQUAL(status(ask_on(std::move(client), "GET /ready?alive")), 200);
  CAF_CHECK(
    has(ask("GET /ready?alive"), "this port speaks TLS: https, not http"));
}

CAF_TEST(the pages of the node and of friends may publish) {
  values.http.allowed_origins = {"https://friend"};
  open();
  auto publish_from = [this](const std::string& origin) {
    return status(ask("POST /ticks", "Origin: " + origin + "\r\n", good));
  };
  CAF_CHECK_EQUAL(publish_from("http://127.0.0.1:" + std::to_string(port)),
                  200);
  CAF_CHECK_EQUAL(publish_from("https://friend"), 200);
  CAF_CHECK_EQUAL(publish_from("http://127.0.0.1:1"), 403);
  CAF_CHECK_EQUAL(publish_from("https://127.0.0.1:" + std::to_string(port)),
                  403);
}

CAF_TEST(requests have limits) {
  values.http.max_body = 1000;
  open();
  CAF_MESSAGE("a path");
  auto path = [](std::size_t n) { return "GET /" + std::string(n - 1, 'x'); };
  CAF_CHECK_EQUAL(status(ask(path(70 * 1024))), 404);
  CAF_CHECK_EQUAL(status(ask(path(72 * 1024 + 1))), 414);
  CAF_MESSAGE("a field");
  auto field = [this](std::size_t name, std::size_t value) {
    return status(
      ask("GET /ready?alive",
          std::string(name, 'n') + ": " + std::string(value, 'v') + "\r\n"));
  };
  CAF_CHECK_EQUAL(field(256, 1), 200);
  CAF_CHECK_EQUAL(field(1, 15 * 1024), 200);
  CAF_CHECK_EQUAL(field(257, 1), 431);
  CAF_CHECK_EQUAL(field(1, 16 * 1024 + 1), 431);
  CAF_MESSAGE("fields, of which a request has two of its own");
  auto fields = [this](int n) {
    std::string all;
    for (int i = 0; i < n; ++i)
      all += "X" + std::to_string(i) + ": 1\r\n";
    return status(ask("GET /ready?alive", all));
  };
  CAF_CHECK_EQUAL(fields(98), 200);
  CAF_CHECK_EQUAL(fields(99), 431);
  CAF_MESSAGE("a body");
  auto body = [this](std::size_t n) {
    std::string text{good};
    text.resize(n, ' ');
    return status(ask("POST /ticks", "", text));
  };
  CAF_CHECK_EQUAL(body(1000), 200);
  CAF_CHECK_EQUAL(body(1001), 413);
}

CAF_TEST(a full server says so) {
  values.http.max_connections = 2;
  open();
  tcp_socket first{port};
  tcp_socket second{port};
  CAF_CHECK_EQUAL(status(ask_and_stay(first)), 200);
  CAF_CHECK_EQUAL(status(ask_and_stay(second)), 200);
  CAF_CHECK_EQUAL(status(ask("GET /widgets.json")), 503);
  CAF_CHECK_EQUAL(get(stats->connections_refused), 1u);
}

CAF_TEST(an address has its share of the connections) {
  values.access.address.connections = 2;
  open();
  tcp_socket first{port};
  tcp_socket second{port};
  CAF_CHECK_EQUAL(status(ask_and_stay(first)), 200);
  CAF_CHECK_EQUAL(status(ask_and_stay(second)), 200);
  CAF_CHECK_EQUAL(status(ask("GET /widgets.json")), 429);
  CAF_CHECK_EQUAL(get(stats->of(counters::fault::limit)), 1u);
}

CAF_TEST(a proxy has as many connections as its clients) {
  values.access.address.connections = 1;
  values.http.trusted_proxies = "127.0.0.1";
  open();
  tcp_socket first{port};
  CAF_CHECK_EQUAL(status(ask_and_stay(first)), 200);
  CAF_CHECK_EQUAL(status(ask("GET /widgets.json")), 200);
}

CAF_TEST(the own host has all of the connections unless told otherwise) {
  values.http.max_connections = 20;
  open();
  std::vector<tcp_socket> all;
  for (int i = 0; i < 20; ++i) {
    all.emplace_back(port);
    CAF_CHECK_EQUAL(status(ask_and_stay(all.back())), 200);
  }
  CAF_CHECK_EQUAL(status(ask("GET /widgets.json")), 503);
}

CAF_TEST(a viewer whose key is revoked is closed) {
  write_keys(true);
  open();
  CAF_CHECK_EQUAL(status(ask("GET /live_grid")), 401);
  auto viewer = watch("X-API-KEY: alice.alice\r\n");
  write_keys(false);
  CAF_CHECK(
    receive(viewer, "no longer good")
      .ends_with(close_frame(close_code::policy, "the key is no longer good")));
}

CAF_TEST(viewers are closed when a server goes down) {
  open();
  auto viewer = watch();
  tcp_socket idle{port};
  CAF_CHECK_EQUAL(status(ask_and_stay(idle)), 200);
  uut->drain(400ms);
  CAF_CHECK(
    has(viewer.read_to_end(), close_frame(close_code::going_away, going_down)));
  CAF_MESSAGE("who is there still is told");
  idle.send(request_text("GET /ready"));
  auto told = receive(idle, "}");
  CAF_CHECK_EQUAL(status(told), 503);
  CAF_CHECK(has(told, "going down"));
  CAF_MESSAGE("nobody else comes in");
  CAF_CHECK(turned_away());
}

/// A publisher whose ticks have come to who answers them when the test says so.
struct owed_answer {
  explicit owed_answer(fixture& x)
    : market(x.sys),
      entry(spawn_on(x.sys, &x.loop, ingress,
                     caf::actor_cast<entry_actor>(market))),
      publisher(open_for(x, entry.get())) {
    publisher.send(x.request_text("POST /ticks", "", good));
    market->receive([this](publish_atom, const tick_batch&) {
      answer = market->make_response_promise<std::uint64_t>();
      return answer;
    });
  }

  caf::scoped_actor market;
  owned_actor<ingress_actor> entry;
  tcp_socket publisher;
  caf::typed_response_promise<std::uint64_t> answer;

private:
  static std::uint16_t open_for(fixture& x, const ingress_actor& ticks_go_to) {
    x.ticks_go_to = ticks_go_to;
    x.open();
    return x.port;
  }
};

CAF_TEST(a server waits for the answers that it owes) {
  owed_answer owed{*this};
  auto gone = std::async(std::launch::async, [this] { uut->drain(20s); });
  wait_until("the end to begin", [this] { return turned_away(); });
  CAF_CHECK(gone.wait_for(50ms) == std::future_status::timeout);
  owed.answer.deliver(std::uint64_t{1});
  CAF_CHECK_EQUAL(status(receive(owed.publisher, "}")), 200);
  gone.wait();
}

CAF_TEST(a server does not wait for ever) {
  owed_answer owed{*this};
  uut->drain(50ms);
  CAF_CHECK(turned_away());
}

CAF_TEST(connections outlive the server that took them) {
  open();
  tcp_socket client{port};
  CAF_CHECK_EQUAL(status(ask_and_stay(client)), 200);
  uut.reset();
  CAF_CHECK_EQUAL(status(ask_and_stay(client)), 200);
}

CAF_TEST_FIXTURE_SCOPE_END()
