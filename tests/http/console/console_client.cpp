#define CAF_SUITE http.console.console_client

#include "livegrid/http/console/console_client.hpp"

#include <algorithm>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "in_child.hpp"
#include "scripted_console.hpp"
#include "temp_file.hpp"

#include "livegrid/http/system/secret.hpp"
#include "livegrid/http/system/state_directory.hpp"

#include "unit_test.hpp"

using namespace livegrid;
using namespace livegrid::test;

namespace {

using strings = std::vector<std::string>;

console_address at(const scripted_console& x) {
  return {.host = "127.0.0.1", .port = x.port(), .path = {}};
}

/// What a failure says, with how grave it is in front and the port as PORT.
std::string show(const console_failure& x, const scripted_console& node) {
  auto why = x.why;
  auto port = ":" + std::to_string(node.port());
  if (auto i = why.find(port); i != why.npos)
    why.replace(i, port.size(), ":PORT");
  return (x.given_up ? "given up: " : x.lost ? "lost: " : "failed: ") + why;
}

/// The note of an answer, or why there is none.
std::string ask(console_client& from, const std::string& line,
                const scripted_console& node) {
  auto x = from.ask(line);
  return x ? x->note : show(x.error(), node);
}

/// How the first words of a node are taken, by an operator with that key.
std::string greeted(const std::optional<std::string>& first,
                    const std::string& key = {}) {
  scripted_console node{[=](const std::string&) { return first; }};
  console_client x{key};
  auto met = x.connect(at(node));
  return met ? "welcome" : show(met.error(), node);
}

/// A node that has one key, `alice.SECRET`.
struct locked_node {
  std::optional<std::string> operator()(const std::string& line) {
    auto said = console_line::parse(line);
    console_line out;
    if (said && said->protocol != 0) {
      out.protocol = console_protocol;
      out.nonce = nonce;
      out.wants_proof = true;
      return out.str() + '\n';
    }
    if (said && !said->key.empty()) {
      console_proof proof{sha256(secret), said->key, nonce, said->nonce};
      if (said->proof != proof.of_operator())
        return said_no("no such key").str() + '\n';
      questions = proof.questions();
      answers = proof.answers();
      out.proof = proof.of_node();
      return out.str() + '\n';
    }
    auto question = questions ? questions->open(line) : std::nullopt;
    if (!question)
      return std::nullopt;
    auto ask = console_line::parse(*question)->ask.value_or("");
    return answers->seal(note("heard " + ask).str()) + '\n';
  }

  std::string secret = "SECRET";
  std::string nonce = make_nonce();
  std::optional<line_seal> questions;
  std::optional<line_seal> answers;
};

} // namespace

CAF_TEST(an address is a host with a port or a path) {
  struct {
    std::string_view text;
    std::string_view address;
  } cases[] = {
    {"127.0.0.1:7780", "127.0.0.1:7780"},
    {"localhost:1", "localhost:1"},
    {"[::1]:65535", "[::1]:65535"},
    {"a:080", "a:80"},
    {"/run/a.sock", "/run/a.sock"},
    {"./a", "./a"},
    {"a/b:80", "a/b:80"},
    {"", "none"},
    {"a", "none"},
    {"7780", "none"},
    {":7780", "none"},
    {"a:", "none"},
    {"a:0", "none"},
    {"a:65536", "none"},
    {"a:-1", "none"},
    {"a:80x", "none"},
    {"a: 80", "none"},
  };
  for (auto& c : cases) {
    CAF_MESSAGE(c.text);
    auto x = console_address::parse(c.text);
    CAF_CHECK_EQUAL(x ? x->str() : "none", c.address);
    CAF_CHECK_EQUAL(x ? !x->path.empty() : false,
                    c.text.find('/') != c.text.npos);
  }
}

CAF_TEST(a node that wants no key is asked at once) {
  scripted_console node{answers([](const std::string& question) {
    return question == "bad" ? said_no("not that") : note("to " + question);
  })};
  console_client x;
  CAF_CHECK(x.connect(at(node)));
  CAF_CHECK_EQUAL(ask(x, "status", node), "to status");
  // An error is one answer among others.
  CAF_CHECK_EQUAL(ask(x, "bad", node), "failed: not that");
  CAF_CHECK_EQUAL(ask(x, "a \"b\"\n\xC3\xA9", node), "to a \"b\"\n\xC3\xA9");
  auto heard = node.heard();
  CAF_REQUIRE_EQUAL(heard.size(), 4u);
  CAF_CHECK_EQUAL(heard[0], R"({"livegrid_console":1})");
  CAF_CHECK_EQUAL(heard[1], R"({"ask":"status"})");
}

