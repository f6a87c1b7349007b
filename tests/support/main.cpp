#define CAF_TEST_NO_MAIN

#include <regex>

#include <caf/all.hpp>

// CAF reads a pattern of suites as a list of names where it takes regular
// expressions for broken: by clang, unless the standard library is clang's too.
#if defined(__clang__) && !defined(_LIBCPP_VERSION)
#define _LIBCPP_VERSION 1
#endif

#include "caf/test/unit_test_impl.hpp"

#include <sys/mman.h>

#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

namespace {

/// Says of a run that failed which checks did: CAF's tests do so only where
/// they say it of all that did not, too. At the end of the program, since CAF
/// writes the last of them then.
class failed_checks {
public:
  failed_checks() = default;

  failed_checks(const failed_checks&) = delete;
  failed_checks& operator=(const failed_checks&) = delete;

  ~failed_checks() {
    if (!shown)
      return;
    std::ifstream in{path};
    std::string name;
    for (std::string line; std::getline(in, line);) {
      if (line.starts_with("- "))
        name = line + '\n';
      if (!line.starts_with("!! "))
        continue;
      std::fprintf(stderr, "%s%s\n", name.c_str(), line.c_str());
      name.clear();
    }
  }

  /// Nothing is left of it, however the run ends.
  const std::string path =
    "/proc/self/fd/" + std::to_string(::memfd_create("checks", MFD_CLOEXEC));

  bool shown = false;
} checks;

} // namespace

int main(int argc, char** argv) {
  std::vector<std::string> more{"--log-file=" + checks.path,
                                "--file-verbosity=4"};
  std::vector<char*> args{argv, argv + argc};
  for (auto& x : more)
    args.insert(args.begin() + 1, x.data());
  args.push_back(nullptr);
  auto result = caf::test::main(argc + 2, args.data());
  checks.shown = result != 0;
  return result;
}
