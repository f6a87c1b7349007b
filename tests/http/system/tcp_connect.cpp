#define CAF_SUITE http.system.tcp_connect

#include "livegrid/http/system/tcp_connect.hpp"

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <string>
#include <vector>

#include "loopback.hpp"

#include "unit_test.hpp"

using namespace livegrid;
using namespace livegrid::test;
using namespace std::chrono_literals;

namespace {

/// Why there is no connection; nothing if there is one.
std::string fault_of(const std::string& host, std::uint16_t port,
                     std::chrono::milliseconds time = 10s) {
  auto x = tcp_connect(host, port, time);
  if (!x)
    return x.error();
  ::close(*x);
  return "";
}

} // namespace

CAF_TEST(a connection neither blocks nor goes to other programs) {
  listening_socket there;
  auto x = tcp_connect("127.0.0.1", there.port(), 10s);
  CAF_REQUIRE(x);
  auto fd = *x;
  CAF_CHECK_NOT_EQUAL(::fcntl(fd, F_GETFL) & O_NONBLOCK, 0);
  CAF_CHECK_NOT_EQUAL(::fcntl(fd, F_GETFD) & FD_CLOEXEC, 0);
  auto peer = there.accept();
  CAF_CHECK_EQUAL(::write(fd, "hi", 2), 2);
  char text[2] = {};
  CAF_CHECK_EQUAL(::recv(peer, text, 2, MSG_WAITALL), 2);
  CAF_CHECK_EQUAL(std::string(text, 2), "hi");
  ::close(peer);
  ::close(fd);
}

CAF_TEST(of the addresses of a name one is enough) {
  // It may be ::1 as well, where nobody listens.
  listening_socket there;
  CAF_CHECK_EQUAL(fault_of("localhost", there.port()), "");
}

CAF_TEST(whoever refuses is told at once) {
  std::uint16_t port = 0;
  {
    listening_socket gone;
    port = gone.port();
  }
  CAF_CHECK_EQUAL(fault_of("127.0.0.1", port), "Connection refused");
}

CAF_TEST(whoever does not answer is given up) {
  listening_socket there{0};
  // Nobody accepts: beyond the few that the kernel holds it answers none.
  std::string why;
  std::vector<int> held;
  while (why.empty() && held.size() < 100) {
    auto x = tcp_connect("127.0.0.1", there.port(), 20ms);
    if (x)
      held.push_back(*x);
    else
      why = x.error();
  }
  CAF_CHECK_EQUAL(why, "Connection timed out");
  for (auto fd : held)
    ::close(fd);
}

CAF_TEST(no descriptor is left where there is no connection) {
  std::uint16_t port = 0;
  {
    listening_socket gone;
    port = gone.port();
  }
  auto free = ::dup(0);
  ::close(free);
  CAF_CHECK_NOT_EQUAL(fault_of("127.0.0.1", port), "");
  CAF_CHECK_EQUAL(::fcntl(free, F_GETFD), -1);
}
