#include "options.hpp"

#include <charconv>
#include <filesystem>
#include <optional>
#include <string_view>

namespace livegrid::storm {

namespace {

/// The node that was built beside this program.
std::string neighbour() {
  std::error_code code;
  auto self = std::filesystem::read_symlink("/proc/self/exe", code);
  return self.replace_filename("livegrid").string();
}

template <class T>
bool read_number(std::string_view text, T least, T most, T& to) {
  auto* end = text.data() + text.size();
  auto [at, error] = std::from_chars(text.data(), end, to);
  return error == std::errc{} && at == end && to >= least && to <= most;
}

/// What stands behind `--name=`, if it is that.
std::optional<std::string_view> value_of(std::string_view arg,
                                         std::string_view name) {
  if (!arg.starts_with(name))
    return std::nullopt;
  return arg.substr(name.size());
}

} // namespace

expected<options, std::string> parse_options(int argc, char** argv) {
  options result{.program = neighbour()};
  for (int i = 1; i < argc; ++i) {
    std::string_view arg = argv[i];
    auto ok = true;
    if (arg == "--help")
      result.help = true;
    else if (auto seed = value_of(arg, "--seed="))
      ok = read_number<std::uint64_t>(*seed, 0, UINT64_MAX, result.seed);
    else if (auto faults = value_of(arg, "--faults="))
      ok = read_number<std::size_t>(*faults, 1, 100'000, result.faults);
    else if (auto nodes = value_of(arg, "--nodes="))
      ok = read_number<std::size_t>(*nodes, 2, 8, result.nodes);
    else if (auto viewers = value_of(arg, "--viewers="))
      ok = read_number<std::size_t>(*viewers, 1, 1000, result.viewers);
    else if (auto members = value_of(arg, "--members="))
      ok = *members == "list" || *members == "etcd",
      result.with_etcd = *members == "etcd";
    else if (auto program = value_of(arg, "--program="))
      result.program = *program;
    else if (auto logs = value_of(arg, "--logs="))
      result.logs = *logs;
    else
      ok = false;
    if (!ok)
      return unexpected{std::string{arg} + ": not understood, see --help"};
  }
  std::error_code code;
  for (auto* suffix : {"", "-console"})
    if (auto path = result.program + suffix;
        !result.help && !std::filesystem::is_regular_file(path, code))
      return unexpected{path + ": no such program"};
  return result;
}

std::string help_text() {
  return "livegrid-storm [--seed=N] [--faults=N] [--members=etcd|list] ...\n\n"
         "Starts a cluster, each node in a network namespace of its own, "
         "publishes,\n"
         "watches, and lets random faults of 0.1 to 8 s befall it, up to "
         "three at a\n"
         "time. Exit code 1 if a viewer was stuck 10 s after such faults, a "
         "price went\n"
         "back, owners differed, or a post that was answered 503 was seen. "
         "Needs root,\n"
         "iproute2 and /dev/net/tun, and etcd unless with a list.\n\n"
         "  --seed=N             what the faults follow from; 1 by default\n"
         "  --faults=N           how many; 200 by default\n"
         "  --members=etcd|list  how nodes find each other; etcd by default\n"
         "  --nodes=N            how many, beside one that comes and goes; 3 "
         "by default\n"
         "  --viewers=N          how many, spread over the nodes; 50 by "
         "default\n"
         "  --program=PATH       the node, with PATH-console beside it; "
         "livegrid beside\n"
         "                       this program by default\n"
         "  --logs=DIR           where to leave the nodes' logs\n";
}

} // namespace livegrid::storm
