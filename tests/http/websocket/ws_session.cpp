#define CAF_SUITE http.websocket.ws_session

#include "livegrid/http/websocket/ws_session.hpp"

#include <cerrno>
#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "livegrid/actors/base/log.hpp"
#include "livegrid/http/websocket/ws_client_codec.hpp"
#include "livegrid/http/websocket/ws_frame.hpp"

#include "scripted_io.hpp"

#include "unit_test.hpp"

using namespace livegrid;
using namespace livegrid::test;
using namespace std::chrono_literals;

namespace {

/// What an endpoint has heard, and what it is to say.
struct endpoint_script {
  std::shared_ptr<ws_session> session; ///< null once the connection is over
  std::vector<std::string> heard;
  std::string refusal; ///< why a message closes the connection
  std::string answer;  ///< what each message is answered
  bool busy = false;
  bool settled = true;
};

class scripted_endpoint final : public ws_endpoint {
public:
  explicit scripted_endpoint(std::shared_ptr<endpoint_script> script)
    : script_(std::move(script)) {
    // nop
  }

  counters::endpoint kind() const noexcept override {
    return counters::endpoint::publisher;
  }

  void on_open(const std::shared_ptr<ws_session>& way_out) override {
    script_->session = way_out;
    script_->heard.emplace_back("open");
  }

  std::string on_text(std::string&& text) override {
    script_->heard.emplace_back("text " + text);
    if (!script_->answer.empty())
      script_->session->send_text(script_->answer);
    return script_->refusal;
  }

  std::string on_binary() override {
    script_->heard.emplace_back("binary");
    return "binary messages are not taken";
  }

  void on_writable() override {
    script_->heard.emplace_back("writable");
  }

  void on_gone(std::uint16_t code, std::string_view reason) override {
    script_->heard.emplace_back("gone " + std::to_string(code) + ' '
                                + std::string{reason});
    script_->session = nullptr;
  }

  bool busy() const noexcept override {
    return script_->busy;
  }

  bool settled() const noexcept override {
    return script_->settled;
  }

private:
  std::shared_ptr<endpoint_script> script_;
};

constexpr std::string_view answer = "101 answer\r\n\r\n";

struct fixture {
  asio::io_context context{1};
  counters_ptr stats = std::make_shared<counters>();
  log_ptr log = std::make_shared<logger>(log_level::error);
  std::shared_ptr<io_script> io = std::make_shared<io_script>();
  std::shared_ptr<endpoint_script> endpoint =
    std::make_shared<endpoint_script>();
  ws_sessions sessions{context, stats, log, 20s, 64 * 1024};
  ws_client_codec client{1024 * 1024};

  fixture() {
    asio::use_service<connection_gate>(context).configure(
      {.max_open = 10, .stats = stats, .log = log});
  }

  ~fixture() {
    sessions.drop_all();
  }

  void open(std::string_view unread = "", access_key_ptr key = nullptr) {
    sessions.open(std::make_unique<scripted_io>(io), {}, nullptr, answer,
                  unread, 1000, std::make_unique<scripted_endpoint>(endpoint),
                  std::move(key), "192.0.2.1");
  }

  /// Opens a connection, and forgets what that came to.
  void opened() {
    open();
    io->run();
    io->take_output();
    endpoint->heard.clear();
  }

  /// The bytes of a text message of the client's.
  std::string text(std::string_view x) {
    client.send_text(x);
    return client.take_output();
  }

  std::vector<std::string> heard() {
    return std::exchange(endpoint->heard, {});
  }

  /// The texts in what the client has got.
  std::vector<std::string> client_texts() {
    client.feed(io->take_output());
    return client.take_texts();
  }

  sent send(std::string bytes) {
    return endpoint->session->send(
      std::make_shared<const std::string>(std::move(bytes)));
  }

  std::uint64_t closes(std::uint16_t code) {
    return stats->closes_of(counters::endpoint::publisher, code);
  }
};

using list = std::vector<std::string>;

/// A close frame of a client's, its mask all zeroes.
std::string client_close(std::uint16_t code) {
  std::string result{"\x88\x82\0\0\0\0", 6};
  result += static_cast<char>(code >> 8);
  result += static_cast<char>(code & 0xff);
  return result;
}

/// A masked frame of up to 125 bytes.
std::string client_frame(unsigned char head, std::string_view payload) {
  std::string result{static_cast<char>(head)};
  result += static_cast<char>(0x80 | payload.size());
  result.append(4, '\0');
  result += payload;
  return result;
}

std::string close_frame(close_code code, std::string_view reason) {
  std::string result;
  append_close_frame(result, code, reason);
  return result;
}

} // namespace

