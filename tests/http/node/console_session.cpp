#define CAF_SUITE http.node.console_session

#include "livegrid/http/node/console_session.hpp"

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <asio/buffer.hpp>
#include <asio/local/connect_pair.hpp>
#include <asio/local/stream_protocol.hpp>
#include <asio/write.hpp>

#include "livegrid/actors/base/error.hpp"
#include "livegrid/actors/base/log.hpp"
#include "livegrid/actors/stats/counters.hpp"
#include "livegrid/http/system/secret.hpp"

#include "captured_stderr.hpp"
#include "fake_console.hpp"
#include "wait.hpp"

#include "actor_fixture.hpp"

using namespace livegrid;
using namespace livegrid::test;
using namespace std::chrono_literals;
using namespace std::string_literals;

namespace {

constexpr std::string_view hello = R"({"livegrid_console":1})";

constexpr std::string_view stranger =
  "that is not livegrid-console, or one of another version";

/// A session, and the operator at the other end of its socket. The test turns
/// the loop and delivers the messages.
struct fixture : actor_fixture {
  captured_stderr err;
  log_ptr log = std::make_shared<logger>();
  io_loop loop{sys}; ///< which no thread runs but the test's
  std::shared_ptr<fake_console_script> script =
    std::make_shared<fake_console_script>();
  console_actor console = own(sys.spawn(fake_console, script));
  bool wants_keys = false;
  std::map<std::string, access_key_ptr, std::less<>> keys;
  asio::local::stream_protocol::socket operator_end{loop.context()};
  std::string pending; ///< what the operator has not read yet
  std::shared_ptr<console_session> session;
  int ended = 0; ///< how often the session has said that it is over

  fixture() {
    script->answer = [](const std::string& line) {
      return noted("heard " + line);
    };
  }

  ~fixture() override {
    end(console);
    session->stop();
    session.reset();
    turn();
  }

  void turn() {
    loop.context().poll();
    consume_messages();
  }

  template <class Ready>
  void until(std::string_view what, Ready ready) {
    wait_until(what, [&] {
      turn();
      return ready();
    });
  }

  /// Somebody connects.
  /// @param uid who it is, where the system says so.
  void start(std::optional<std::uint32_t> uid = std::nullopt) {
    asio::local::stream_protocol::socket node_end{loop.context()};
    operator_end = asio::local::stream_protocol::socket{loop.context()};
    pending.clear();
    asio::local::connect_pair(operator_end, node_end);
    operator_end.non_blocking(true);
    session = std::make_shared<console_session>(
      std::move(node_end),
      console_backend{
        .sys = sys,
        .loop = loop,
        .console = console,
        .wants_keys = [this] { return wants_keys; },
        .find_key =
          [this](std::string_view name) {
            auto i = keys.find(name);
            return i == keys.end() ? nullptr : i->second;
          },
        .stats = stats,
        .log = log,
      },
      uid);
    session->on_end = [this] { ++ended; };
    session->start();
  }

  void send(std::string_view bytes) {
    asio::write(operator_end, asio::buffer(bytes));
  }

  void say(std::string_view line) {
    send(std::string{line} + '\n');
  }

  /// Reads what there is. Returns whether the session has hung up.
  bool read_some() {
    std::string chunk(64 * 1024, '\0');
    asio::error_code why;
    auto n = operator_end.read_some(asio::buffer(chunk), why);
    pending.append(chunk, 0, n);
    return why && why != asio::error::would_block;
  }

  /// The next line that the operator gets; empty if it is hung up on instead.
  std::string hear_line() {
    auto over = false;
    until("a line", [&] {
      over = read_some();
      return over || pending.find('\n') != pending.npos;
    });
    auto end = pending.find('\n');
    if (end == pending.npos)
      return {};
    auto line = pending.substr(0, end);
    pending.erase(0, end + 1);
    return line;
  }

  console_line hear() {
    return console_line::parse(hear_line()).value_or(console_line{});
  }

  /// The error that the operator hears last.
  std::string hear_last_word() {
    auto why = hear().error.value_or("no error");
    CAF_CHECK_EQUAL(hear_line(), "");
    until("the end", [&] { return ended > 0; });
    CAF_CHECK_EQUAL(ended, 1);
    return why;
  }

  /// Comes in where no key is wanted.
  void enter() {
    start();
    say(hello);
    CAF_REQUIRE_EQUAL(hear().protocol, console_protocol);
  }

  void ask(std::string_view question) {
    console_line x;
    x.ask = question;
    say(x.str());
  }

  /// What a line says: its note or its error.
  static std::string said(const console_line& x) {
    return x.answer ? x.answer->note : "error: " + x.error.value_or("none");
  }

  std::string answer_to(std::string_view question) {
    ask(question);
    return said(hear());
  }

