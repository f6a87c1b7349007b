#define CAF_SUITE http.access.keys_lock

#include "livegrid/http/access/keys_lock.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>

#include "in_child.hpp"
#include "temp_file.hpp"

#include "unit_test.hpp"

using namespace livegrid;
using namespace livegrid::test;
namespace fs = std::filesystem;

namespace {

struct fixture {
  /// Whether another process could lock the file now.
  bool is_free() const {
    return in_child([&] {
             struct flock wanted {};
             wanted.l_type = F_WRLCK;
             wanted.l_whence = SEEK_SET;
             auto fd = ::open(own.c_str(), O_RDWR);
             auto taken = fd >= 0 && ::fcntl(fd, F_SETLK, &wanted) == 0;
             return std::string{taken ? "free" : "taken"};
           })
           == "free";
  }

  /// Why the lock cannot be had; without the file's name in front.
  std::string fault() const {
    keys_lock lock{path};
    auto& why = lock.fault();
    if (why.empty())
      return why;
    CAF_CHECK(why.starts_with(own + ": "));
    return why.substr(std::min(why.size(), own.size() + 2));
  }

  temp_directory folder;
  std::string path = folder.path() + "/keys.json";
  std::string own = path + ".lock";
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(keys_lock_tests, fixture)

CAF_TEST(a lock keeps other processes out as long as it lives) {
  {
    keys_lock lock{path};
    CAF_CHECK_EQUAL(lock.fault(), "");
    CAF_CHECK(!is_free());
  }
  CAF_CHECK(is_free());
  // The file stays, and is locked again.
  keys_lock again{path};
  CAF_CHECK_EQUAL(again.fault(), "");
  CAF_CHECK(!is_free());
}

CAF_TEST(the file of a lock is for this user alone and holds no key) {
  CAF_CHECK_EQUAL(fault(), "");
  struct stat what {};
  CAF_REQUIRE_EQUAL(::stat(own.c_str(), &what), 0);
  CAF_CHECK_EQUAL(what.st_mode & 07777u, 0600u);
  CAF_CHECK_EQUAL(what.st_size, 0);
  CAF_CHECK(!fs::exists(path));
}

CAF_TEST(what is no regular file of its own is not locked) {
  std::ofstream{path} << "keys";
  fs::create_symlink(path, own);
  CAF_CHECK_EQUAL(fault(), "Too many levels of symbolic links");
  fs::remove(own);
  fs::create_symlink(folder.path() + "/nowhere", own);
  CAF_CHECK_EQUAL(fault(), "Too many levels of symbolic links");
  CAF_CHECK(!fs::exists(folder.path() + "/nowhere"));
  fs::remove(own);
  fs::create_directory(own);
  CAF_CHECK_EQUAL(fault(), "Is a directory");
  fs::remove(own);
  // Nobody reads a pipe, and yet it is not waited for.
  CAF_REQUIRE_EQUAL(::mkfifo(own.c_str(), 0600), 0);
  CAF_CHECK_EQUAL(fault(), "is no regular file");
}

CAF_TEST(a folder that is not there is said with the file) {
  keys_lock lock{folder.path() + "/none/keys.json"};
  CAF_CHECK_EQUAL(lock.fault(), folder.path()
                                  + "/none/keys.json.lock: No such file or "
                                    "directory");
}

CAF_TEST_FIXTURE_SCOPE_END()
