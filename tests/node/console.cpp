#define CAF_SUITE node.console

#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>

#include "json_value.hpp"
#include "node_process.hpp"
#include "ws_client.hpp"

#include "caf/test/unit_test.hpp"

using namespace livegrid::test;

namespace {

std::string program() {
  const auto* node = std::getenv("LIVEGRID_PROGRAM");
  CAF_REQUIRE(node != nullptr);
  return std::string{node} + "-console";
}

bool contains(const std::string& text, std::string_view what) {
  return text.find(what) != std::string::npos;
}

struct outcome {
  int exit_code = -1;
  std::string output; ///< of both streams
};

/// Runs a shell command to its end.
outcome run(const std::string& command) {
  outcome result;
  auto* pipe = popen((command + " 2>&1").c_str(), "r");
  CAF_REQUIRE(pipe != nullptr);
  char buffer[4096];
  while (auto n = std::fread(buffer, 1, sizeof buffer, pipe))
    result.output.append(buffer, n);
  auto status = pclose(pipe);
  if (WIFEXITED(status))
    result.exit_code = WEXITSTATUS(status);
  return result;
}

/// The program on a terminal of its own.
class terminal {
public:
  explicit terminal(const std::string& argument) {
    winsize size{.ws_row = 24, .ws_col = 100, .ws_xpixel = 0, .ws_ypixel = 0};
    auto path = program();
    child_ = forkpty(&fd_, nullptr, nullptr, &size);
    if (child_ == 0) {
      setenv("TERM", "dumb", 1);
      execl(path.c_str(), path.c_str(), argument.c_str(), nullptr);
      _exit(127);
    }
  }

  terminal(const terminal&) = delete;
  terminal& operator=(const terminal&) = delete;

  ~terminal() {
    if (fd_ >= 0)
      close(fd_);
    if (child_ > 0) {
      kill(child_, SIGKILL);
      waitpid(child_, nullptr, 0);
    }
  }

  /// Whether this machine has terminals to give: a bare chroot has none.
  bool there() const noexcept {
    return child_ > 0;
  }

  void type(std::string_view keys) {
    CAF_REQUIRE_EQUAL(write(fd_, keys.data(), keys.size()),
                      static_cast<ssize_t>(keys.size()));
  }

  /// Reads until that text has come; false at the end or after 20 s.
  bool wait_for(std::string_view what) {
    while (!contains(seen_, what)) {
      pollfd ready{fd_, POLLIN, 0};
      if (poll(&ready, 1, 20'000) <= 0)
        return false;
      char buffer[4096];
      auto n = read(fd_, buffer, sizeof buffer);
      if (n <= 0)
        return false;
      seen_.append(buffer, static_cast<std::size_t>(n));
    }
    seen_.erase(0, seen_.find(what) + what.size());
    return true;
  }

  int wait_for_exit() {
    int status = 0;
    waitpid(std::exchange(child_, -1), &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

private:
  int fd_ = -1;
  pid_t child_ = -1;
  std::string seen_;
};

struct fixture {
  node_process node{std::vector<std::string>{"--market.feed=none"}};

  std::string where() {
    const auto& line = node.startup_line();
    return "--node=" + line.substr(line.find("console=") + 8);
  }

  /// Runs commands, each with `-c`.
  outcome ask(std::initializer_list<std::string_view> commands,
              const std::string& option = {}) {
    auto line = program() + ' ' + where() + ' ' + option;
    for (auto x : commands)
      line += " -c '" + std::string{x} + '\'';
    return run(line);
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(console_tests, fixture)

CAF_TEST(commands are answered in order) {
  node.publish(R"({"symbol":"AAPL","price":150.5})");
  auto x = ask({"symbols AA*", "settings"});
  CAF_CHECK_EQUAL(x.exit_code, 0);
  CAF_CHECK(contains(x.output, "symbol  price"));
  CAF_CHECK(contains(x.output, "150.5"));
  CAF_CHECK(x.output.find("AAPL") < x.output.find("market.feed"));
}

CAF_TEST(commands may come from standard input) {
  auto x = run("printf 'status\\n\\nsymbols\\nquit\\nnonsense\\n' | "
               + program() + ' ' + where());
  CAF_CHECK_EQUAL(x.exit_code, 0);
  CAF_CHECK(contains(x.output, "uptime_s"));
  CAF_CHECK(contains(x.output, "MSFT"));
  CAF_CHECK(!contains(x.output, "nonsense"));
}

CAF_TEST(json is one line an answer) {
  auto x = ask({"symbols"}, "--json");
  CAF_CHECK_EQUAL(x.exit_code, 0);
  auto parsed = json_value::parse(x.output);
  CAF_CHECK_EQUAL(parsed.at("lists").at(0).at("total").literal(), "5");
  CAF_CHECK_EQUAL(parsed.at("lists").at(0).at("rows").at(0).at(0).text(),
                  "AAPL");
}

CAF_TEST(exit codes tell what went wrong) {
  auto bad = ask({"nonsense", "symbols"});
  CAF_CHECK_EQUAL(bad.exit_code, 1);
  CAF_CHECK(contains(bad.output, "'nonsense' is no command"));
  CAF_CHECK(contains(bad.output, "AAPL"));
  CAF_CHECK_EQUAL(run(program() + " --nod=x").exit_code, 2);
  CAF_CHECK_EQUAL(run(program() + " --node=127.0.0.1:1 -c help").exit_code, 3);
}

CAF_TEST(a subscriber is shown and closed) {
  ws_client reader{node.port(), "/live_grid_ws"};
  reader.subscribe(R"("AAPL")");
  reader.next_text();
  auto list = ask({"subscribers"}, "--json");
  auto rows = json_value::parse(list.output).at("lists").at(0).at("rows");
  CAF_REQUIRE_EQUAL(rows.size(), 1u);
  auto id = rows.at(0).at(0).text();
  auto one = ask({"subscriber " + id, "symbol AAPL", "ledger"});
  CAF_CHECK_EQUAL(one.exit_code, 0);
  CAF_CHECK(contains(one.output, "subscriber " + id));
  CAF_CHECK(contains(one.output, "all ledgers add up"));
  CAF_CHECK_EQUAL(ask({"close " + id + " for a test"}).exit_code, 0);
  CAF_CHECK_EQUAL(reader.wait_for_close(), 1008);
}

CAF_TEST(a terminal has completion and history) {
  terminal x{where()};
  if (!x.there()) {
    CAF_MESSAGE("skipped: there are no pseudo-terminals here");
    return;
  }
  CAF_REQUIRE(x.wait_for("livegrid> "));
  x.type("symbol GOO\t\n");
  CAF_CHECK(x.wait_for("symbol GOOGL"));
  CAF_CHECK(x.wait_for("prev_close"));
  CAF_CHECK(x.wait_for("livegrid> "));
  x.type("\x10\n");
  CAF_CHECK(x.wait_for("prev_close"));
  x.type("quit\n");
  CAF_CHECK_EQUAL(x.wait_for_exit(), 0);
}

CAF_TEST_FIXTURE_SCOPE_END()
