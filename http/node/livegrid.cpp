#include <cstdio>
#include <string_view>

#include "livegrid/actors/settings/setting_text.hpp"
#include "livegrid/actors/settings/settings.hpp"
#include "livegrid/http/access/key_command.hpp"
#include "livegrid/http/node/caf_config.hpp"
#include "livegrid/http/node/node.hpp"
#include "livegrid/http/system/signal_wait.hpp"
#include "livegrid/http/system/standard_descriptors.hpp"
#include "livegrid/version.hpp"

extern char** environ;

int main(int argc, char** argv) {
  using namespace livegrid;
  if (!hold_standard_descriptors())
    return 1;
  if (argc > 1 && std::string_view{argv[1]} == "key")
    return run_key_command(argc, argv, environ);
  auto parsed = parse_settings(argc, argv, environ);
  if (!parsed) {
    std::fprintf(stderr, "livegrid: %s\n", parsed.error().c_str());
    return 2;
  }
  auto& x = *parsed;
  if (x.wants == parsed_settings::wish::help) {
    std::fputs(help_text().c_str(), stdout);
    return 0;
  }
  if (x.wants == parsed_settings::wish::version) {
    std::printf("livegrid %s\n", version.data());
    return 0;
  }
  for (const auto& line : x.warnings)
    std::fprintf(stderr, "livegrid: warning: %s\n", line.c_str());
  // The main thread waits for them.
  block_signals();
  caf_config config{x.values};
  caf::actor_system sys{config};
  return run_node(sys, x.values);
}
