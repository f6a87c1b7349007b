#include "livegrid/http/operator.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <charconv>
#include <cstdio>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

#include <caf/io/all.hpp>

#include "livegrid/actors.hpp"
#include "livegrid/http/answer_text.hpp"
#include "livegrid/http/line_editor.hpp"
#include "livegrid/http/node.hpp"
#include "livegrid/version.hpp"

namespace livegrid {

namespace {

constexpr std::chrono::seconds answer_time{5};

constexpr std::string_view usage =
  "livegrid-console [--node=HOST:PORT] [--json] [-c COMMAND]...\n"
  "\n"
  "Asks a running livegrid. Without -c it reads commands, a line each, until\n"
  "quit or the end of its input; on a terminal with history and completion.\n"
  "\n"
  "  --node=HOST:PORT  the node's console address (default 127.0.0.1:7780)\n"
  "  -c COMMAND        one command; may be given several times\n"
  "  --json            answers as JSON, a line each\n"
  "  --version, --help\n"
  "\n"
  "The command help lists the commands. Exit code 1 if a command failed, 3 if\n"
  "the node could not be reached.\n";

struct options {
  std::string host = "127.0.0.1";
  std::uint16_t port = 7780;
  bool json = false;
  std::vector<std::string> commands;
};

bool complain(const std::string& why) {
  std::fprintf(stderr, "livegrid-console: %s\n", why.c_str());
  return false;
}

/// How wide the terminal is; 0 if there is none.
std::size_t terminal_width() {
  winsize size{};
  if (isatty(STDOUT_FILENO) == 0
      || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0)
    return 0;
  return size.ws_col;
}

/// One node, from the operator's side.
class session {
public:
  session(caf::actor_system& sys, console_actor node, bool json)
    : self_(sys), node_(std::move(node)), json_(json) {
    // nop
  }

  /// Does one command and prints its answer. Returns whether it worked.
  bool run(const std::string& command) {
    auto ok = true;
    self_->request(node_, answer_time, ask_atom_v, command)
      .receive(
        [&](const console_answer& x) {
          auto text = json_ ? to_json(x) + '\n' : to_text(x, terminal_width());
          std::fwrite(text.data(), 1, text.size(), stdout);
          std::fflush(stdout);
        },
        [&](caf::error& why) { ok = complain(to_refusal(why).message); });
    return ok;
  }

  /// What may stand at the end of `line`, whose last word is to be completed:
  /// commands, symbols or subscribers.
  std::vector<std::string> completions(const std::string& line) {
    auto end = line.find_last_of(' ');
    if (end == std::string::npos)
      return first_column("help", line);
    auto word = line.substr(end + 1);
    auto command = line.substr(0, line.find(' '));
    if (command == "symbol")
      return first_column("symbols " + word + '*', word);
    if (command == "help")
      return first_column("help", word);
    if (command == "subscriber" || command == "close" || command == "ledger")
      return first_column("subscribers", word);
    return {};
  }

private:
  /// The first cell of each row that an answer lists, if it begins so.
  std::vector<std::string> first_column(const std::string& command,
                                        std::string_view prefix) {
    std::vector<std::string> result;
    self_->request(node_, answer_time, ask_atom_v, command)
      .receive(
        [&](const console_answer& x) {
          for (const auto& list : x.lists)
            for (const auto& row : list.rows)
              if (!row.empty() && row[0].starts_with(prefix))
                result.push_back(row[0]);
        },
        // There is nothing to complete with then.
        [](const caf::error&) {});
    return result;
  }

  caf::scoped_actor self_;
  console_actor node_;
  bool json_;
};

/// Splits HOST:PORT. Returns false if it is none.
bool read_node(std::string_view text, options& to) {
  auto colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0)
    return false;
  to.host = std::string{text.substr(0, colon)};
  auto port = text.substr(colon + 1);
  auto [at, ec] =
    std::from_chars(port.data(), port.data() + port.size(), to.port);
  return ec == std::errc{} && at == port.data() + port.size() && to.port != 0;
}

/// Reads commands until the end. Returns whether all of them worked.
bool converse(session& with) {
  auto ok = true;
  auto take = [&](const std::string& line) {
    if (line == "quit" || line == "exit")
      return false;
    if (line.find_first_not_of(" \t") != std::string::npos)
      ok = with.run(line) && ok;
    return true;
  };
  if (isatty(STDIN_FILENO) != 0) {
    line_editor editor{
      [&](const std::string& line) { return with.completions(line); }};
    while (auto line = editor.read("livegrid> "))
      if (!take(*line))
        break;
    return ok;
  }
  for (std::string line; std::getline(std::cin, line) && take(line);) {
    // `take` has done it.
  }
  return ok;
}

} // namespace

int run_operator(int argc, char** argv) {
  options x;
  for (int i = 1; i < argc; ++i) {
    std::string_view word = argv[i];
    if (word == "--help" || word == "-h") {
      std::fputs(usage.data(), stdout);
      return 0;
    }
    if (word == "--version") {
      std::printf("livegrid-console %s\n", version.data());
      return 0;
    }
    if (word == "--json") {
      x.json = true;
    } else if (word == "-c" && i + 1 < argc) {
      x.commands.emplace_back(argv[++i]);
    } else if (!word.starts_with("--node=") || !read_node(word.substr(7), x)) {
      complain("'" + std::string{word} + "' is not understood; try --help");
      return 2;
    }
  }
  node_config config;
  caf::actor_system sys{config};
  auto node = sys.middleman().remote_actor<console_actor>(x.host, x.port);
  if (!node) {
    complain("no node at " + x.host + ':' + std::to_string(x.port) + ": "
             + sys.render(node.error()));
    return 3;
  }
  session with{sys, *node, x.json};
  if (x.commands.empty())
    return converse(with) ? 0 : 1;
  auto ok = true;
  for (const auto& command : x.commands)
    ok = with.run(command) && ok;
  return ok ? 0 : 1;
}

} // namespace livegrid
