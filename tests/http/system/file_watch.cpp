#define CAF_SUITE http.system.file_watch

#include "livegrid/http/system/file_watch.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <string>

#include "temp_file.hpp"

#include "unit_test.hpp"

using namespace livegrid;
using namespace livegrid::test;

namespace {

struct fixture {
  temp_directory folder;
  std::string path = folder.path() + "/file";
  file_watch watch{path};

  void write(const std::string& text) {
    std::ofstream{path} << text;
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(file_watch_tests, fixture)

CAF_TEST(a file that is there is news once) {
  write("a");
  CAF_CHECK(watch.changed());
  CAF_CHECK(!watch.changed());
}

CAF_TEST(a file that comes or goes is news) {
  CAF_CHECK(!watch.changed());
  write("a");
  CAF_CHECK(watch.changed());
  ::unlink(path.c_str());
  CAF_CHECK(watch.changed());
  CAF_CHECK(!watch.changed());
}

CAF_TEST(a file that grows is news) {
  write("a");
  watch.changed();
  write("ab");
  CAF_CHECK(watch.changed());
}

CAF_TEST(another file of the same size in its place is news) {
  write("a");
  watch.changed();
  auto first = path;
  path += ".new";
  write("b");
  ::rename(path.c_str(), first.c_str());
  CAF_CHECK(watch.changed());
}

CAF_TEST(a file that is written in place is news by its time) {
  write("a");
  watch.changed();
  // As if it had been written a second later.
  struct stat x {};
  ::stat(path.c_str(), &x);
  timespec times[] = {x.st_atim, x.st_mtim};
  ++times[1].tv_sec;
  ::utimensat(AT_FDCWD, path.c_str(), times, 0);
  CAF_CHECK(watch.changed());
  CAF_CHECK(!watch.changed());
}

CAF_TEST_FIXTURE_SCOPE_END()
