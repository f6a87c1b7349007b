#include "livegrid/http/operator.hpp"

#include <charconv>
#include <cstdio>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

#include <caf/io/all.hpp>

#include "livegrid/actors.hpp"
#include "livegrid/http/node.hpp"
#include "livegrid/version.hpp"

namespace livegrid {

namespace {

constexpr std::chrono::seconds answer_time{5};

constexpr std::string_view usage =
  "livegrid-console [--node=HOST:PORT] [-c COMMAND]...\n"
  "\n"
  "Asks a running livegrid. Without -c it reads commands from stdin, a line "
  "each.\n"
  "\n"
  "  --node=HOST:PORT  the node's console address (default 127.0.0.1:7780)\n"
  "  -c COMMAND        one command; may be given several times\n"
  "  --version, --help\n"
  "\n"
  "Commands:\n"
  "  status            what every part of the node says of itself\n"
  "  symbol NAME       what the owner of that symbol says\n"
  "  help, quit\n";

struct options {
  std::string host = "127.0.0.1";
  std::uint16_t port = 7780;
  std::vector<std::string> commands;
};

void print(const actor_status& x) {
  std::printf("%s%s%s\n", x.kind.c_str(), x.name.empty() ? "" : " ",
              x.name.c_str());
  for (const auto& [key, value] : x.facts)
    std::printf("  %-20s %s\n", key.c_str(), value.c_str());
}

bool complain(const std::string& why) {
  std::fprintf(stderr, "livegrid-console: %s\n", why.c_str());
  return false;
}

/// Runs one command. Returns whether it worked.
bool run(caf::scoped_actor& self, const console_actor& node,
         const std::string& command) {
  bool ok = true;
  auto fail = [&](caf::error& why) { ok = complain(to_refusal(why).message); };
  if (command == "help") {
    std::fputs(usage.data(), stdout);
  } else if (command == "status") {
    self->request(node, answer_time, status_atom_v)
      .receive(
        [](const std::vector<actor_status>& all) {
          for (const auto& x : all)
            print(x);
        },
        fail);
  } else if (command.starts_with("symbol ")) {
    auto name = symbol_name::parse(command.substr(7));
    if (!name)
      return complain("'" + command.substr(7) + "' is no symbol name");
    self->request(node, answer_time, status_atom_v, *name)
      .receive([](const actor_status& x) { print(x); }, fail);
  } else {
    return complain("'" + command + "' is no command; try help");
  }
  return ok;
}

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
    if (word == "-c" && i + 1 < argc) {
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
  caf::scoped_actor self{sys};
  bool ok = true;
  for (const auto& command : x.commands)
    ok = run(self, *node, command) && ok;
  if (!x.commands.empty())
    return ok ? 0 : 1;
  for (std::string line; std::getline(std::cin, line) && line != "quit";)
    if (!line.empty())
      ok = run(self, *node, line) && ok;
  return ok ? 0 : 1;
}

} // namespace livegrid
