#define CAF_SUITE actors.base.text_file

#include "livegrid/actors/base/text_file.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

#include "temp_file.hpp"

#include "unit_test.hpp"

using namespace livegrid;
using namespace livegrid::test;

namespace {

/// Why a path cannot be read; nothing if it can.
std::string fault_of(const std::string& path) {
  return text_file{path}.fault();
}

} // namespace

CAF_TEST(a file is read whole if it has no more than it may) {
  // Longer than one block of what is read at once.
  std::string content;
  for (int i = 0; i < 5000; ++i)
    content += std::to_string(i) + '\n';
  content += std::string("\0\xff", 2);
  temp_file file{content};
  for (auto most : {content.size(), content.size() + 1, std::size_t{1} << 30}) {
    text_file x{file.path()};
    CAF_CHECK_EQUAL(x.fault(), "");
    CAF_CHECK(x.opened());
    CAF_CHECK(x.is_regular());
    CAF_CHECK_EQUAL(static_cast<std::size_t>(x.status().st_size),
                    content.size());
    std::string text = "what was there before";
    CAF_CHECK_EQUAL(x.read(most, text), 0);
    CAF_CHECK(text == content);
  }
  for (auto most : {content.size() - 1, std::size_t{0}}) {
    text_file x{file.path()};
    std::string text;
    CAF_CHECK_EQUAL(x.read(most, text), EFBIG);
  }
}

CAF_TEST(an empty file has no bytes) {
  temp_file file{""};
  text_file x{file.path()};
  std::string text = "what was there before";
  CAF_CHECK_EQUAL(x.read(0, text), 0);
  CAF_CHECK_EQUAL(text, "");
}

CAF_TEST(what cannot be read says why) {
  temp_directory folder;
  CAF_CHECK_EQUAL(fault_of(folder.path() + "/none"),
                  "No such file or directory");
  CAF_CHECK_EQUAL(fault_of(""), "No such file or directory");
  CAF_CHECK(!text_file{folder.path() + "/none"}.opened());
  CAF_CHECK_EQUAL(fault_of(folder.path()), "Is a directory");
  CAF_CHECK(text_file{folder.path()}.opened());
  CAF_CHECK(!text_file{folder.path()}.is_regular());
  // Nobody writes to the pipe, and yet it is not waited for.
  auto pipe = folder.path() + "/pipe";
  CAF_REQUIRE_EQUAL(::mkfifo(pipe.c_str(), 0600), 0);
  CAF_CHECK_EQUAL(fault_of(pipe), no_regular_file);
  // The system itself opens no socket.
  sockaddr_un name{.sun_family = AF_UNIX};
  auto path = folder.path() + "/socket";
  path.copy(name.sun_path, sizeof name.sun_path - 1);
  auto socket = ::socket(AF_UNIX, SOCK_STREAM, 0);
  CAF_REQUIRE_EQUAL(
    ::bind(socket, reinterpret_cast<const sockaddr*>(&name), sizeof name), 0);
  CAF_CHECK_EQUAL(fault_of(path), std::strerror(ENXIO));
  ::close(socket);
}

CAF_TEST(a device is read but no regular file) {
  text_file zero{"/dev/zero"};
  CAF_CHECK_EQUAL(zero.fault(), "");
  CAF_CHECK(!zero.is_regular());
  std::string text;
  CAF_CHECK_EQUAL(zero.read(1 << 20, text), EFBIG);
  text_file null{"/dev/null"};
  CAF_CHECK_EQUAL(null.fault(), "");
  CAF_CHECK_EQUAL(null.read(0, text), 0);
  CAF_CHECK_EQUAL(text, "");
}

CAF_TEST(a descriptor that is handed out stays open) {
  temp_file file{"abc"};
  auto fd = -1;
  {
    text_file x{file.path()};
    fd = x.release();
    CAF_CHECK(!x.opened());
  }
  char text[4] = {};
  CAF_CHECK_EQUAL(::read(fd, text, 3), 3);
  CAF_CHECK_EQUAL(std::string{text}, "abc");
  CAF_CHECK_NOT_EQUAL(::fcntl(fd, F_GETFD) & FD_CLOEXEC, 0);
  ::close(fd);
}

CAF_TEST(a descriptor that is not handed out is closed) {
  temp_file file{"abc"};
  // Descriptors are given lowest first.
  auto free = ::dup(0);
  ::close(free);
  {
    text_file x{file.path()};
    CAF_CHECK_NOT_EQUAL(::fcntl(free, F_GETFD), -1);
  }
  CAF_CHECK_EQUAL(::fcntl(free, F_GETFD), -1);
}