CAF_TEST(what is no node is told apart) {
  const std::string other =
    "lost: 127.0.0.1:PORT is no Live Grid console port: "
    "what answers there speaks another protocol "
    "(HTTP?); console.port says which it is";
  CAF_CHECK_EQUAL(greeted(greeting()), "welcome");
  CAF_CHECK_EQUAL(greeted(std::nullopt),
                  "lost: 127.0.0.1:PORT is no Live Grid console port, or has "
                  "no room for one more operator: it hangs up");
  CAF_CHECK_EQUAL(greeted("HTTP/1.1 400 Bad Request\r\n\r\n"), other);
  CAF_CHECK_EQUAL(greeted("{}\n"), other);
  CAF_CHECK_EQUAL(greeted(R"({"livegrid_console":1})"
                          "\n"),
                  other);
  CAF_CHECK_EQUAL(greeted(R"({"livegrid_console":1,"nonce":"x"})"
                          "\n"),
                  other);
  console_line next;
  next.protocol = console_protocol + 1;
  next.nonce = make_nonce();
  CAF_CHECK_EQUAL(greeted(next.str() + '\n'),
                  "lost: 127.0.0.1:PORT is the console of a node of another "
                  "version");
}

CAF_TEST(a key is proved and never sent) {
  scripted_console node{locked_node{}};
  console_client x{"alice.SECRET"};
  CAF_CHECK(x.connect(at(node)));
  CAF_CHECK_EQUAL(ask(x, "status", node), "heard status");
  CAF_CHECK_EQUAL(ask(x, "symbols", node), "heard symbols");
  for (auto& line : node.heard()) {
    CAF_CHECK_EQUAL(line.find("SECRET"), std::string::npos);
    CAF_CHECK_EQUAL(line.find(to_hex(sha256("SECRET"))), std::string::npos);
  }
}

CAF_TEST(a key that does not fit is told) {
  auto connect = [](const std::string& key, locked_node script) {
    scripted_console node{script};
    console_client x{key};
    auto met = x.connect(at(node));
    return met ? "welcome" : show(met.error(), node);
  };
  CAF_CHECK_EQUAL(connect("", {}), "failed: an operator's key is needed: "
                                   "--key-file, or LIVEGRID_KEY");
  CAF_CHECK_EQUAL(connect("alice", {}),
                  "failed: a key is NAME.SECRET, as `livegrid key add` has "
                  "printed it");
  CAF_CHECK_EQUAL(connect("alice.OTHER", {}), "failed: no such key");
}

CAF_TEST(what stands in the place of the node learns nothing) {
  // It repeats what it hears, as if that were its proof.
  scripted_console node{
    [script = locked_node{}](
      const std::string& line) mutable -> std::optional<std::string> {
      auto said = console_line::parse(line);
      if (!said || said->key.empty())
        return script(line);
      console_line out;
      out.proof = said->proof;
      return out.str() + '\n';
    }};
  console_client x{"alice.SECRET"};
  auto met = x.connect(at(node));
  CAF_REQUIRE(!met);
  CAF_CHECK_EQUAL(show(met.error(), node),
                  "lost: what answers at 127.0.0.1:PORT does not know that "
                  "key: it is not the node, and has learned nothing of the "
                  "key");
  // Nor does it hear questions for not wanting a proof.
  CAF_CHECK_EQUAL(greeted(greeting(), "alice.SECRET"),
                  "lost: the node at 127.0.0.1:PORT wants no key, and so does "
                  "not prove that it is yours: leave the key away if it has no "
                  "access.keys-file");
}

CAF_TEST(an answer that was changed on its way is none) {
  scripted_console node{
    [script = locked_node{}](
      const std::string& line) mutable -> std::optional<std::string> {
      auto out = script(line);
      if (auto i = out ? out->find("heard") : std::string::npos;
          i != std::string::npos)
        out->replace(i, 5, "hoard");
      return out;
    }};
  console_client x{"alice.SECRET"};
  CAF_CHECK(x.connect(at(node)));
  CAF_CHECK_EQUAL(ask(x, "status", node),
                  "lost: what comes from 127.0.0.1:PORT is not the node's "
                  "answer");
}

CAF_TEST(a question has an end and so has an answer) {
  scripted_console node{answers([](const std::string& question) {
    return note(question == "much" ? std::string(2 * max_console_answer, 'x')
                                   : std::to_string(question.size()));
  })};
  console_client x;
  CAF_CHECK(x.connect(at(node)));
  // What a question may have is counted with what is around it.
  auto most = max_console_question / 2 - std::string{R"({"ask":""})"}.size();
  CAF_CHECK_EQUAL(ask(x, std::string(most, 'x'), node), std::to_string(most));
  CAF_CHECK_EQUAL(ask(x, std::string(most + 1, 'x'), node),
                  "failed: a command has at most 8192 bytes");
  CAF_CHECK_EQUAL(ask(x, "status", node), "6");
  CAF_CHECK_EQUAL(ask(x, "much", node), "lost: the answer is too long");
}

CAF_TEST(a node that goes is lost) {
  std::optional<scripted_console> node{
    [](const std::string& line) -> std::optional<std::string> {
      auto said = console_line::parse(line);
      if (said && said->ask)
        return std::nullopt;
      return greeting();
    }};
  console_client x;
  CAF_CHECK(x.connect(at(*node)));
  CAF_CHECK_EQUAL(ask(x, "status", *node),
                  "lost: the node at 127.0.0.1:PORT is gone");
  // It may be back by the next question.
  CAF_CHECK_EQUAL(ask(x, "status", *node),
                  "lost: the node at 127.0.0.1:PORT is gone");
  CAF_CHECK_EQUAL(node->heard().size(), 4u);
  auto port = node->port();
  node.reset();
  auto said = x.ask("status");
  CAF_REQUIRE(!said);
  CAF_CHECK_EQUAL(said.error().why,
                  "the node at 127.0.0.1:" + std::to_string(port) + " is gone");
}

