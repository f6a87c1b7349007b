#define CAF_SUITE http.websocket.socket_io

#include "livegrid/http/websocket/socket_io.hpp"

#include <cerrno>
#include <memory>
#include <string>
#include <string_view>

#include <asio/ip/tcp.hpp>
#include <asio/read.hpp>
#include <asio/write.hpp>

#include "unit_test.hpp"

using namespace livegrid;
using tcp = asio::ip::tcp;

namespace {

/// Writes down what it is told.
struct recorder final : frame_io_user {
  std::string heard;

  void on_readable(bool ok) override {
    heard += ok ? "readable " : "unreadable ";
  }

  void on_writable(bool ok) override {
    heard += ok ? "writable " : "unwritable ";
  }

  void on_posted() override {
    heard += "posted ";
  }
};

/// Both ends of a connection over loopback; ours is behind `io`.
struct fixture {
  asio::io_context loop{1};
  tcp::acceptor acceptor{loop, {asio::ip::address_v4::loopback(), 0}};
  tcp::socket client{loop};
  std::unique_ptr<socket_io> io;
  std::shared_ptr<recorder> user = std::make_shared<recorder>();

  fixture() {
    client.connect(acceptor.local_endpoint());
    tls_socket ours{loop};
    acceptor.accept(ours);
    io = std::make_unique<socket_io>(std::move(ours), 16 * 1024);
  }

  void client_sends(std::string_view text) {
    asio::write(client, asio::buffer(text.data(), text.size()));
  }

  std::string client_gets(std::size_t size) {
    std::string result(size, '\0');
    asio::read(client, asio::buffer(result));
    return result;
  }

  /// Runs the loop until somebody is told something.
  std::string wait() {
    while (user->heard.empty())
      loop.run_one();
    return std::exchange(user->heard, {});
  }

  ssize_t read() {
    char buf[64];
    return io->read(buf, sizeof buf);
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(socket_io_tests, fixture)

CAF_TEST(bytes that have come are told of and read) {
  CAF_CHECK_EQUAL(read(), -1);
  CAF_CHECK_EQUAL(errno, EAGAIN);
  io->wait_readable(user, false);
  loop.poll();
  CAF_CHECK_EQUAL(user->heard, "");
  client_sends("abc");
  CAF_CHECK_EQUAL(wait(), "readable ");
  CAF_CHECK_EQUAL(read(), 3);
}

CAF_TEST(whoever has bytes left need not wait for others) {
  io->wait_readable(user, true);
  // Not from within the call.
  CAF_CHECK_EQUAL(user->heard, "");
  CAF_CHECK_EQUAL(wait(), "readable ");
}

CAF_TEST(bytes are written until the socket is full and then waited for) {
  CAF_CHECK_EQUAL(io->write("abc", 3), 3);
  CAF_CHECK_EQUAL(client_gets(3), "abc");
  std::string block(1024 * 1024, 'x');
  std::size_t written = 0;
  for (;;) {
    auto n = io->write(block.data(), block.size());
    if (n < 0)
      break;
    written += static_cast<std::size_t>(n);
  }
  CAF_CHECK_EQUAL(errno, EAGAIN);
  io->wait_writable(user);
  loop.poll();
  CAF_CHECK_EQUAL(user->heard, "");
  client_gets(written);
  CAF_CHECK_EQUAL(wait(), "writable ");
}

CAF_TEST(what is posted comes in a turn of its own) {
  io->post(user);
  CAF_CHECK_EQUAL(user->heard, "");
  CAF_CHECK_EQUAL(wait(), "posted ");
}

CAF_TEST(both ends can say that nothing more will come) {
  io->end_output();
  char c;
  asio::error_code ec;
  CAF_CHECK_EQUAL(client.read_some(asio::buffer(&c, 1), ec), 0u);
  CAF_CHECK(ec == asio::error::eof);
  client.shutdown(tcp::socket::shutdown_send);
  io->wait_readable(user, false);
  CAF_CHECK_EQUAL(wait(), "readable ");
  CAF_CHECK_EQUAL(read(), 0);
}

CAF_TEST(what is waited for ends with the connection) {
  io->wait_readable(user, false);
  io->close();
  CAF_CHECK_EQUAL(wait(), "unreadable ");
}

CAF_TEST(the kernel tells how far the bytes have come) {
  CAF_CHECK_EQUAL(io->write("abc", 3), 3);
  client_gets(3);
  CAF_CHECK_GREATER(io->link().segment, 0u);
  CAF_CHECK_EQUAL(io->tls_fault(), "");
}

CAF_TEST_FIXTURE_SCOPE_END()
