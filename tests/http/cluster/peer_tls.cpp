#define CAF_SUITE http.cluster.peer_tls

#include "livegrid/http/cluster/peer_tls.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <openssl/ssl.h>

#include "captured_stderr.hpp"
#include "identity.hpp"
#include "temp_file.hpp"

#include "livegrid/actors/base/log.hpp"

#include "unit_test.hpp"

using namespace livegrid;
using namespace livegrid::test;
using caf::io::network::rw_state;

namespace {

/// The certificates of one node, as files that can be replaced.
class papers {
public:
  papers(const identity& authority, const log_ptr& log)
    : uut(cert(), key(), ca(), log) {
    put(identity{&authority}, authority);
  }

  void put(const identity& own, const identity& authority) const {
    replace(cert(), own.cert());
    replace(key(), own.key());
    replace(ca(), authority.cert());
  }

  static void replace(const std::string& path, const std::string& text) {
    std::ofstream{path + ".new"} << text;
    std::filesystem::permissions(path + ".new", std::filesystem::perms{0600});
    std::filesystem::rename(path + ".new", path);
  }

  std::string cert() const {
    return folder_.path() + "/cert.pem";
  }

  std::string key() const {
    return folder_.path() + "/key.pem";
  }

  std::string ca() const {
    return folder_.path() + "/ca.pem";
  }

private:
  temp_directory folder_;

public:
  peer_certificates uut;
};

/// One end of a connection.
struct peer {
  peer(ssl_ptr ssl, int descriptor)
    : fd(descriptor),
      uut(std::move(ssl), fd,
          {.ready = [this] { ++ready; },
           .refused = [this](const std::string& why) { refused = why; }}) {
    // nop
  }

  ~peer() {
    close();
  }

  void close() {
    if (fd >= 0)
      ::close(fd);
    fd = -1;
  }

  /// Reads what has come; false if it cannot go on.
  bool read() {
    char some[1000];
    std::size_t n = 0;
    auto state = uut.read_some(n, fd, some, sizeof some);
    heard.append(some, n);
    return state == rw_state::success;
  }

  /// Writes as much as it can; nothing if it cannot go on.
  std::optional<std::size_t> write(std::string_view text) {
    std::size_t n = 0;
    auto state = uut.write_some(n, fd, text.data(), text.size());
    return state == rw_state::failure ? std::nullopt : std::optional{n};
  }

  int fd;
  int ready = 0;
  std::string refused;
  std::string heard;
  peer_tls uut;
};

/// Two nodes, and a connection between them.
struct fixture {
  fixture() {
    // As in a node: who writes to a peer that has gone is told so by the call.
    std::signal(SIGPIPE, SIG_IGN);
    CAF_REQUIRE_EQUAL(
      ::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends), 0);
  }

  void connect(peer_certificates& accepting, peer_certificates& connecting) {
    server.emplace(accepting.open(true), ends[0]);
    client.emplace(connecting.open(false), ends[1]);
  }

  /// Shakes hands as far as both go along.
  bool shake_hands() {
    for (int i = 0; i < 10; ++i)
      if (!client->read() || !server->read())
        return false;
    return client->uut.ready() && server->uut.ready();
  }

