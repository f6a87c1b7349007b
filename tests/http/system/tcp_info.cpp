#define CAF_SUITE http.system.tcp_info

#include "livegrid/http/system/tcp_info.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <string>
#include <variant>

#include "loopback.hpp"
#include "wait.hpp"

#include "livegrid/http/system/tcp_connect.hpp"

#include "unit_test.hpp"

using namespace livegrid;
using namespace livegrid::test;

namespace {

/// Both ends of a connection; what is sent from one need not be read.
struct fixture {
  fixture() {
    auto x = tcp_connect("127.0.0.1", there.port(), std::chrono::seconds{10});
    CAF_REQUIRE(x);
    fd = *x;
    peer = there.accept();
    ::fcntl(peer, F_SETFL, O_NONBLOCK);
  }

  ~fixture() {
    ::close(fd);
    ::close(peer);
  }

  listening_socket there;
  int fd = -1;
  int peer = -1;
};

} // namespace

CAF_TEST(what is no connection has nothing to tell) {
  int ends[2];
  CAF_REQUIRE_EQUAL(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
  CAF_CHECK(read_tcp_status(ends[0]) == tcp_status{});
  CAF_CHECK(read_tcp_status(-1) == tcp_status{});
  ::close(ends[0]);
  ::close(ends[1]);
}

CAF_TEST_FIXTURE_SCOPE(tcp_info_tests, fixture)

CAF_TEST(a connection tells how much the peer has room for) {
  auto x = read_tcp_status(fd);
  CAF_CHECK_GREATER(x.segment, 500u);
  CAF_CHECK_GREATER(x.window, x.segment);
  CAF_CHECK_EQUAL(x.unsent, 0u);
  CAF_CHECK_EQUAL(x.unacked, 0u);
}

CAF_TEST(each byte that was written waits or is under way or has come) {
  std::string block(64 * 1024, 'x');
  std::size_t written = 0;
  for (;;) {
    auto n = ::send(fd, block.data(), block.size(), MSG_NOSIGNAL);
    if (n < 0)
      break;
    written += static_cast<std::size_t>(n);
  }
  auto x = read_tcp_status(fd);
  CAF_CHECK_GREATER(x.unsent, 0u);
  // The handshake counts as one byte.
  CAF_CHECK_EQUAL(x.acknowledged + x.unacked + x.unsent, written + 1);
  // Once the peer has read all of it, all of it has come.
  auto deadline = clock::now() + patience;
  while (x.acknowledged != written + 1 && clock::now() < deadline) {
    while (::recv(peer, block.data(), block.size(), 0) > 0)
      ;
    x = read_tcp_status(fd);
  }
  CAF_CHECK_EQUAL(x.acknowledged, written + 1);
  CAF_CHECK_EQUAL(x.unsent, 0u);
  CAF_CHECK_EQUAL(x.unacked, 0u);
}

CAF_TEST_FIXTURE_SCOPE_END()
