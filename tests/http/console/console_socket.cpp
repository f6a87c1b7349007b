#define CAF_SUITE http.console.console_socket

#include "livegrid/http/console/console_socket.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <chrono>
#include <string>
#include <string_view>
#include <thread>

#include "loopback.hpp"
#include "temp_file.hpp"
#include "wait.hpp"

#include "livegrid/http/operator/console_wire.hpp"

#include "unit_test.hpp"

using namespace livegrid;
using namespace livegrid::test;
using namespace std::chrono_literals;

namespace {

using fault = console_socket::fault;

/// Why somebody is not connected; empty if he is.
std::string fault_of(const expected<void, std::string>& connected) {
  return connected ? std::string{} : connected.error();
}

/// A socket that is connected, and the other side of it.
struct fixture {
  fixture() {
    CAF_REQUIRE(uut.connect_tcp("127.0.0.1", there.port(), 10s));
    peer = there.accept();
  }

  ~fixture() {
    hang_up();
  }

  void say(std::string_view bytes) {
    while (!bytes.empty()) {
      auto n = ::send(peer, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      CAF_REQUIRE(n > 0);
      bytes.remove_prefix(static_cast<std::size_t>(n));
    }
  }

  void hang_up() {
    if (peer >= 0)
      ::close(peer);
    peer = -1;
  }

  static console_socket::time_point soon() {
    return clock::now() + patience;
  }

  /// The next line, or why there is none.
  std::string line(console_socket::time_point deadline = soon()) {
    auto x = uut.read_line(deadline);
    if (x)
      return "line " + *x;
    switch (x.error()) {
    case fault::ended:
      return "ended";
    case fault::late:
      return "late";
    case fault::given_up:
      return "given up";
    case fault::too_long:
      return "too long";
    }
    return "unknown";
  }

  listening_socket there;
  console_socket uut;
  int peer = -1;
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(console_socket_tests, fixture)

CAF_TEST(lines come one by one however they were sent) {
  say("one\n\ntwo\r\nthr");
  CAF_CHECK_EQUAL(line(), "line one");
  CAF_CHECK_EQUAL(line(), "line ");
  CAF_CHECK_EQUAL(line(), "line two\r");
  say("ee\n");
  CAF_CHECK_EQUAL(line(), "line three");
  std::string most(200'000, 'x');
  say(most + "\n");
  CAF_CHECK(line() == "line " + most);
}

CAF_TEST(a line is sent with its end) {
  CAF_CHECK(uut.send_line("hello", soon()));
  CAF_CHECK(uut.send_line("", soon()));
  char text[7] = {};
  CAF_CHECK_EQUAL(::recv(peer, text, 7, MSG_WAITALL), 7);
  CAF_CHECK_EQUAL(std::string(text, 7), "hello\n\n");
}

CAF_TEST(what was said before the end is still read) {
  CAF_CHECK(!uut.hung_up());
  say("last\nhalf");
  hang_up();
  CAF_CHECK(uut.hung_up());
  CAF_CHECK_EQUAL(line(), "line last");
  CAF_CHECK_EQUAL(line(), "ended");
}

CAF_TEST(a wait has an end) {
  CAF_CHECK_EQUAL(line(clock::now()), "late");
  say("half");
  CAF_CHECK_EQUAL(line(clock::now() + 1ms), "late");
  // The half is not lost.
  say(" and half\n");
  CAF_CHECK_EQUAL(line(), "line half and half");
}

CAF_TEST(whoever waits may give it up) {
  int asked = 0;
  auto x = uut.read_line(soon(), [&] { return ++asked == 3; });
  CAF_REQUIRE(!x);
  CAF_CHECK(x.error() == fault::given_up);
  CAF_CHECK_EQUAL(asked, 3);
  // Nobody is asked where the line is there.
  say("one\ntwo\n");
  CAF_CHECK_EQUAL(line(), "line one");
  x = uut.read_line(soon(), [&] { return ++asked > 0; });
  CAF_REQUIRE(x);
  CAF_CHECK_EQUAL(*x, "two");
  CAF_CHECK_EQUAL(asked, 3);
}

CAF_TEST(the end of a line may come alone) {
  say("half");
  int asked = 0;
  auto x = uut.read_line(soon(), [&] {
    // By now the half has been read.
    if (++asked == 2)
      say("\n");
    return false;
  });
  CAF_REQUIRE(x);
  CAF_CHECK_EQUAL(*x, "half");
}

CAF_TEST(a line without an end is given up) {
  std::thread talker{[&] {
    std::string block(64 * 1024, 'x');
    for (std::size_t n = 0; n <= max_console_answer; n += block.size())
      if (::send(peer, block.data(), block.size(), MSG_NOSIGNAL) <= 0)
        return;
  }};
  CAF_CHECK_EQUAL(line(), "too long");
  uut.close();
  talker.join();
}

CAF_TEST(nothing is sent to who is gone or takes nothing) {
  CAF_CHECK(!uut.send_line(std::string(64 * 1024 * 1024, 'x'), clock::now()));
  hang_up();
  // The first that is sent may find its way before the answer comes.
  auto deadline = soon();
  while (uut.send_line("x", clock::now()) && clock::now() < deadline)
    ;
  CAF_CHECK(!uut.send_line("x", clock::now()));
}

CAF_TEST(a new connection takes the place of the one before) {
  say("old");
  CAF_CHECK_EQUAL(line(clock::now() + 1ms), "late");
  CAF_REQUIRE(uut.connect_tcp("127.0.0.1", there.port(), 10s));
  char c = 0;
  CAF_CHECK_EQUAL(::recv(peer, &c, 1, 0), 0);
  hang_up();
  peer = there.accept();
  say("new\n");
  CAF_CHECK_EQUAL(line(), "line new");
  uut.close();
  CAF_CHECK(!uut.open());
  CAF_CHECK(uut.hung_up());
  CAF_CHECK_EQUAL(::recv(peer, &c, 1, 0), 0);
}

CAF_TEST_FIXTURE_SCOPE_END()

CAF_TEST(a connection that cannot be says why) {
  console_socket x;
  CAF_CHECK(!x.open());
  std::uint16_t port = 0;
  {
    listening_socket gone;
    port = gone.port();
  }
  CAF_CHECK_EQUAL(fault_of(x.connect_tcp("127.0.0.1", port, 10s)),
                  "Connection refused");
  temp_directory folder;
  CAF_CHECK_EQUAL(fault_of(x.connect_path(folder.path() + "/none")),
                  "No such file or directory");
  temp_file file{"x"};
  CAF_CHECK_EQUAL(fault_of(x.connect_path(file.path())), "Connection refused");
  CAF_CHECK_EQUAL(fault_of(x.connect_path(std::string(108, 'x'))),
                  "the path of a socket has at most 107 bytes");
  CAF_CHECK(!x.open());
}

CAF_TEST(a socket may stand at a path) {
  temp_directory folder;
  auto path = folder.path() + "/";
  // The longest that the system takes.
  path.append(107 - path.size(), 'x');
  sockaddr_un where{.sun_family = AF_UNIX};
  path.copy(where.sun_path, sizeof where.sun_path);
  auto listening = ::socket(AF_UNIX, SOCK_STREAM, 0);
  CAF_REQUIRE_EQUAL(
    ::bind(listening, reinterpret_cast<sockaddr*>(&where), sizeof where), 0);
  CAF_REQUIRE_EQUAL(::listen(listening, 1), 0);
  console_socket x;
  CAF_CHECK_EQUAL(fault_of(x.connect_path(path)), "");
  CAF_CHECK(x.open());
  CAF_CHECK(!x.hung_up());
  ::close(listening);
}