CAF_TEST_FIXTURE_SCOPE(ws_session_tests, fixture)

CAF_TEST(the answer goes out before anything else) {
  open();
  CAF_CHECK_EQUAL(io->output, answer);
  CAF_CHECK_EQUAL(heard(), list{"open"});
  CAF_CHECK_EQUAL(sessions.size(), 1u);
  CAF_CHECK_EQUAL(endpoint->session->peer(), "192.0.2.1");
}

CAF_TEST(what a client has sent behind its request is read in a later turn) {
  open(text("early"));
  CAF_CHECK_EQUAL(heard(), list{"open"});
  CAF_CHECK(io->at_once);
  io->run();
  CAF_CHECK_EQUAL(heard(), list{"text early"});
}

CAF_TEST(a client that is gone before the answer was never there) {
  io->write_error = EPIPE;
  open();
  CAF_CHECK(io->closed);
  CAF_CHECK_EQUAL(sessions.size(), 0u);
  CAF_CHECK_EQUAL(heard(), list{"gone 1006 the connection broke"});
}

CAF_TEST(messages of one turn are answered with one write) {
  opened();
  endpoint->answer = "fine";
  io->writes = 0;
  io->receive(text("a") + text("b") + text("c"));
  CAF_CHECK_EQUAL(heard(), (list{"text a", "text b", "text c"}));
  CAF_CHECK_EQUAL(io->writes, 1u);
  CAF_CHECK_EQUAL(client_texts(), (list{"fine", "fine", "fine"}));
}

