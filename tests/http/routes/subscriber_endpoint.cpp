#define CAF_SUITE http.routes.subscriber_endpoint

#include "livegrid/http/routes/subscriber_endpoint.hpp"

#include <cerrno>
#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <asio/io_context.hpp>

#include "livegrid/actors/base/log.hpp"
#include "livegrid/actors/delivery/outbox.hpp"
#include "livegrid/actors/prices/view.hpp"
#include "livegrid/actors/stats/counters.hpp"
#include "livegrid/http/access/access_guard.hpp"
#include "livegrid/http/websocket/ws_client_codec.hpp"
#include "livegrid/http/websocket/ws_frame.hpp"

#include "captured_stderr.hpp"
#include "client_frame.hpp"
#include "scripted_io.hpp"

#include "actor_fixture.hpp"

using namespace livegrid;
using namespace livegrid::test;
using namespace std::chrono_literals;

namespace {

using change = subscription::change;

/// A viewer's WebSocket without a socket, and a fan-out that listens.
struct fixture : actor_fixture {
  asio::io_context loop{1};
  access_guard guard{loop, settings{}, stats, quiet};
  std::shared_ptr<fanout_script> fan = std::make_shared<fanout_script>();
  counters_ptr probe_stats = std::make_shared<counters>();
  subscriber_handles all{.sys = sys,
                         .loop = *sys.dummy_execution_unit(),
                         .guard = guard,
                         .fanout = make_fanout(fan),
                         .stats = stats,
                         .probe_stats = probe_stats,
                         .log = quiet};
  http_request request;
  std::shared_ptr<io_script> io = std::make_shared<io_script>();
  ws_sessions sessions{loop, stats, quiet, 20s, 64 * 1024};
  ws_client_codec client{1024 * 1024};
  subscriber_endpoint* endpoint = nullptr; ///< until the connection is over

  fixture() {
    asio::use_service<connection_gate>(loop).configure(
      {.max_open = 10, .stats = stats, .log = quiet});
    request.who.address = "192.0.2.1";
    request.user_agent = "browser";
    request.origin = "https://a.b";
  }

  ~fixture() override {
    sessions.drop_all();
    consume_messages();
    fan->joins.clear();
    fan->leaves.clear();
    fan->resumes.clear();
  }

  /// The caller shows a key for these symbols.
  access_key& show_key(std::vector<std::string> patterns = {"*"}) {
    auto key = std::make_shared<access_key>();
    auto& result = *key;
    key->name = "viewer";
    key->grant(scope::read);
    key->symbols = std::make_shared<symbol_filter>(std::move(patterns));
    request.who.key = std::move(key);
    return result;
  }

  /// The upgrade is accepted, and nothing runs yet.
  void upgrade() {
    auto x = std::make_unique<subscriber_endpoint>(
      all,
      std::make_shared<view>(strings{"symbol", "price"}, strings{"symbol"}),
      delivery_options{}, asked, request);
    endpoint = x.get();
    sessions.open(std::make_unique<scripted_io>(io), {}, nullptr, "101\n", "",
                  64 * 1024, std::move(x), request.who.key, "192.0.2.1:5");
  }

  /// By which parameters symbols are asked for.
  symbol_params asked;

  void open() {
    upgrade();
    turn();
    CAF_REQUIRE_EQUAL(io->take_output(), "101\n");
    fan->joins.clear();
  }

  void turn() {
    for (int i = 0; i < 2; ++i) {
      io->run();
      consume_messages();
    }
    io->run();
  }

  /// The client's message comes in, and no actor runs yet.
  void receive(std::string_view text) {
    client.send_text(text);
    io->receive(client.take_output());
  }

  static std::string wish(std::string_view names) {
    return R"({"type":"params","params":{"symbol":")" + std::string{names}
           + "\"}}";
  }

  void say(std::string_view text) {
    receive(text);
    turn();
  }

  /// What the viewer is told, one text a message.
  strings told() {
    client.feed(io->take_output());
    return client.take_texts();
  }

