#define CAF_SUITE http.tls.tls_socket

#include "livegrid/http/tls/tls_socket.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <utility>
#include <variant>

#include <asio/io_context.hpp>
#include <asio/read.hpp>
#include <asio/write.hpp>
#include <openssl/ssl.h>

#include "identity.hpp"
#include "temp_file.hpp"
#include "wait.hpp"

#include "unit_test.hpp"

using namespace livegrid;
using namespace livegrid::test;

namespace {

/// The server's end, and a client whose records a test sends as it likes.
struct fixture {
  identity self;
  temp_file cert{self.cert()};
  temp_file key{self.key()};
  ssl_context_ptr context = *make_https_context(cert.path(), key.path());
  ssl_context_ptr client_context = make_probe_context();
  asio::io_context loop;
  tls_socket server{loop};
  asio::ip::tcp::socket wire{loop};
  ssl_ptr client{SSL_new(client_context.get())};
  BIO* to_client = BIO_new(BIO_s_mem());
  BIO* from_client = BIO_new(BIO_s_mem());

  fixture() {
    asio::ip::tcp::acceptor acceptor{loop,
                                     {asio::ip::address_v4::loopback(), 0}};
    wire.connect(acceptor.local_endpoint());
    acceptor.accept(static_cast<asio::ip::tcp::socket&>(server));
    ssl_ptr ssl{SSL_new(context.get())};
    SSL_set_accept_state(ssl.get());
    server.secure(std::move(ssl));
    SSL_set_connect_state(client.get());
    SSL_set_bio(client.get(), to_client, from_client);
    wire.non_blocking(true);
    while (SSL_is_init_finished(client.get()) != 1) {
      SSL_do_handshake(client.get());
      send(records());
      CAF_REQUIRE_EQUAL(read(), "EAGAIN");
      receive();
    }
    // The handshake ends with what the client said last.
    send(records());
    CAF_REQUIRE_EQUAL(read(), "EAGAIN");
  }

  /// What the client has to send, encrypted.
  std::string records() const {
    char* data = nullptr;
    auto size = BIO_get_mem_data(from_client, &data);
    std::string result(data, static_cast<std::size_t>(size));
    BIO_reset(from_client);
    return result;
  }

  std::string records_of(const std::string& text) const {
    SSL_write(client.get(), text.data(), static_cast<int>(text.size()));
    return records();
  }

  /// Sends bytes, and waits until the server's kernel has them all.
  void send(const std::string& bytes) {
    auto before = unread();
    wire.non_blocking(false);
    asio::write(wire, asio::buffer(bytes));
    wire.non_blocking(true);
    wait_until("bytes on their way",
               [&] { return unread() == before + bytes.size(); });
  }

  /// Bytes that the server's kernel holds.
  std::size_t unread() {
    int n = 0;
    ::ioctl(server.native_handle(), FIONREAD, &n);
    return static_cast<std::size_t>(n);
  }

  /// Takes what has come for the client.
  void receive() {
    char block[64 * 1024];
    asio::error_code ec;
    while (auto n = wire.read_some(asio::buffer(block), ec))
      BIO_write(to_client, block, static_cast<int>(n));
  }