  /// A key whose secret is its name twice.
  void add_key(const std::string& name, scope may = scope::operate) {
    auto key = std::make_shared<access_key>();
    key->name = name;
    key->hash = sha256(name + name);
    key->grant(may);
    keys[name] = std::move(key);
    wants_keys = true;
  }

  /// Shows a key.
  /// @returns what both have shown.
  console_proof show(const std::string& name, const std::string& secret,
                     const std::string& own_nonce = make_nonce()) {
    start();
    say(hello);
    auto greeting = hear();
    CAF_CHECK(greeting.wants_proof);
    console_proof proof{sha256(secret), name, greeting.nonce, own_nonce};
    console_line x;
    x.key = name;
    x.nonce = own_nonce;
    x.proof = proof.of_operator();
    say(x.str());
    return proof;
  }

  /// The fields of the last event of that name in the log.
  std::string logged(std::string_view event) {
    std::string result = "nothing";
    for (const auto& x : log->past())
      if (x.event == event)
        result = x.fields;
    return result;
  }

  std::uint64_t refused() {
    return get(stats->of(counters::fault::access));
  }
};

/// An operator who has shown the key of `boss`.
struct sealed_fixture : fixture {
  std::optional<line_seal> questions;
  std::optional<line_seal> answers;

  sealed_fixture() {
    add_key("boss");
    auto proof = show("boss", "bossboss");
    CAF_REQUIRE_EQUAL(hear().proof, proof.of_node());
    questions = proof.questions();
    answers = proof.answers();
  }

  std::string sealed(std::string_view question) {
    console_line x;
    x.ask = question;
    return questions->seal(x.str());
  }

