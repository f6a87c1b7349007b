#define CAF_SUITE http.console.program

#include "livegrid/http/console/program.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "captured_stderr.hpp"
#include "captured_stdout.hpp"
#include "in_child.hpp"
#include "scripted_console.hpp"
#include "temp_file.hpp"

#include "livegrid/version.hpp"

#include "unit_test.hpp"

using namespace livegrid;
using namespace livegrid::test;

namespace {

using strings = std::vector<std::string>;

/// What the program printed, its errors behind `!`, and its exit code.
/// @param begin what else happens in its process, before it starts; may add
///        words.
std::string run(strings words, std::string_view input = {},
                const std::function<void(strings&)>& begin = nullptr) {
  return in_child([&]() -> std::string {
    if (begin)
      begin(words);
    ::unsetenv("LIVEGRID_KEY");
    ::unsetenv("TERM");
    int in[2];
    if (::pipe(in) != 0
        || ::write(in[1], input.data(), input.size())
             != static_cast<ssize_t>(input.size()))
      return "no input";
    ::dup2(in[0], STDIN_FILENO);
    ::close(in[1]);
    words.insert(words.begin(), "livegrid-console");
    std::vector<char*> argv;
    for (auto& x : words)
      argv.push_back(x.data());
    captured_stderr error;
    captured_stdout output;
    auto code = run_operator(static_cast<int>(argv.size()), argv.data());
    auto said = error.text();
    return output.text() + (said.empty() ? "" : "! " + said)
           + std::to_string(code);
  });
}

/// What a node answers.
console_line answer_of(const std::string& question) {
  if (question == "bad")
    return said_no("not \x1b[2J that");
  if (question.starts_with("help")) {
    console_line out;
    auto& list = out.answer.emplace().lists.emplace_back();
    list.columns = {"command", "arguments", "what"};
    list.rows = {{"status", "", "how it is"}};
    return out;
  }
  return note("to " + question);
}

/// Runs the program at a node, with these words.
std::string ask(strings words, std::string_view input = {}) {
  std::optional<scripted_console> node;
  return run(std::move(words), input, [&node](strings& to) {
    node.emplace(answers(answer_of));
    to.insert(to.begin(), "--node=127.0.0.1:" + std::to_string(node->port()));
  });
}

} // namespace

CAF_TEST(words that are not understood are told) {
  struct {
    strings words;
    std::string_view error;
  } cases[] = {
    {{"--nonsense"}, "'--nonsense' is not understood; try --help"},
    {{"status"}, "'status' is not understood; try --help"},
    {{"--json=1"}, "'--json=1' is not understood; try --help"},
    {{"-c"}, "'-c' is not understood; try --help"},
    {{"-c", "--json"}, "-c needs a command, and '--json' is none"},
    {{"--node=x"}, "'x' is neither HOST:PORT nor the path of a socket"},
    {{"--node", "x:0"}, "'x:0' is neither HOST:PORT nor the path of a socket"},
    {{"--key-file=/nowhere/key"}, "/nowhere/key: No such file or directory"},
    {{"--\x1b[2J"}, "'--?[2J' is not understood; try --help"},
  };
  for (auto& c : cases) {
    CAF_MESSAGE(c.error);
    CAF_CHECK_EQUAL(run(c.words),
                    "! livegrid-console: " + std::string{c.error} + "\n2");
  }
}

CAF_TEST(help and version need no node) {
  for (auto word : {"--help", "-h"}) {
    auto out = run({word});
    CAF_CHECK(out.starts_with("livegrid-console [--node="));
    CAF_CHECK(out.ends_with("\n0"));
  }
  CAF_CHECK_EQUAL(run({"--version"}),
                  "livegrid-console " + std::string{version} + "\n0");
}

CAF_TEST(a node that is not there is an exit code of its own) {
  temp_directory folder;
  auto path = folder.path() + "/none.sock";
  CAF_CHECK_EQUAL(run({"--node=" + path, "-c", "status"}),
                  "! livegrid-console: no node at " + path
                    + ": No such file or directory\n3");
}

CAF_TEST(a file of a key is for nobody else) {
  temp_file key{"alice.SECRET\n"};
  ::chmod(key.path().c_str(), 0644);
  CAF_CHECK_EQUAL(run({"--key-file=" + key.path()}),
                  "! livegrid-console: " + key.path()
                    + ": others may read or write it; chmod 600 it\n2");
}

CAF_TEST(commands are done in order) {
  CAF_CHECK_EQUAL(ask({"-c", "status", "-c=symbols A*"}),
                  "to status\nto symbols A*\n0");
  // One that fails does not keep the next from being done.
  CAF_CHECK_EQUAL(ask({"-c", "bad", "-c", "status"}),
                  "to status\n! livegrid-console: not ?[2J that\n1");
  CAF_CHECK_EQUAL(ask({"-c", "quit", "-c", "status"}), "0");
  CAF_CHECK_EQUAL(ask({"-c", "exit"}), "0");
}

CAF_TEST(without commands lines are read) {
  CAF_CHECK_EQUAL(ask({}, "status\n\n  \nfeeds"), "to status\nto feeds\n0");
  CAF_CHECK_EQUAL(ask({}, "status\nquit\nfeeds\n"), "to status\n0");
  CAF_CHECK_EQUAL(ask({}, ""), "0");
  CAF_CHECK_EQUAL(ask({}, "--json\n"),
                  "! livegrid-console: '--json' names no command; try help\n1");
  // Nobody is there to be asked.
  CAF_CHECK_EQUAL(ask({}, "close 17\n"), "to close 17\n0");
}

CAF_TEST(answers may be json) {
  CAF_CHECK_EQUAL(ask({"--json", "-c", "status", "-c", "feeds"}),
                  R"({"parts":[],"lists":[],"note":"to status"})"
                  "\n"
                  R"({"parts":[],"lists":[],"note":"to feeds"})"
                  "\n0");
}

CAF_TEST(help tells of the one command that the node does not know) {
  CAF_CHECK_EQUAL(ask({"-c", "help"}),
                  "command  arguments  what\n"
                  "status              how it is\n"
                  "quit                ends this program\n0");
  CAF_CHECK_EQUAL(ask({"-c", "help quit"}),
                  "command  arguments  what\n"
                  "quit                ends this program\n0");
  CAF_CHECK_EQUAL(ask({"-c", "help status"}),
                  "command  arguments  what\n"
                  "status              how it is\n0");
}

CAF_TEST(a live view goes on to the next command) {
  CAF_CHECK_EQUAL(ask({"-c", "top --count=1", "-c", "status"}),
                  "to top --count=1\nto status\n0");
}
