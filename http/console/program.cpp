#include "livegrid/http/console/program.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "livegrid/actors/operator/console.hpp"
#include "livegrid/http/console/answer_text.hpp"
#include "livegrid/http/console/console_client.hpp"
#include "livegrid/http/console/line_editor.hpp"
#include "livegrid/http/console/live_view.hpp"
#include "livegrid/http/console/terminal.hpp"
#include "livegrid/http/console/terminal_text.hpp"
#include "livegrid/http/system/private_file.hpp"
#include "livegrid/version.hpp"

namespace livegrid {

namespace {

constexpr std::string_view usage =
  "livegrid-console [--node=HOST:PORT|PATH] [--key-file=FILE] [--json]\n"
  "                 [-c COMMAND]...\n"
  "\n"
  "Asks a running livegrid. Without -c it reads commands, a line each, until\n"
  "quit or the end of its input; on a terminal with history and completion.\n"
  "\n"
  "  --node=HOST:PORT  the node's console.address and console.port\n"
  "  --node=PATH       its console.socket: who runs the node, or root, needs "
  "no\n"
  "                    key there. By default that of the node with port 7780\n"
  "                    on this machine, or else 127.0.0.1:7780\n"
  "  --key-file=FILE   holds the operator's key, where the node has keys; or\n"
  "                    the variable LIVEGRID_KEY is it\n"
  "  -c COMMAND        one command; may be given several times\n"
  "  --json            answers as JSON, a line each: an object with parts\n"
  "                    (kind, name, facts), lists (title, columns, rows, "
  "total,\n"
  "                    page, pages) and note; errors go to stderr as text\n"
  "  --version, --help\n"
  "\n"
  "A name or pattern with blanks stands in quotes: symbol \"NIFTY 50\".\n"
  "\n"
  "The command help lists the commands. These two go on until a key is\n"
  "pressed; without a terminal until SIGINT, SIGTERM or the end of who reads:\n"
  "\n"
  "  watch NAME        a line for each new version of the row, with how many\n"
  "                    came and went in between\n"
  "  top               the busiest symbols and slowest subscribers, each "
  "second\n"
  "  --count=N         behind either: N of them, and no more\n"
  "\n"
  "At the prompt Ctrl-C gives up the line or the question, Ctrl-D ends it.\n"
  "On a terminal close and pause first say how many viewers they affect, and\n"
  "ask; with -c, or if stdin is no terminal, they are done at once.\n"
  "\n"
  "What is typed on a terminal is kept in livegrid/history under\n"
  "$XDG_STATE_HOME or ~/.local/state.\n"
  "\n"
  "Exit code 1 if a command failed, 2 for a wrong option, 3 if the node "
  "cannot\n"
  "be reached or is lost.\n";

struct options {
  std::optional<console_address> node; ///< nothing: this machine's
  bool json = false;
  std::string key;
  std::vector<std::string> commands;
};

void complain(const std::string& why) {
  std::fprintf(stderr, "livegrid-console: %s\n", printable(why).c_str());
}

/// What is to be done after a command.
enum class next {
  go_on, ///< take the next one
  stop,  ///< take no more
};

/// Whether a command takes something from viewers, and so can be asked with
/// `--ask` whom it would affect.
bool harms(const console_command& x) {
  return (x.name == "close" || x.name == "pause") && !x.options.contains("ask");
}

/// Asks the operator on the terminal; anything but yes is no.
bool wants_to(const std::string& question) {
  std::fprintf(stderr, "%s [y/N] ", printable(question).c_str());
  // The line editor keeps nothing of the input either.
  std::string said;
  char c = 0;
  while (read(STDIN_FILENO, &c, 1) == 1 && c != '\n')
    said += c;
  return said == "y" || said == "Y" || said == "yes";
}

/// Does commands and prints their answers.
class session {
public:
  /// @param by_hand whether somebody is there, whom SIGINT gives the
  ///        prompt, and who is asked before viewers are harmed.
  session(console_client& node, bool json, bool by_hand)
    : node_(node), json_(json), by_hand_(by_hand) {
    // nop
  }

