#include <sys/resource.h>

#include <cstdio>
#include <cstdlib>
#include <exception>

#include "options.hpp"

namespace {

// What a connection takes, here and in the node.
void raise_descriptor_limit() {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

} // namespace

int main(int argc, char** argv) {
  using namespace livegrid::bench;
  auto parsed = parse_options(argc, argv);
  if (!parsed) {
    std::fprintf(stderr, "livegrid-bench: %s\n", parsed.error().c_str());
    return 2;
  }
  auto& x = *parsed;
  if (x.help) {
    std::fputs(help_text().c_str(), stdout);
    return 0;
  }
  setenv("LIVEGRID_PROGRAM", x.program.c_str(), 1);
  raise_descriptor_limit();
  report to{x.json};
  for (auto& each : x.wanted) {
    try {
      each.run(x.seconds > 0 ? x.seconds : each.seconds, to);
    } catch (const std::exception& e) {
      to.wrong().add(std::string{each.name} + ": " + e.what());
    }
  }
  if (!to.wrong().any())
    return 0;
  std::fprintf(stderr, "livegrid-bench: %s\n", to.wrong().text().c_str());
  return 1;
}
