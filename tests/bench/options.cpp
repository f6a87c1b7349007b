#include "options.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <string_view>

namespace livegrid::bench {

namespace {

/// The node that was built beside this program.
std::string neighbour() {
  std::error_code code;
  auto self = std::filesystem::read_symlink("/proc/self/exe", code);
  return self.replace_filename("livegrid").string();
}

} // namespace

expected<options, std::string> parse_options(int argc, char** argv) {
  options result{.program = neighbour()};
  constexpr std::string_view seconds = "--seconds=";
  constexpr std::string_view program = "--program=";
  for (int i = 1; i < argc; ++i) {
    std::string_view arg = argv[i];
    if (arg == "--help") {
      result.help = true;
    } else if (arg == "--json") {
      result.json = true;
    } else if (arg.starts_with(seconds)) {
      char* end = nullptr;
      result.seconds = std::strtod(argv[i] + seconds.size(), &end);
      if (*end != '\0' || !(result.seconds > 0 && result.seconds <= 86'400))
        return unexpected{std::string{arg}
                          + ": must be above 0 and at most 86400"};
    } else if (arg.starts_with(program)) {
      result.program = arg.substr(program.size());
    } else if (arg.starts_with("-")) {
      return unexpected{std::string{arg} + ": unknown option, see --help"};
    } else {
      auto& all = scenarios();
      auto named = [&](const scenario& x) { return x.name == arg; };
      auto found = std::find_if(all.begin(), all.end(), named);
      if (found == all.end())
        return unexpected{std::string{arg} + ": unknown scenario, see --help"};
      result.wanted.push_back(*found);
    }
  }
  if (result.wanted.empty())
    std::copy_if(scenarios().begin(), scenarios().end(),
                 std::back_inserter(result.wanted),
                 [](const scenario& x) { return x.quick; });
  std::error_code code;
  if (!result.help && !std::filesystem::is_regular_file(result.program, code))
    return unexpected{result.program + ": no such program"};
  return result;
}

std::string help_text() {
  std::string result =
    "livegrid-bench [--seconds=S] [--program=PATH] [--json] [scenario...]\n\n"
    "Measures the node and prints a line of figures for each scenario; "
    "without\n"
    "names, for all but those marked *. Exit code 1 if the node did anything\n"
    "wrong.\n\n"
    "  --seconds=S     measure that long instead of each scenario's own time\n"
    "  --program=PATH  the node; livegrid beside this program by default\n"
    "  --json          a JSON object a line\n\n";
  for (auto& x : scenarios()) {
    result += "  " + std::string{x.name} + (x.quick ? " " : "*");
    result.append(14 - x.name.size(), ' ');
    result += std::string{x.help} + '\n';
  }
  return result;
}

} // namespace livegrid::bench
