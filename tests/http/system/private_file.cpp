#define CAF_SUITE http.system.private_file

#include "livegrid/http/system/private_file.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <iterator>
#include <string>

#include "temp_file.hpp"

#include "unit_test.hpp"

using namespace livegrid;
using namespace livegrid::test;

namespace {

struct fixture {
  temp_directory folder;
  std::string path = folder.path() + "/secret";

  /// Writes the file; returns what went wrong.
  std::string write(const std::string& text, bool replace = true) {
    auto done = write_private_file(path, text, replace);
    return done ? "" : done.error();
  }

  std::string read() {
    auto text = read_private_file(path);
    return text ? *text : "fault: " + text.error();
  }

  unsigned mode() {
    struct stat x {};
    CAF_REQUIRE_EQUAL(::stat(path.c_str(), &x), 0);
    return x.st_mode & 0777;
  }

  std::size_t num_files() {
    std::filesystem::directory_iterator all{folder.path()};
    return static_cast<std::size_t>(std::distance(begin(all), end(all)));
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(private_file_tests, fixture)

CAF_TEST(a file is written for its user alone and read back) {
  CAF_CHECK_EQUAL(write("one\n"), "");
  CAF_CHECK_EQUAL(read(), "one\n");
  CAF_CHECK_EQUAL(mode(), 0600u);
  CAF_CHECK_EQUAL(write("two"), "");
  CAF_CHECK_EQUAL(read(), "two");
  // What it was written to first is not left behind.
  CAF_CHECK_EQUAL(num_files(), 1u);
}

CAF_TEST(a file that is there stays if it is not to be replaced) {
  CAF_CHECK_EQUAL(write("one", false), "");
  CAF_CHECK_EQUAL(write("two", false), "");
  CAF_CHECK_EQUAL(read(), "one");
  CAF_CHECK_EQUAL(num_files(), 1u);
}

CAF_TEST(a file that others may read or write is refused) {
  write("x");
  for (auto mode : {0604u, 0602u, 0601u, 0620u, 0666u}) {
    ::chmod(path.c_str(), mode);
    CAF_CHECK_EQUAL(read(), "fault: " + path
                              + ": others may read or write it; chmod 600 it");
  }
  // A group may read it, such as that of a service.
  for (auto mode : {0400u, 0600u, 0640u}) {
    ::chmod(path.c_str(), mode);
    CAF_CHECK_EQUAL(read(), "x");
  }
}

CAF_TEST(what is no file is refused and not waited for) {
  CAF_CHECK_EQUAL(read(), "fault: " + path + ": No such file or directory");
  CAF_REQUIRE_EQUAL(::mkfifo(path.c_str(), 0600), 0);
  CAF_CHECK_EQUAL(read(), "fault: " + path + ": is no regular file");
  path = folder.path();
  CAF_CHECK_EQUAL(read(), "fault: " + path + ": is no regular file");
}

CAF_TEST(a file of more than 4 MiB is refused) {
  constexpr std::size_t most = 4 * 1024 * 1024;
  write(std::string(most, 'x'));
  CAF_CHECK_EQUAL(read().size(), most);
  write(std::string(most + 1, 'x'));
  CAF_CHECK_EQUAL(read(), "fault: " + path + ": is larger than 4 MiB");
}

CAF_TEST(a link is not written through) {
  auto target = folder.path() + "/target";
  CAF_REQUIRE(write_private_file(target, "kept"));
  CAF_REQUIRE_EQUAL(::symlink(target.c_str(), path.c_str()), 0);
  CAF_CHECK_EQUAL(write("x"), path + ": is a symbolic link");
  CAF_CHECK_EQUAL(read(), "kept");
}

CAF_TEST(a folder that is not there is named) {
  path = folder.path() + "/none/secret";
  CAF_CHECK_EQUAL(write("x"), path + ": No such file or directory");
}

CAF_TEST_FIXTURE_SCOPE_END()