  /// What a sealed line says.
  std::string hear_sealed() {
    auto text = answers->open(hear_line());
    CAF_REQUIRE(text);
    auto line = console_line::parse(*text);
    CAF_REQUIRE(line);
    return said(*line);
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(console_session_tests, fixture)

CAF_TEST(an operator is greeted and answered) {
  start();
  say(hello);
  auto greeting = hear();
  CAF_CHECK_EQUAL(greeting.protocol, console_protocol);
  CAF_CHECK(is_nonce(greeting.nonce));
  CAF_CHECK(!greeting.wants_proof);
  CAF_CHECK_EQUAL(answer_to("status"), "heard status");
  CAF_CHECK_EQUAL(answer_to("symbols --sort=age"), "heard symbols --sort=age");
  CAF_CHECK_EQUAL(ended, 0);
}

CAF_TEST(what is not the program of an operator is told so) {
  for (auto* line : {"", "GET / HTTP/1.1", "{}", "[[[[",
                     R"({"livegrid_console":2})", R"({"ask":"status"})"}) {
    CAF_MESSAGE(line);
    start();
    say(line);
    CAF_CHECK_EQUAL(hear_last_word(), stranger);
    CAF_CHECK(script->heard.empty());
    ended = 0;
  }
}

CAF_TEST(a line has an end) {
  enter();
  CAF_MESSAGE("as long as it may be");
  console_line x;
  x.ask = "";
  std::string longest(max_console_question - 1 - x.str().size(), 'x');
  CAF_CHECK_EQUAL(answer_to(longest), "heard " + longest);
  CAF_MESSAGE("longer by one");
  ask(longest + 'x');
  CAF_CHECK_EQUAL(hear_last_word(), "a line is over 16384 bytes");
  CAF_CHECK_EQUAL(script->heard.size(), 1u);
}

CAF_TEST(a line may come byte by byte) {
  start();
  for (auto c : std::string{hello} + '\n') {
    send({&c, 1});
    turn();
  }
  CAF_CHECK_EQUAL(hear().protocol, console_protocol);
}

CAF_TEST(what is no question is answered and ends it) {
  for (auto* line : {"", "{}", "status", R"({"ask":7})", R"({"answer":{}})"}) {
    CAF_MESSAGE(line);
    enter();
    say(line);
    CAF_CHECK_EQUAL(hear_last_word(), "that is no question");
    ended = 0;
  }
  CAF_CHECK(script->heard.empty());
}

CAF_TEST(questions are asked one at a time) {
  auto take = std::exchange(script->answer, nullptr);
  enter();
  ask("first");
  ask("second");
  until("the question", [&] { return !script->heard.empty(); });
  turn();
  CAF_CHECK_EQUAL(script->heard, strings{"first"});
  script->answer = take;
  answer_late(console, script->open.front(), noted("at last"));
  CAF_CHECK_EQUAL(said(hear()), "at last");
  CAF_CHECK_EQUAL(said(hear()), "heard second");
}

CAF_TEST(an error of the console ends nothing) {
  script->answer =
    [](const std::string& line) -> caf::expected<console_answer> {
    if (line == "bad")
      return make_error(errc::invalid, "not that");
    return noted(line);
  };
  enter();
  CAF_CHECK_EQUAL(answer_to("bad"), "error: not that");
  CAF_CHECK_EQUAL(answer_to("good"), "good");
}

CAF_TEST(a console that does not answer is waited for so long) {
  auto take = std::exchange(script->answer, nullptr);
  enter();
  ask("status");
  until("the question", [&] { return !script->heard.empty(); });
  pass(8999ms);
  turn();
  CAF_CHECK(!read_some());
  CAF_CHECK_EQUAL(pending, "");
  pass(1ms);
  auto why = said(hear());
  CAF_MESSAGE(why);
  CAF_CHECK(why.starts_with("error: "));
  script->answer = take;
  CAF_CHECK_EQUAL(answer_to("again"), "heard again");
}

CAF_TEST(an answer that is too long is not sent) {
  script->answer = [](const std::string& line) {
    return noted(line == "all" ? std::string(max_console_answer, 'x') : line);
  };
  enter();
  CAF_CHECK_EQUAL(answer_to("all"), "error: the answer is too long");
  CAF_CHECK_EQUAL(answer_to("some"), "some");
}

CAF_TEST(an answer that is larger than the socket arrives) {
  std::string much(max_console_answer / 2, 'x');
  script->answer = [&](const std::string&) { return noted(much); };
  enter();
  CAF_CHECK(answer_to("much") == much);
}

CAF_TEST(what changes the node is written down) {
  enter();
  answer_to("status");
  answer_to("log --ask");
  CAF_CHECK_EQUAL(logged("operator_did"), "nothing");
  for (auto* command : {"close 1", "pause nyse", "resume nyse", "log debug",
                        "move A b", "drain b", "rebalance"}) {
    answer_to(command);
    CAF_CHECK_EQUAL(logged("operator_did"),
                    "key=\"none\" command=\""s + command + '"');
  }
}

CAF_TEST(whom the system has named needs no key and is written down) {
  add_key("boss");
  start(7);
  say(hello);
  CAF_CHECK(!hear().wants_proof);
  CAF_CHECK_EQUAL(answer_to("pause nyse"), "heard pause nyse");
  CAF_CHECK_EQUAL(logged("operator_did"),
                  "key=\"none\" uid=7 command=\"pause nyse\"");
}

CAF_TEST(an operator may go away at any time) {
  CAF_MESSAGE("before the first word");
  start();
  operator_end.close();
  until("the end", [&] { return ended == 1; });
  CAF_MESSAGE("in the middle of a line");
  enter();
  send("{\"ask\":");
  operator_end.close();
  until("the end", [&] { return ended == 2; });
  CAF_MESSAGE("while the console thinks");
  script->answer = nullptr;
  enter();
  ask("status");
  until("the question", [&] { return !script->heard.empty(); });
  operator_end.close();
  turn();
  answer_late(console, script->open.front(), noted("too late"));
  until("the end", [&] { return ended == 3; });
  CAF_MESSAGE("in the middle of an answer");
  script->answer = [](const std::string&) {
    return noted(std::string(max_console_answer / 2, 'x'));
  };
  enter();
  ask("much");
  until("some of it", [&] {
    read_some();
    return !std::exchange(pending, {}).empty();
  });
  operator_end.close();
  until("the end", [&] { return ended == 4; });
}

CAF_TEST(a session may be stopped at any time and twice) {
  script->answer = nullptr;
  enter();
  ask("status");
  until("the question", [&] { return !script->heard.empty(); });
  session->stop();
  session->stop();
  CAF_CHECK_EQUAL(ended, 1);
  answer_late(console, script->open.front(), noted("too late"));
  CAF_CHECK_EQUAL(hear_line(), "");
  CAF_CHECK_EQUAL(ended, 1);
}

// The console would answer a session whose loop may be gone by then.
CAF_TEST(a question that comes as a session is stopped is not asked) {
  start();
  say(hello);
  while (pending.empty()) {
    loop.context().poll_one();
    read_some();
  }
  // Its writing is over, and it does not know of it yet: when it begins to
  // read, the line is there already.
  say(R"({"ask":"status"})");
  asio::post(loop.context(), [this] { session->stop(); });
  turn();
  CAF_CHECK_EQUAL(ended, 1);
  CAF_CHECK_EQUAL(script->heard, std::vector<std::string>{});
}

CAF_TEST(a key has to be proved) {
  add_key("boss");
  CAF_MESSAGE("by its secret");
  show("boss", "guess");
  CAF_CHECK_EQUAL(hear_last_word(), "invalid key");
  CAF_CHECK_EQUAL(logged("operator_refused"),
                  "key=\"boss\" why=\"invalid key\"");
  ended = 0;
  CAF_MESSAGE("that there is");
  show("nobody", "nobodynobody");
  CAF_CHECK_EQUAL(hear_last_word(), "invalid key");
  ended = 0;
  CAF_MESSAGE("with a nonce");
  show("boss", "bossboss", "1");
  CAF_CHECK_EQUAL(hear_last_word(), "invalid key");
  CAF_CHECK_EQUAL(refused(), 3u);
  ended = 0;
  CAF_MESSAGE("of this connection");
  std::string shown;
  {
    start();
    say(hello);
    auto nonce = make_nonce();
    console_line x;
    x.key = "boss";
    x.nonce = nonce;
    x.proof = console_proof{sha256("bossboss"), "boss", hear().nonce, nonce}
                .of_operator();
    shown = x.str();
    session->stop();
    ended = 0;
  }
  start();
  say(hello);
  hear();
  say(shown);
  CAF_CHECK_EQUAL(hear_last_word(), "invalid key");
  CAF_CHECK(script->heard.empty());
}

CAF_TEST(a question instead of a proof is not heard) {
  add_key("boss");
  start();
  say(hello);
  hear();
  ask("status");
  CAF_CHECK_EQUAL(hear_last_word(), "invalid key");
  ended = 0;
  start();
  say(hello);
  hear();
  say("status");
  CAF_CHECK_EQUAL(hear_last_word(), "that is no proof of a key");
  CAF_CHECK(script->heard.empty());
}

CAF_TEST(a secret in the place of a name is not written down) {
  add_key("boss");
  show("boss.bossboss", "bossboss");
  CAF_CHECK_EQUAL(hear_last_word(), "invalid key");
  CAF_CHECK_EQUAL(logged("operator_refused"),
                  "key=\"invalid\" why=\"invalid key\"");
  CAF_CHECK_EQUAL(err.count("bossboss"), 0u);
}

CAF_TEST(only who has a key hears what it may not ) {
  add_key("viewer", scope::read);
  show("viewer", "guess");
  CAF_CHECK_EQUAL(hear_last_word(), "invalid key");
  ended = 0;
  show("viewer", "viewerviewer");
  CAF_CHECK_EQUAL(hear_last_word(), "key viewer may not operate");
  CAF_CHECK_EQUAL(refused(), 2u);
}

CAF_TEST_FIXTURE_SCOPE_END()

CAF_TEST_FIXTURE_SCOPE(sealed_session_tests, sealed_fixture)

CAF_TEST(all lines are sealed once a key is proved) {
  say(sealed("pause nyse"));
  CAF_CHECK_EQUAL(hear_sealed(), "heard pause nyse");
  say(sealed("status"));
  CAF_CHECK_EQUAL(hear_sealed(), "heard status");
  CAF_CHECK_EQUAL(logged("operator_did"),
                  "key=\"boss\" command=\"pause nyse\"");
}

CAF_TEST(a line that nobody has sealed ends it) {
  ask("status");
  CAF_CHECK_EQUAL(hear_sealed(), "error: that line is not from whoever has "
                                 "shown the key");
  CAF_CHECK_EQUAL(hear_line(), "");
  CAF_CHECK_EQUAL(ended, 1);
  CAF_CHECK(script->heard.empty());
}

CAF_TEST(a line that is sent again ends it) {
  auto line = sealed("pause nyse");
  say(line);
  CAF_CHECK_EQUAL(hear_sealed(), "heard pause nyse");
  say(line);
  CAF_CHECK_EQUAL(hear_sealed(), "error: that line is not from whoever has "
                                 "shown the key");
  CAF_CHECK_EQUAL(script->heard.size(), 1u);
}

CAF_TEST(a key that is revoked ends it at the next question) {
  keys.clear();
  say(sealed("status"));
  CAF_CHECK_EQUAL(hear_sealed(), "error: invalid key");
  CAF_CHECK_EQUAL(hear_line(), "");
  CAF_CHECK_EQUAL(logged("operator_refused"),
                  "key=\"boss\" why=\"invalid key\"");
  CAF_CHECK(script->heard.empty());
}

CAF_TEST(a key of the same name is another one) {
  auto other = std::make_shared<access_key>(*keys["boss"]);
  other->hash = sha256("another");
  keys["boss"] = std::move(other);
  say(sealed("status"));
  CAF_CHECK_EQUAL(hear_sealed(), "error: invalid key");
  CAF_CHECK(script->heard.empty());
}

CAF_TEST(a key that may not operate any more ends it) {
  add_key("boss", scope::read);
  say(sealed("status"));
  CAF_CHECK_EQUAL(hear_sealed(), "error: key boss may not operate");
  CAF_CHECK(script->heard.empty());
}

CAF_TEST_FIXTURE_SCOPE_END()