  captured_stderr err;
  log_ptr log = std::make_shared<logger>();
  identity authority;
  papers a{authority, log};
  papers b{authority, log};
  int ends[2] = {-1, -1};
  std::optional<peer> server;
  std::optional<peer> client;
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(peer_tls_tests, fixture)

CAF_TEST(nothing is written before both have shown who they are) {
  connect(a.uut, b.uut);
  CAF_CHECK_EQUAL(client->write("early").value_or(99), 0u);
  CAF_CHECK(!client->uut.ready());
  CAF_CHECK(shake_hands());
  CAF_CHECK_EQUAL(client->ready, 1);
  CAF_CHECK_EQUAL(server->ready, 1);
  CAF_CHECK_EQUAL(client->write("hello").value_or(99), 5u);
  CAF_CHECK_EQUAL(server->write("welcome").value_or(99), 7u);
  CAF_CHECK(server->read());
  CAF_CHECK(client->read());
  CAF_CHECK_EQUAL(server->heard, "hello");
  CAF_CHECK_EQUAL(client->heard, "welcome");
}

CAF_TEST(whoever has made the connection speaks first) {
  connect(a.uut, b.uut);
  // A stream begins with nothing to write.
  CAF_CHECK_EQUAL(client->write("").value_or(99), 0u);
  CAF_CHECK(server->read());
  CAF_CHECK(client->read());
  CAF_CHECK(server->read());
  CAF_CHECK(client->uut.ready());
  CAF_CHECK(server->uut.ready());
}

CAF_TEST(what was read beyond what was asked for is told) {
  connect(a.uut, b.uut);
  CAF_REQUIRE(shake_hands());
  CAF_REQUIRE_EQUAL(client->write(std::string(1500, 'x')).value_or(0), 1500u);
  CAF_CHECK(!server->uut.must_read_more(server->fd, 1));
  CAF_CHECK(server->read());
  CAF_CHECK_EQUAL(server->heard.size(), 1000u);
  // No event of the descriptor will come for the rest.
  CAF_CHECK(server->uut.must_read_more(server->fd, 500));
  CAF_CHECK(!server->uut.must_read_more(server->fd, 501));
  CAF_CHECK(server->read());
  CAF_CHECK_EQUAL(server->heard.size(), 1500u);
}

CAF_TEST(what the kernel does not take at once is written later) {
  connect(a.uut, b.uut);
  CAF_REQUIRE(shake_hands());
  std::string text;
  for (int i = 0; text.size() < 4 * 1024 * 1024; ++i)
    text += std::to_string(i) + ' ';
  std::string_view rest = text;
  auto rounds = 0;
  while (server->heard.size() < text.size() && rounds < 100'000) {
    auto n = client->write(rest);
    CAF_REQUIRE(n);
    rest.remove_prefix(*n);
    CAF_REQUIRE(server->read());
    ++rounds;
  }
  CAF_CHECK_GREATER(rounds, 1);
  CAF_CHECK(server->heard == text);
}

CAF_TEST(a stranger is refused by who is asked and told why) {
  identity other_authority;
  papers stranger{other_authority, log};
  connect(a.uut, stranger.uut);
  CAF_CHECK(!shake_hands());
  CAF_CHECK(!client->refused.empty());
  CAF_CHECK_EQUAL(client->ready + server->ready, 0);
  // The one that listens finds out with what comes next.
  while (server->refused.empty() && server->read())
    ;
  CAF_CHECK(!server->refused.empty());
}

CAF_TEST(whoever does not speak TLS is refused) {
  server.emplace(a.uut.open(true), ends[0]);
  CAF_REQUIRE(::send(ends[1], "GET / HTTP/1.1\r\n\r\n", 18, 0) == 18);
  CAF_CHECK(!server->read());
  CAF_CHECK_EQUAL(server->refused, "http request");
  ::close(ends[1]);
}

CAF_TEST(whoever just goes away has broken no rule) {
  server.emplace(a.uut.open(true), ends[0]);
  CAF_CHECK(server->read());
  ::close(ends[1]);
  CAF_CHECK(!server->read());
  CAF_CHECK_EQUAL(server->refused, "");
  CAF_CHECK_EQUAL(server->ready, 0);
}

CAF_TEST(a connection that is gone is a failure) {
  connect(a.uut, b.uut);
  CAF_REQUIRE(shake_hands());
  client->close();
  CAF_CHECK(!server->read());
  CAF_CHECK_EQUAL(server->refused, "");
}

CAF_TEST(new certificates are read once they fit) {
  connect(a.uut, b.uut);
  CAF_CHECK(shake_hands());
  identity next_authority;
  identity own{&next_authority};
  // One file after the other: in between what was read before holds.
  papers::replace(a.cert(), own.cert());
  auto before = a.uut.open(true);
  CAF_CHECK_EQUAL(err.count("certificate_unreadable"), 1u);
  auto* old = SSL_get_certificate(before.get());
  papers::replace(a.key(), own.key());
  papers::replace(a.ca(), next_authority.cert());
  auto after = a.uut.open(true);
  CAF_CHECK_NOT_EQUAL(X509_cmp(old, SSL_get_certificate(after.get())), 0);
  CAF_CHECK_EQUAL(err.count("certificate_unreadable"), 1u);
}

CAF_TEST(without files that were ever good there is no TLS) {
  papers::replace(a.key(), "no pem\n");
  CAF_CHECK(a.uut.open(true) == nullptr);
  CAF_CHECK_EQUAL(err.count("certificate_unreadable"), 1u);
  // It is told once a change.
  CAF_CHECK(a.uut.open(false) == nullptr);
  CAF_CHECK_EQUAL(err.count("certificate_unreadable"), 1u);
  identity own{&authority};
  a.put(own, authority);
  CAF_CHECK(a.uut.open(false) != nullptr);
  CAF_CHECK_EQUAL(SSL_is_server(a.uut.open(true).get()), 1);
  CAF_CHECK_EQUAL(SSL_is_server(a.uut.open(false).get()), 0);
}

CAF_TEST_FIXTURE_SCOPE_END()