CAF_TEST(texts that are sent between turns go out together) {
  opened();
  io->writes = 0;
  endpoint->session->send_text("a");
  endpoint->session->send_error("no \"b\"");
  CAF_CHECK_EQUAL(io->output, "");
  CAF_CHECK_GREATER(endpoint->session->unsent(), 0u);
  io->run();
  CAF_CHECK_EQUAL(io->writes, 1u);
  CAF_CHECK_EQUAL(client_texts(),
                  (list{"a", R"({"type":"error","detail":"no \"b\""})"}));
  CAF_CHECK_EQUAL(endpoint->session->unsent(), 0u);
}

CAF_TEST(frames go straight into a socket that takes them) {
  opened();
  CAF_CHECK(send("abc") == sent::all);
  CAF_CHECK_EQUAL(io->output, "abc");
  CAF_CHECK(!io->writer);
}

CAF_TEST(the rest waits for room and its owner hears once that it is out) {
  opened();
  io->room = 2;
  CAF_CHECK(send("abcdef") == sent::partly);
  CAF_CHECK_EQUAL(io->output, "ab");
  CAF_CHECK_GREATER_OR_EQUAL(endpoint->session->unsent(), 4u);
  CAF_CHECK(send("gh") == sent::partly);
  io->room = 3;
  io->run();
  CAF_CHECK_EQUAL(io->output, "abcde");
  CAF_CHECK_EQUAL(heard(), list{});
  io->room = 100;
  io->run();
  CAF_CHECK_EQUAL(io->output, "abcdefgh");
  CAF_CHECK_EQUAL(heard(), list{"writable"});
  CAF_CHECK_EQUAL(endpoint->session->unsent(), 0u);
}

CAF_TEST(a socket that is full for a moment is no broken connection) {
  opened();
  for (auto why : {EAGAIN, EINTR, ENOBUFS}) {
    io->write_error = why;
    CAF_CHECK(send("x") == sent::partly);
    io->write_error = 0;
    io->run();
    CAF_CHECK_EQUAL(io->take_output(), "x");
    CAF_CHECK_EQUAL(heard(), list{"writable"});
  }
}

CAF_TEST(a connection that breaks while it is written to is over) {
  opened();
  auto session = endpoint->session;
  io->write_error = ECONNRESET;
  CAF_CHECK(send("x") == sent::closed);
  CAF_CHECK_EQUAL(heard(), list{"gone 1006 the connection broke"});
  CAF_CHECK(io->closed);
  CAF_CHECK_EQUAL(sessions.size(), 0u);
  CAF_CHECK_EQUAL(closes(1006), 1u);
  // Whoever has not heard of it yet can do no harm.
  CAF_CHECK(session->send(std::make_shared<const std::string>("y"))
            == sent::closed);
  session->send_text("z");
  session->close(close_code::normal, "");
  CAF_CHECK(session->link() == tcp_status{});
  CAF_CHECK_EQUAL(heard(), list{});
}

CAF_TEST(a queue whose connection breaks is over as well) {
  opened();
  io->room = 0;
  CAF_CHECK(send("x") == sent::partly);
  io->write_error = EPIPE;
  io->run();
  CAF_CHECK_EQUAL(heard(), list{"gone 1006 the connection broke"});
  CAF_CHECK_EQUAL(sessions.size(), 0u);
}

CAF_TEST(a client that closes is answered and then waited for) {
  opened();
  io->receive(client_close(1000));
  CAF_CHECK_EQUAL(heard(), list{"gone 1000 the client closed"});
  CAF_CHECK_EQUAL(io->output, (std::string{"\x88\x02\x03\xe8", 4}));
  CAF_CHECK(io->output_ended);
  CAF_CHECK(!io->closed);
  CAF_CHECK_EQUAL(sessions.size(), 1u);
  io->ended = true;
  io->run();
  CAF_CHECK(io->closed);
  CAF_CHECK_EQUAL(sessions.size(), 0u);
  CAF_CHECK_EQUAL(closes(1000), 1u);
}

CAF_TEST(answers that are due go before the close frame) {
  opened();
  endpoint->answer = "fine";
  io->receive(text("a") + client_close(1000));
  std::string expected;
  append_text_frame(expected, "fine");
  CAF_CHECK_EQUAL(io->output, expected + std::string("\x88\x02\x03\xe8", 4));
}

CAF_TEST(a client that hangs up is gone) {
  opened();
  io->ended = true;
  io->run();
  CAF_CHECK_EQUAL(heard(), list{"gone 1006 the client hung up"});
  CAF_CHECK(io->closed);
}

CAF_TEST(a client that breaks a rule is told which) {
  struct {
    std::string bytes;
    close_code code;
    std::string_view reason;
    counters::fault fault;
  } cases[] = {
    // Without a mask.
    {std::string{"\x81\x01x", 3}, close_code::protocol_error,
     "against the WebSocket protocol", counters::fault::websocket_protocol},
    {client_frame(0x81, "\xff"), close_code::bad_utf8, "not UTF-8",
     counters::fault::websocket_utf8},
    {std::string{"\x81\xfe\x03\xe9\0\0\0\0", 8} + std::string(1001, 'x'),
     close_code::too_big, "message over the limit",
     counters::fault::websocket_too_big},
  };
  for (auto& c : cases) {
    io = std::make_shared<io_script>();
    opened();
    io->receive(c.bytes);
    auto code = static_cast<std::uint16_t>(c.code);
    CAF_CHECK_EQUAL(io->output, close_frame(c.code, c.reason));
    CAF_CHECK_EQUAL(heard(), (list{"gone " + std::to_string(code) + ' '
                                   + std::string{c.reason}}));
    CAF_CHECK_EQUAL(stats->of(c.fault), 1u);
    CAF_CHECK_EQUAL(closes(code), 1u);
  }
}

CAF_TEST(an endpoint that takes no more of it closes with its reason) {
  opened();
  endpoint->refusal = "enough";
  io->receive(text("a") + text("b"));
  // Nothing is told of what comes behind.
  CAF_CHECK_EQUAL(heard(), (list{"text a", "gone 1008 enough"}));
  CAF_CHECK_EQUAL(io->output, close_frame(close_code::policy, "enough"));
  // What the client still sends is thrown away.
  io->receive(text("c"));
  CAF_CHECK_EQUAL(heard(), list{});
}

CAF_TEST(a binary message is for the endpoint to judge) {
  opened();
  io->receive(client_frame(0x82, "x"));
  CAF_CHECK_EQUAL(heard(),
                  (list{"binary", "gone 1008 binary messages are not taken"}));
}

CAF_TEST(a busy endpoint holds back what the client sends) {
  opened();
  endpoint->busy = true;
  io->receive(text("a") + text("b"));
  // What has been read already is dealt with; more is not read.
  heard();
  io->receive(text("c"));
  CAF_CHECK_EQUAL(heard(), list{});
  CAF_CHECK(!io->input.empty());
  endpoint->busy = false;
  endpoint->session->read_on();
  io->run();
  auto after = heard();
  CAF_REQUIRE(!after.empty());
  CAF_CHECK_EQUAL(after.back(), "text c");
  CAF_CHECK(io->input.empty());
}

CAF_TEST(of several pings the last one is answered) {
  opened();
  io->receive(client_frame(0x89, "one") + client_frame(0x89, "two"));
  std::string expected;
  append_pong_frame(expected, "two");
  CAF_CHECK_EQUAL(io->output, expected);
}

CAF_TEST(a client that reads no answers is read no more) {
  opened();
  endpoint->answer = std::string(100'000, 'x');
  io->room = 0;
  for (int i = 0; i < 10; ++i)
    io->receive(text("a"));
  auto taken = heard().size();
  CAF_CHECK_LESS(taken, 10u);
  CAF_CHECK(!io->input.empty());
  io->room = 10'000'000;
  io->run();
  CAF_CHECK_EQUAL(taken + heard().size(), 10u);
  CAF_CHECK(io->input.empty());
}

CAF_TEST(many small frames are dealt with in several turns) {
  opened();
  std::string all;
  for (int i = 0; i < 1000; ++i)
    all += client_frame(0x81, "");
  io->input = all;
  CAF_REQUIRE(io->turn());
  auto first = heard().size();
  CAF_CHECK_GREATER_OR_EQUAL(first, 256u);
  CAF_CHECK_LESS(first, 700u);
  io->run();
  CAF_CHECK_EQUAL(first + heard().size(), 1000u);
}

CAF_TEST(rubbish within TLS is counted as that) {
  opened();
  io->tls_fault = "wrong version number";
  io->read_error = EPROTO;
  io->run();
  CAF_CHECK_EQUAL(heard(), list{"gone 1006 the connection broke"});
  CAF_CHECK_EQUAL(stats->of(counters::fault::tls), 1u);
}

CAF_TEST(a silent client is pinged and dropped when it shows no life) {
  opened();
  auto session = endpoint->session;
  auto begin = io->now;
  std::string ping;
  append_ping_frame(ping);
  session->look_after(begin + 20s);
  CAF_CHECK_EQUAL(io->take_output(), ping);
  // It still acknowledges: perhaps its program is busy.
  io->link.since_ack_ms = 10'000;
  session->look_after(begin + 40s);
  CAF_CHECK_EQUAL(io->take_output(), ping);
  CAF_CHECK(!io->closed);
  io->link.since_ack_ms = 40'000;
  session->look_after(begin + 60s);
  CAF_CHECK_EQUAL(heard(), list{"gone 1006 no sign of life"});
  CAF_CHECK(io->closed);
}

CAF_TEST(rows on their way are as good as a ping) {
  opened();
  io->room = 0;
  CAF_CHECK(send("x") == sent::partly);
  auto queued = endpoint->session->unsent();
  endpoint->session->look_after(io->now + 20s);
  CAF_CHECK_EQUAL(endpoint->session->unsent(), queued);
}

CAF_TEST(whoever does not answer the close frame is dropped in the end) {
  opened();
  auto session = endpoint->session;
  session->close(close_code::normal, "bye");
  CAF_CHECK_EQUAL(io->output, close_frame(close_code::normal, "bye"));
  CAF_CHECK(io->output_ended);
  // Whoever closes knows of it.
  CAF_CHECK_EQUAL(heard(), list{});
  session->look_after(io->now + 4s);
  CAF_CHECK(!io->closed);
  session->look_after(io->now + 5s);
  CAF_CHECK(io->closed);
  CAF_CHECK_EQUAL(sessions.size(), 0u);
}

CAF_TEST(a client that reads nothing has longer to learn why it is closed) {
  opened();
  auto session = endpoint->session;
  io->room = 0;
  CAF_CHECK(send("x") == sent::partly);
  session->close(close_code::policy, "slow");
  session->look_after(io->now + 59s);
  CAF_CHECK(!io->closed);
  io->room = 1000;
  io->run();
  CAF_CHECK_EQUAL(io->output, "x" + close_frame(close_code::policy, "slow"));
  session->look_after(io->now + 60s);
  CAF_CHECK(io->closed);
}

CAF_TEST(a node that goes down leaves those alone that it owes something) {
  opened();
  endpoint->settled = false;
  sessions.close_all(true);
  CAF_CHECK_EQUAL(heard(), list{});
  endpoint->settled = true;
  sessions.close_all(true);
  CAF_CHECK_EQUAL(heard(), list{"gone 1001 the node is going down"});
  CAF_CHECK_EQUAL(closes(1001), 1u);
}

CAF_TEST(connections of a bad key are closed and no others) {
  auto key = std::make_shared<access_key>();
  key->name = "bad";
  open("", key);
  io->run();
  heard();
  auto other = endpoint->session;
  sessions.close_if([](const access_key& x) { return x.name == "good"; }, "");
  CAF_CHECK_EQUAL(heard(), list{});
  sessions.close_if([](const access_key& x) { return x.name == "bad"; },
                    "the key is no good any more");
  CAF_CHECK_EQUAL(heard(), list{"gone 1008 the key is no good any more"});
}

CAF_TEST_FIXTURE_SCOPE_END()
