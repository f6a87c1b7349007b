#pragma once

#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include <string>
#include <thread>

namespace livegrid::test {

/// What the user `nobody` hears first at a Unix socket: "nothing" where it is
/// hung up, or why it is not so. Needs to be root.
inline std::string heard_by_nobody(const std::string& path) {
  std::string result;
  // The kernel knows a user by thread; it is the C library that would change
  // the user of all of them.
  std::thread{[&] {
    sockaddr_un where{.sun_family = AF_UNIX};
    path.copy(where.sun_path, sizeof where.sun_path - 1);
    auto fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    char c = 0;
    if (::syscall(SYS_setresuid, 65534, 65534, 65534) != 0)
      result = "cannot become nobody";
    else if (::connect(fd, reinterpret_cast<sockaddr*>(&where), sizeof where)
             != 0)
      result = "cannot connect";
    else
      result = ::read(fd, &c, 1) > 0 ? "something" : "nothing";
    ::close(fd);
  }}.join();
  return result;
}

} // namespace livegrid::test