  /// What the server reads, or the name of what went wrong.
  std::string read(std::size_t at_most = 64 * 1024) {
    std::string result(at_most, '\0');
    auto n = server.read_now(result.data(), at_most);
    if (n < 0)
      return errno == EAGAIN   ? "EAGAIN"
             : errno == EPROTO ? "EPROTO"
             : errno == EBADF  ? "EBADF"
                               : "?";
    result.resize(static_cast<std::size_t>(n));
    return result;
  }
};

CAF_TEST_FIXTURE_SCOPE(tls_socket_tests, fixture)

CAF_TEST(the begin of a record is nothing to be read) {
  auto record = records_of("hello");
  send(record.substr(0, record.size() - 1));
  CAF_CHECK_EQUAL(read(), "EAGAIN");
  // Else who waits for the rest would not wait.
  CAF_CHECK(!server.has_unread());
  send(record.substr(record.size() - 1));
  CAF_CHECK_EQUAL(read(), "hello");
  CAF_CHECK(!server.has_unread());
}

CAF_TEST(the rest of a record is said to be there) {
  send(records_of("hello"));
  CAF_CHECK_EQUAL(read(2), "he");
  CAF_CHECK(server.has_unread());
  CAF_CHECK_EQUAL(read(), "llo");
  CAF_CHECK(!server.has_unread());
  CAF_CHECK_EQUAL(read(), "EAGAIN");
}

CAF_TEST(nobody is kept by a peer that says new keys and nothing else) {
  constexpr std::size_t many = 100;
  std::string all;
  for (std::size_t i = 0; i < many; ++i) {
    CAF_REQUIRE_EQUAL(
      SSL_key_update(client.get(), SSL_KEY_UPDATE_NOT_REQUESTED), 1);
    SSL_do_handshake(client.get());
    all += records();
  }
  send(all);
  CAF_CHECK_EQUAL(read(), "EAGAIN");
  // It has looked at one of them.
  CAF_CHECK_EQUAL(unread(), all.size() / many * (many - 1));
  send(records_of("hello"));
  auto found = read();
  for (std::size_t i = 0; i < many && found == "EAGAIN"; ++i)
    found = read();
  CAF_CHECK_EQUAL(found, "hello");
}

CAF_TEST(rubbish is told from the end) {
  auto record = records_of("hello");
  record.back() = static_cast<char>(record.back() ^ 1);
  send(record);
  CAF_CHECK_EQUAL(read(), "EPROTO");
  CAF_CHECK(!server.fault().empty());
}

CAF_TEST(a goodbye is the end) {
  SSL_shutdown(client.get());
  send(records());
  CAF_CHECK_EQUAL(read(), "");
}

CAF_TEST(so is a connection that breaks off) {
  wire.shutdown(asio::ip::tcp::socket::shutdown_send);
  wait_until("the end", [&] { return read() != "EAGAIN"; });
  CAF_CHECK_EQUAL(read(), "");
}

CAF_TEST(nothing is done with a closed socket) {
  send(records_of("hello"));
  auto fd = server.native_handle();
  server.close();
  // Another connection's from now on.
  CAF_REQUIRE_EQUAL(::dup2(wire.native_handle(), fd), fd);
  CAF_CHECK_EQUAL(read(), "EBADF");
  CAF_CHECK_EQUAL(server.write_now("x", 1), -1);
  CAF_CHECK_EQUAL(errno, EBADF);
  asio::error_code ec;
  server.shutdown(tls_socket::shutdown_both, ec);
  CAF_CHECK(ec);
  ::close(fd);
}

CAF_TEST(what cannot be written now is written later and once) {
  std::string text;
  for (int i = 0; text.size() < 8u * 1024 * 1024; ++i)
    text += std::to_string(i) + ' ';
  std::string_view rest = text;
  std::string found;
  auto waited = 0;
  while (found.size() < text.size()) {
    auto n = rest.empty() ? 0 : server.write_now(rest.data(), rest.size());
    if (n > 0) {
      rest.remove_prefix(static_cast<std::size_t>(n));
      continue;
    }
    if (n < 0) {
      CAF_REQUIRE_EQUAL(errno, EAGAIN);
      CAF_CHECK(server.write_waits_for() == tls_socket::wait_write);
      ++waited;
    }
    receive();
    char block[16 * 1024];
    int got = 0;
    while ((got = SSL_read(client.get(), block, sizeof block)) > 0)
      found.append(block, static_cast<std::size_t>(got));
  }
  CAF_CHECK_GREATER(waited, 0);
  CAF_CHECK(found == text);
}

CAF_TEST(asio reads and writes as with any stream) {
  std::string got(5, '\0');
  std::size_t read = 0;
  asio::async_read(server, asio::buffer(got),
                   [&](const asio::error_code&, std::size_t n) { read = n; });
  auto record = records_of("hello");
  send(record.substr(0, 9));
  loop.poll();
  CAF_CHECK_EQUAL(read, 0u);
  send(record.substr(9));
  loop.restart();
  while (read == 0)
    loop.run_one();
  CAF_CHECK_EQUAL(got, "hello");
  std::string answer(100'000, 'x');
  std::size_t written = 0;
  asio::async_write(
    server, asio::buffer(answer),
    [&](const asio::error_code&, std::size_t n) { written = n; });
  // Nothing is called from within.
  CAF_CHECK_EQUAL(written, 0u);
  loop.restart();
  while (written == 0) {
    loop.poll();
    loop.restart();
    receive();
  }
  CAF_CHECK_EQUAL(written, answer.size());
}

CAF_TEST(an operation of a socket that was closed is aborted) {
  asio::error_code found;
  server.async_write_some(
    asio::buffer("x", 1),
    [&](const asio::error_code& ec, std::size_t) { found = ec; });
  server.close();
  loop.restart();
  loop.poll();
  CAF_CHECK(found == asio::error::operation_aborted);
}

CAF_TEST_FIXTURE_SCOPE_END()

} // namespace
