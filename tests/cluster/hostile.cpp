#define CAF_SUITE cluster.hostile

#include "livegrid/http/cluster/etcd_membership.hpp"

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <string>
#include <string_view>
#include <thread>

#include "member_node.hpp"

#include "unit_test.hpp"

using namespace livegrid;
using namespace livegrid::test;
using namespace std::chrono_literals;

namespace {

/// Something that answers whatever it is asked with the same bytes, on a port
/// that etcd might have.
class parrot {
public:
  /// @param endless whether the last byte is repeated as long as it is taken.
  parrot(std::string answer, bool endless)
    : answer_(std::move(answer)), endless_(endless) {
    fd_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    auto* raw = reinterpret_cast<sockaddr*>(&address);
    socklen_t size = sizeof address;
    if (fd_ < 0 || ::bind(fd_, raw, size) != 0 || ::listen(fd_, 8) != 0
        || getsockname(fd_, raw, &size) != 0)
      give_up("no free port");
    port_ = ntohs(address.sin_port);
    thread_ = std::thread{[this] { run(); }};
  }

  ~parrot() {
    stopping_ = true;
    // Ends the accept() under way.
    ::shutdown(fd_, SHUT_RDWR);
    thread_.join();
    ::close(fd_);
  }

  std::string endpoint() const {
    return "http://127.0.0.1:" + std::to_string(port_);
  }

private:
  void run() {
    for (;;) {
      auto client = ::accept4(fd_, nullptr, nullptr, SOCK_CLOEXEC);
      if (client < 0)
        return;
      answer(client);
      ::close(client);
    }
  }

  void answer(int client) {
    char buffer[4096];
    std::string more(sizeof buffer, answer_.back());
    while (!stopping_ && ::recv(client, buffer, sizeof buffer, 0) > 0
           && send(client, answer_))
      while (endless_ && !stopping_ && send(client, more))
        ;
  }

  static bool send(int client, std::string_view bytes) {
    return ::send(client, bytes.data(), bytes.size(), MSG_NOSIGNAL)
           == static_cast<ssize_t>(bytes.size());
  }

  std::string answer_;
  bool endless_;
  int fd_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<bool> stopping_ = false;
  std::thread thread_;
};

/// Why a member that asks that one has to wait.
std::string reason(std::string answer, bool endless = false) {
  parrot other{std::move(answer), endless};
  member_node a{member_config({other.endpoint()}, "a", 2s)};
  auto x = a.next();
  CAF_CHECK_EQUAL(x.kind, "waiting");
  CAF_CHECK(!a.membership().valid());
  return x.text;
}

/// An answer of that body.
std::string ok(std::string_view body) {
  return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size())
         + "\r\n\r\n" + std::string{body};
}

CAF_TEST(an answer without end is cut off) {
  CAF_CHECK_EQUAL(reason("HTTP/1.1 200 OK\r\n\r\n{", true),
                  "the answer is too large");
  // A head has a limit of libcurl's.
  CAF_CHECK_NOT_EQUAL(reason("HTTP/1.1 200 OK\r\nA: b", true), "");
}

CAF_TEST(an answer that does not go on is not waited for) {
  CAF_CHECK_EQUAL(reason("HTTP/1.1 200 OK\r\n\r\n{"), "Timeout was reached");
}

CAF_TEST(an answer that is not etcds is none) {
  CAF_CHECK_NOT_EQUAL(reason("SSH-2.0-x\r\n"), "");
  CAF_CHECK_NOT_EQUAL(reason(ok("<html></html>")), "");
  CAF_CHECK_NOT_EQUAL(reason(ok("")), "");
  CAF_CHECK_NOT_EQUAL(reason(ok(std::string(100'000, '['))), "");
  CAF_CHECK_EQUAL(reason(ok("[]")), "the answer is no object");
  // No lease can come of that.
  CAF_CHECK_EQUAL(reason(ok("{}")), "a lease cannot be so");
}

CAF_TEST(nobody is sent elsewhere) {
  parrot elsewhere{ok(R"({"error":"x","message":"elsewhere"})"), false};
  CAF_CHECK_NOT_EQUAL(reason("HTTP/1.1 307 Temporary Redirect\r\nLocation: "
                             + elsewhere.endpoint()
                             + "/\r\nContent-Length: 0\r\n\r\n"),
                      "elsewhere");
}

} // namespace