  static std::string error(std::string_view why) {
    return R"({"type":"error","detail":")" + std::string{why} + "\"}";
  }

  /// How the set of symbols has been changed, a line a message: `A B`, `all`.
  strings joined() {
    strings result;
    for (const auto& [box, x] : std::exchange(fan->joins, {})) {
      std::string line = x.what == change::all ? "all" : "";
      for (const auto& name : x.symbols)
        line += (line.empty() ? "" : " ") + name.str();
      result.emplace_back(std::move(line));
    }
    return result;
  }

  /// Whether the last that the client gets is that the node is done with it.
  bool closed_for(std::string_view why) {
    std::string frame;
    append_close_frame(frame, close_code::policy, why);
    return io->take_output().ends_with(frame);
  }

  std::uint64_t open_subscribers(const counters_ptr& where) {
    return get(where->subscribers_opened) - get(where->subscribers_closed);
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(subscriber_endpoint_tests, fixture)

CAF_TEST(a viewer is known from the upgrade on) {
  request.user_agent = std::string(100, 'x');
  show_key();
  upgrade();
  CAF_CHECK(endpoint->kind() == counters::endpoint::subscriber);
  CAF_MESSAGE("its fan-out closes it with its last rows");
  CAF_CHECK(!endpoint->settled());
  turn();
  CAF_CHECK_EQUAL(open_subscribers(stats), 1u);
  CAF_REQUIRE_EQUAL(fan->joins.size(), 1u);
  const auto& [box, what] = fan->joins[0];
  CAF_CHECK(what == subscription{});
  CAF_CHECK_EQUAL(box->key_name, "viewer");
  CAF_CHECK_EQUAL(box->agent, std::string(80, 'x'));
  CAF_CHECK_EQUAL(box->sink().peer(), "192.0.2.1:5");
  auto status = ask<actor_status>(box->owner, status_atom_v);
  CAF_REQUIRE(status);
  CAF_CHECK_EQUAL(fact(*status, "origin"), "https://a.b");
  CAF_CHECK_EQUAL(fact(*status, "user_agent"), std::string(100, 'x'));
}

CAF_TEST(what a viewer asks for goes to its fanout) {
  open();
  say(wish("A,B"));
  say(wish("C"));
  say(wish("*"));
  CAF_CHECK_EQUAL(joined(), strings({"A B", "C", "all"}));
  CAF_CHECK_EQUAL(told(), strings());
}

CAF_TEST(what is no subscription is answered and ends nothing) {
  open();
  say("no JSON");
  auto heard = told();
  CAF_REQUIRE_EQUAL(heard.size(), 1u);
  CAF_MESSAGE(heard[0]);
  CAF_CHECK(heard[0].starts_with(R"({"type":"error","detail":")"));
  io->receive(client_frame(0x82, "A"));
  turn();
  CAF_CHECK_EQUAL(told(),
                  strings{error("a binary message; only text is understood")});
  CAF_CHECK_EQUAL(get(stats->bad_messages), 2u);
  CAF_CHECK_EQUAL(joined(), strings());
  say(wish("A"));
  CAF_CHECK_EQUAL(joined(), strings{"A"});
}

CAF_TEST(whoever goes on sending what is no subscription is closed) {
  open();
  for (int i = 0; i < 100; ++i)
    say("no JSON");
  CAF_CHECK_EQUAL(told().size(), 100u);
  CAF_CHECK(fan->leaves.empty());
  say("no JSON");
  CAF_CHECK(closed_for("over 100 bad messages in 10 s"));
}

CAF_TEST(bad messages are limited for all connections of an address) {
  captured_stderr err;
  quiet->threshold(log_level::info);
  request.who.limits.bad_messages = 2;
  open();
  say("no JSON");
  say("no JSON");
  CAF_CHECK_EQUAL(told().size(), 2u);
  say("no JSON");
  CAF_CHECK(
    closed_for("over the limit of bad messages a second of an address"));
  CAF_CHECK_EQUAL(get(stats->of(counters::fault::limit)), 1u);
  CAF_CHECK_EQUAL(err.count("limited peer=\"192.0.2.1:5\""), 1u);
}

CAF_TEST(of too many symbols the first ones count) {
  request.who.limits.symbols = 2;
  open();
  say(wish("A,B"));
  CAF_CHECK_EQUAL(told(), strings());
  say(wish("C,D,E"));
  CAF_CHECK_EQUAL(joined(), strings({"A B", "C D"}));
  CAF_CHECK_EQUAL(told(), strings{error("without an API key one may see 2 "
                                        "symbols at once: the first ones "
                                        "count")});
  CAF_MESSAGE("a message with two faults is dealt with whole");
  CAF_CHECK(!endpoint->busy());
  say(wish("F"));
  CAF_CHECK_EQUAL(joined(), strings{"F"});
}

CAF_TEST(a star is refused where it stands for too many symbols) {
  request.who.limits.symbols = 2;
  show_key();
  open();
  set(stats->symbols, 2);
  say(wish("*"));
  CAF_CHECK_EQUAL(joined(), strings{"all"});
  CAF_CHECK_EQUAL(told(), strings());
  set(stats->symbols, 3);
  say(wish("*"));
  CAF_CHECK_EQUAL(joined(), strings());
  CAF_CHECK_EQUAL(told(), strings{error("this API key may see 2 symbols at "
                                        "once: \\\"*\\\" stands for 3")});
}

CAF_TEST(symbols that a key may not see are left out) {
  show_key({"A*"});
  open();
  say(wish("AB,B,AC"));
  CAF_CHECK_EQUAL(told(), strings{error("this API key may not see B")});
  CAF_REQUIRE_EQUAL(fan->joins.size(), 1u);
  CAF_CHECK(fan->joins[0].first->filter() == request.who.key->symbols);
  CAF_CHECK_EQUAL(joined(), strings{"AB AC"});
  CAF_MESSAGE("they do not count for its limit");
  request.who.limits.symbols = 2;
  io = std::make_shared<io_script>();
  open();
  say(wish("AB,B,AC"));
  CAF_CHECK_EQUAL(joined(), strings{"AB AC"});
}

CAF_TEST(a viewer that asks for more than is dealt with is not read) {
  upgrade();
  consume_messages();
  CAF_CHECK(!endpoint->busy());
  for (int i = 0; i < 64; ++i) {
    CAF_CHECK(!endpoint->busy());
    receive(wish("A"));
  }
  CAF_CHECK(endpoint->busy());
  client.send_text(wish("B"));
  auto late = client.take_output();
  io->receive(late);
  CAF_CHECK_EQUAL(io->input.size(), late.size());
  fan->joins.clear();
  turn();
  CAF_CHECK(!endpoint->busy());
  CAF_CHECK_EQUAL(io->input, "");
  CAF_CHECK_EQUAL(joined().back(), "B");
}

CAF_TEST(what is bad counts among what is not dealt with) {
  open();
  for (int i = 0; i < 32; ++i) {
    receive("no JSON");
    io->receive(client_frame(0x82, "A"));
  }
  CAF_CHECK(endpoint->busy());
  turn();
  CAF_CHECK(!endpoint->busy());
  CAF_CHECK_EQUAL(told().size(), 64u);
  CAF_MESSAGE("what is answered twice counts twice");
  request.who.limits.symbols = 1;
  io = std::make_shared<io_script>();
  open();
  for (int i = 0; i < 32; ++i) {
    CAF_CHECK(!endpoint->busy());
    receive(wish("A,B"));
  }
  CAF_CHECK(endpoint->busy());
  turn();
  CAF_CHECK(!endpoint->busy());
}

CAF_TEST(the fan - out hears when a socket has room again) {
  open();
  say(wish("A"));
  auto box = fan->joins.at(0).first;
  io->room = 1;
  box->send(std::make_shared<const std::string>("rows"), 1, now());
  CAF_CHECK(box->blocked());
  CAF_CHECK(fan->resumes.empty());
  io->room = 100;
  turn();
  CAF_REQUIRE_EQUAL(fan->resumes.size(), 1u);
  CAF_CHECK(fan->resumes[0] == box);
}

CAF_TEST(a viewer that goes is forgotten) {
  struct {
    std::string_view how;
    std::string bytes; ///< that come before the end
    int error;
  } cases[] = {
    {"it closes", client_frame(0x88, "\x03\xe8"), 0},
    {"it ends its stream", "", 0},
    {"it resets the connection", "", ECONNRESET},
    {"it breaks off amid a message", client_frame(0x81, "text").substr(0, 5),
     ECONNRESET},
  };
  for (auto& x : cases) {
    CAF_MESSAGE(x.how);
    io = std::make_shared<io_script>();
    open();
    say(wish("A"));
    CAF_REQUIRE_EQUAL(fan->joins.size(), 1u);
    std::weak_ptr<outbox> box = fan->joins[0].first;
    auto viewer = box.lock()->owner;
    fan->joins.clear();
    io->read_error = x.error;
    io->ended = true;
    io->receive(x.bytes);
    turn();
    CAF_CHECK_EQUAL(fan->leaves.size(), 1u);
    CAF_CHECK(!ask<actor_status>(viewer, status_atom_v));
    CAF_CHECK_EQUAL(open_subscribers(stats), 0u);
    CAF_CHECK_EQUAL(sessions.size(), 0u);
    CAF_MESSAGE("nothing holds on to it");
    fan->leaves.clear();
    viewer = nullptr;
    CAF_CHECK(box.expired());
  }
}

CAF_TEST(a viewer that is gone before the answer was never there) {
  io->write_error = EPIPE;
  upgrade();
  turn();
  CAF_CHECK_EQUAL(get(stats->subscribers_opened), 0u);
  CAF_CHECK(fan->joins.empty());
  CAF_CHECK(fan->leaves.empty());
}

CAF_TEST(a viewer may go with messages under way) {
  open();
  receive(wish("A"));
  receive("no JSON");
  io->ended = true;
  io->run();
  turn();
  CAF_CHECK_EQUAL(fan->leaves.size(), 1u);
  CAF_CHECK_EQUAL(open_subscribers(stats), 0u);
}

CAF_TEST(connections of one caller share an account) {
  auto account = [this](bool probe, std::string_view address) {
    request.who.is_probe = probe;
    request.who.address = address;
    io = std::make_shared<io_script>();
    upgrade();
    turn();
    return &std::exchange(fan->joins, {}).at(0).first->account();
  };
  auto* own = account(false, "192.0.2.1");
  CAF_CHECK(account(false, "192.0.2.1") == own);
  CAF_CHECK(account(false, "192.0.2.2") != own);
  CAF_MESSAGE("but for the node's own probes");
  auto* probe = account(true, "192.0.2.1");
  CAF_CHECK(probe != own);
  CAF_CHECK(account(true, "192.0.2.1") != probe);
}

CAF_TEST(the probes of the node are counted apart) {
  request.who.is_probe = true;
  open();
  CAF_CHECK(endpoint->kind() == counters::endpoint::probe);
  say("no JSON");
  CAF_CHECK_EQUAL(open_subscribers(stats), 0u);
  CAF_CHECK_EQUAL(get(stats->bad_messages), 0u);
  CAF_CHECK_EQUAL(open_subscribers(probe_stats), 1u);
  CAF_CHECK_EQUAL(get(probe_stats->bad_messages), 1u);
}

CAF_TEST(a widget without a param for symbols shows all) {
  asked.declared = false;
  open();
  say(R"({"type":"params","params":{}})");
  CAF_CHECK_EQUAL(joined(), strings{"all"});
  say(R"({"type":"params","params":{"symbol":[]}})");
  CAF_CHECK_EQUAL(joined(), strings{""});
}

CAF_TEST(a widget is subscribed by the param that it has for symbols) {
  asked.names = {"fund"};
  open();
  say(R"({"type":"params","params":{"fund":["VTI","VOO"]}})");
  CAF_CHECK_EQUAL(joined(), strings{"VTI VOO"});
  say(R"({"type":"params","params":{"fund":null}})");
  CAF_CHECK_EQUAL(joined(), strings{""});
}

CAF_TEST_FIXTURE_SCOPE_END()
