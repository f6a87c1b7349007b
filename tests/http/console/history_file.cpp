#define CAF_SUITE http.console.history_file

#include "livegrid/http/console/history_file.hpp"

#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "temp_file.hpp"

#include "unit_test.hpp"

using namespace livegrid;
using namespace livegrid::test;
namespace fs = std::filesystem;

namespace {

using strings = std::vector<std::string>;

struct fixture {
  std::string text() const {
    std::ifstream in{path};
    return {std::istreambuf_iterator<char>{in}, {}};
  }

  temp_directory folder;
  std::string path = folder.path() + "/state/history";
  history_file uut{path};
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(history_file_tests, fixture)

CAF_TEST(lines are kept in order and seen by who reads later) {
  CAF_CHECK_EQUAL(uut.read(), strings{});
  uut.add("status");
  uut.add("symbols --page=2");
  uut.add(" \xC3\xA9\t\xff");
  CAF_CHECK_EQUAL(history_file{path}.read(),
                  (strings{"status", "symbols --page=2", " \xC3\xA9\t\xff"}));
  // Another console adds to what is there by then.
  history_file{path}.add("help");
  uut.add("top");
  auto lines = uut.read();
  CAF_REQUIRE_EQUAL(lines.size(), 5u);
  CAF_CHECK_EQUAL(lines.back(), "top");
}

CAF_TEST(the last line is not kept twice) {
  for (auto line : {"a", "a", "b", "a", "", "a"})
    uut.add(line);
  CAF_CHECK_EQUAL(uut.read(), (strings{"a", "b", "a"}));
  uut.add("two\nlines");
  CAF_CHECK_EQUAL(uut.read(), (strings{"a", "b", "a"}));
}

CAF_TEST(only the operator reads the file) {
  uut.add("status");
  struct stat what {};
  CAF_REQUIRE_EQUAL(::stat(path.c_str(), &what), 0);
  CAF_CHECK_EQUAL(what.st_mode & 07777u, 0600u);
  // Also where others could before.
  fs::permissions(path, fs::perms{0644});
  uut.add("help");
  CAF_REQUIRE_EQUAL(::stat(path.c_str(), &what), 0);
  CAF_CHECK_EQUAL(what.st_mode & 07777u, 0600u);
  // Nothing else is left beside it.
  CAF_CHECK_EQUAL(
    std::distance(fs::directory_iterator{folder.path() + "/state"},
                  fs::directory_iterator{}),
    1);
}

CAF_TEST(the last thousand lines are kept) {
  fs::create_directory(folder.path() + "/state");
  std::ofstream out{path};
  for (int i = 0; i < 1500; ++i)
    out << i << "\n\n";
  out.close();
  auto lines = uut.read();
  CAF_REQUIRE_EQUAL(lines.size(), 1000u);
  CAF_CHECK_EQUAL(lines.front(), "500");
  CAF_CHECK_EQUAL(lines.back(), "1499");
  uut.add("new");
  auto kept = text();
  CAF_CHECK(kept.starts_with("501\n502\n"));
  CAF_CHECK(kept.ends_with("\n1499\nnew\n"));
}

CAF_TEST(without a file that can be there is no history) {
  history_file none{""};
  none.add("status");
  CAF_CHECK_EQUAL(none.read(), strings{});
  std::ofstream{folder.path() + "/file"} << "x";
  history_file below{folder.path() + "/file/history"};
  below.add("status");
  CAF_CHECK_EQUAL(below.read(), strings{});
  // A pipe is neither waited for nor filled.
  fs::create_directory(folder.path() + "/state");
  CAF_REQUIRE_EQUAL(::mkfifo(path.c_str(), 0600), 0);
  CAF_CHECK_EQUAL(uut.read(), strings{});
}

CAF_TEST_FIXTURE_SCOPE_END()