CAF_TEST(an answer that was given up does not come to the next question) {
  scripted_console node{
    [](const std::string& line) -> std::optional<std::string> {
      auto said = console_line::parse(line);
      if (!said || !said->ask)
        return greeting();
      // To a slow question the answer comes never.
      return *said->ask == "slow" ? "" : note("to " + *said->ask).str() + '\n';
    }};
  console_client x;
  CAF_CHECK(x.connect(at(node)));
  auto said = x.ask("slow", [] { return true; });
  CAF_REQUIRE(!said);
  CAF_CHECK_EQUAL(show(said.error(), node), "given up: given up");
  CAF_CHECK_EQUAL(ask(x, "quick", node), "to quick");
  // That was on a connection of its own.
  CAF_CHECK_EQUAL(node.heard().size(), 4u);
}

CAF_TEST(the last word of a line is completed by what the node lists) {
  strings asked;
  auto list = [](std::vector<strings> rows) {
    console_line out;
    auto& x = out.answer.emplace().lists.emplace_back();
    x.columns.resize(rows.empty() ? 0 : rows[0].size(), "c");
    x.rows = std::move(rows);
    return out;
  };
  scripted_console node{answers([&](const std::string& question) {
    asked.push_back(question);
    if (question == "help")
      return list({{"help"}, {"symbol"}, {"symbols"}, {"why"}});
    if (question == "help symbols")
      return list(
        {{"symbols", "[PATTERN] [--sort=name|age|rate] [--page=N] [--all]"}});
    if (question == "symbols N*" || question == "symbols \"NIFTY 5*\""
        || question == "symbols \"NIFTY *\"")
      return list({{"NIFTY 50"}, {"NIFTY 500"}, {"NVDA"}});
    if (question.starts_with("symbols "))
      return list({{"AAPL"}, {"AMZN"}, {"MSFT"}});
    if (question == "subscribers")
      return list({{"17"}, {"171"}, {"2"}});
    if (question == "feeds")
      return list({{"post"}, {"simulator"}});
    return said_no("no");
  })};
  console_client x;
  CAF_CHECK(x.connect(at(node)));
  struct {
    std::string line;
    strings words;
  } cases[] = {
    {"", {"help", "symbol", "symbols", "why", "quit"}},
    {"sy", {"symbol", "symbols"}},
    {"q", {"quit"}},
    {"x", {}},
    {"symbol A", {"AAPL", "AMZN"}},
    {"watch  AM", {"AMZN"}},
    {"subscriber 17", {"17", "171"}},
    {"why 2 M", {"MSFT"}},
    {"why ", {"17", "171", "2"}},
    // Names with blanks go into quotes, and with them the others; behind a
    // blank only the rest is put in.
    {"symbol N", {"\"NIFTY 50\"", "\"NIFTY 500\"", "\"NVDA\""}},
    {"symbol \"NIFTY 5", {"50\"", "500\""}},
    {"symbol \"NIFTY ", {"50\"", "500\""}},
    {"symbol \"A", {"\"AAPL\"", "\"AMZN\""}},
    {"symbol \"NIFTY 50\" ", {}},
    {"pause s", {"simulator"}},
    {"help why", {"why"}},
    {"log ", {"error", "warning", "info", "debug"}},
    {"log d", {"debug"}},
    {"symbols --", {"--sort=", "--page=", "--all"}},
    {"symbols --s", {"--sort="}},
    {"symbols --sort=", {"--sort=name", "--sort=age", "--sort=rate"}},
    {"symbols --sort=r", {"--sort=rate"}},
    // What is in capitals is for the operator.
    {"symbols --page=", {}},
    {"status x", {}},
    {"symbol A B", {}},
    // What the node does not know has no options.
    {"nonsense --", {}},
  };
  for (auto& c : cases) {
    CAF_MESSAGE(c.line);
    CAF_CHECK_EQUAL(x.completions(c.line), c.words);
  }
  // Of many symbols only those that go on so are asked for.
  CAF_CHECK(std::find(asked.begin(), asked.end(), "symbols AM*")
            != asked.end());
}

CAF_TEST(
  the node of this machine is found at the socket in the state directory) {
  temp_directory folder;
  auto said = in_child([&] {
    scripted_console node{
      console_socket_in(folder.path(), 7780),
      answers([](const std::string& question) { return note(question); })};
    ::setenv("STATE_DIRECTORY", folder.path().c_str(), 1);
    // The system vouches for it, so that no proof is needed.
    console_client x{"alice.SECRET"};
    if (auto met = x.connect_here(); !met)
      return met.error().why;
    auto answer = x.ask("status");
    return answer ? answer->note : answer.error().why;
  });
  CAF_CHECK_EQUAL(said, "status");
}
