#define CAF_SUITE http.system.standard_descriptors

#include "livegrid/http/system/standard_descriptors.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "in_child.hpp"

#include "unit_test.hpp"

using namespace livegrid;
using namespace livegrid::test;

namespace {

/// What the three descriptors are once those that were closed are held: one
/// letter each, `n` for /dev/null open both ways, `o` for another thing.
std::string hold(const std::vector<int>& closed) {
  return in_child([&]() -> std::string {
    for (auto fd : {0, 1, 2})
      ::dup2(::open("/dev/zero", O_RDONLY), fd);
    for (auto fd : closed)
      ::close(fd);
    if (!hold_standard_descriptors())
      return "cannot";
    struct stat null {};
    ::stat("/dev/null", &null);
    std::string out;
    for (auto fd : {0, 1, 2}) {
      struct stat x {};
      auto is_null = ::fstat(fd, &x) == 0 && x.st_rdev == null.st_rdev
                     && (::fcntl(fd, F_GETFL) & O_ACCMODE) == O_RDWR;
      out += is_null ? 'n' : 'o';
    }
    return out;
  });
}

} // namespace

CAF_TEST(what is closed becomes the null device and all else stays) {
  CAF_CHECK_EQUAL(hold({}), "ooo");
  CAF_CHECK_EQUAL(hold({0}), "noo");
  CAF_CHECK_EQUAL(hold({1}), "ono");
  CAF_CHECK_EQUAL(hold({2}), "oon");
  CAF_CHECK_EQUAL(hold({0, 2}), "non");
  CAF_CHECK_EQUAL(hold({0, 1, 2}), "nnn");
}

CAF_TEST(it says so if nothing can be opened) {
  auto out = in_child([] {
    rlimit none{0, 0};
    ::setrlimit(RLIMIT_NOFILE, &none);
    auto held = hold_standard_descriptors();
    ::close(1);
    return std::string{held ? "held, " : "not held, "}
           + (hold_standard_descriptors() ? "held" : "not held");
  });
  CAF_CHECK_EQUAL(out, "held, not held");
}