  next run(const std::string& line) {
    auto command = console_command::parse(line);
    if (command.name.empty() && command.options.empty())
      return next::go_on;
    if (command.name.empty())
      return fail({"'" + line + "' names no command; try help"});
    if (command.name == "quit" || command.name == "exit")
      return next::stop;
    if (live_view::takes(line)) {
      auto end = live_view{node_, json_}.run(line);
      if (!end)
        return fail(end.error());
      return *end == view_end::seen
                 || (by_hand_ && *end == view_end::interrupted)
               ? next::go_on
               : next::stop;
    }
    if (by_hand_ && harms(command)) {
      auto whom = node_.ask(line + " --ask");
      if (!whom)
        return fail(whom.error());
      auto note = std::exchange(whom->note, {});
      auto text = to_text(*whom, terminal_size::now().width);
      std::fwrite(text.data(), 1, text.size(), stderr);
      if (!wants_to(note + "; go on?")) {
        std::fputs("nothing is done\n", stderr);
        return next::go_on;
      }
    }
    auto is_help = command.name == "help";
    auto of_quit = is_help && command.args == std::vector<std::string>{"quit"};
    auto said = node_.ask(of_quit ? "help help" : line, [this] {
      return by_hand_ && interrupt_watch::seen();
    });
    if (!said)
      return fail(said.error());
    auto& x = *said;
    // The one command that the node does not know.
    if (is_help && (of_quit || command.args.empty()) && !x.lists.empty()) {
      auto& list = x.lists[0];
      if (of_quit)
        list.rows.clear();
      list.rows.push_back({"quit", "", "ends this program"});
      list.total = list.rows.size();
    }
    auto text =
      json_ ? to_json(x) + '\n' : to_text(x, terminal_size::now().width);
    std::fwrite(text.data(), 1, text.size(), stdout);
    std::fflush(stdout);
    return next::go_on;
  }

  int exit_code() const noexcept {
    return exit_code_;
  }

private:
  next fail(const console_failure& x) {
    if (x.given_up) {
      // Behind the ^C of the terminal's own.
      std::puts("");
      return next::go_on;
    }
    complain(x.why);
    exit_code_ = x.lost ? 3 : 1;
    return x.lost ? next::stop : next::go_on;
  }

  console_client& node_;
  bool json_;
  bool by_hand_;
  int exit_code_ = 0;
};

/// Reads commands until the end.
void converse(session& with, console_client& node) {
  if (isatty(STDIN_FILENO) != 0) {
    interrupt_watch interrupts;
    line_editor editor{
      [&](const std::string& line) { return node.completions(line); },
      history_file{history_file::default_path()}};
    for (;;) {
      interrupt_watch::clear();
      auto line = editor.read("livegrid> ");
      // A signal ends the input of libedit as well.
      if (line ? with.run(*line) == next::stop : !interrupt_watch::seen())
        break;
    }
    return;
  }
  for (std::string line;
       std::getline(std::cin, line) && with.run(line) == next::go_on;) {
    // It is done.
  }
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
    // `--node X` is `--node=X`.
    auto takes = [&](std::string_view name) -> std::optional<std::string> {
      if (word.starts_with(name) && word.substr(name.size()).starts_with('='))
        return std::string{word.substr(name.size() + 1)};
      if (word == name && i + 1 < argc)
        return argv[++i];
      return std::nullopt;
    };
    if (word == "--json") {
      x.json = true;
    } else if (auto path = takes("--key-file")) {
      auto held = read_private_file(*path);
      if (!held) {
        complain(held.error());
        return 2;
      }
      x.key = *std::move(held);
      x.key.erase(std::min(x.key.find_first_of(" \t\r\n"), x.key.size()));
    } else if (auto command = takes("-c")) {
      // What looks like an option was meant as one.
      if (command->starts_with('-')) {
        complain("-c needs a command, and '" + *command + "' is none");
        return 2;
      }
      x.commands.emplace_back(*std::move(command));
    } else if (auto where = takes("--node")) {
      x.node = console_address::parse(*where);
      if (!x.node) {
        complain("'" + *where
                 + "' is neither HOST:PORT nor the path of a socket");
        return 2;
      }
    } else {
      complain("'" + std::string{word} + "' is not understood; try --help");
      return 2;
    }
  }
  if (const auto* key = std::getenv("LIVEGRID_KEY");
      key != nullptr && x.key.empty())
    x.key = key;
  console_client node{x.key};
  auto connected = x.node ? node.connect(*x.node) : node.connect_here();
  if (!connected) {
    complain(connected.error().why);
    return connected.error().lost ? 3 : 1;
  }
  auto by_hand = x.commands.empty() && isatty(STDIN_FILENO) != 0;
  session with{node, x.json, by_hand};
  if (x.commands.empty())
    converse(with, node);
  for (const auto& command : x.commands)
    if (with.run(command) == next::stop)
      break;
  return with.exit_code();
}

} // namespace livegrid
