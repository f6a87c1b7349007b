#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <asio/buffer.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/read_until.hpp>
#include <asio/write.hpp>

#include "livegrid/http/websocket/ws_codec.hpp"
#include "livegrid/http/websocket/ws_handshake.hpp"

namespace livegrid::test {

/// Listens on a free port of loopback, on the loop of its client, and does with
/// each request what its script says.
class scripted_listener {
public:
  using tcp = asio::ip::tcp;

  /// One connection, which its script may write to and read from.
  struct connection : std::enable_shared_from_this<connection> {
    explicit connection(tcp::socket x) : socket(std::move(x)) {
      // nop
    }

    /// What makes it a WebSocket.
    std::string upgraded() const {
      constexpr std::string_view field = "Sec-WebSocket-Key: ";
      auto at = request.find(field) + field.size();
      return switching_protocols(request.substr(at, 24));
    }

    void write(std::string_view bytes) {
      asio::error_code gone;
      asio::write(socket, asio::buffer(bytes), gone);
    }

    /// Reads the client's frames until it closes, then hangs up.
    void read_frames(ws_codec& codec, ws_events& to) {
      socket.async_read_some(
        asio::buffer(chunk), [this, self = shared_from_this(), &codec,
                              &to](const asio::error_code& ec, std::size_t n) {
          if (!ec
              && codec.feed({chunk.data(), n}, to) != ws_codec::outcome::closed)
            return read_frames(codec, to);
          socket.close();
        });
    }

    tcp::socket socket;
    std::string request;
    std::array<char, 4096> chunk;
  };

  using script = std::function<void(connection&)>;

  scripted_listener(asio::io_context& context, script what)
    : acceptor_(context, {asio::ip::address_v4::loopback(), 0}),
      script_(std::move(what)) {
    accept();
  }

  tcp::endpoint where() const {
    return acceptor_.local_endpoint();
  }

  /// Connections that have sent a request; they stay open.
  std::vector<std::shared_ptr<connection>> connections;

private:
  void accept() {
    acceptor_.async_accept([this](const asio::error_code& ec, tcp::socket x) {
      if (ec)
        return;
      auto c = std::make_shared<connection>(std::move(x));
      asio::async_read_until(
        c->socket, asio::dynamic_buffer(c->request), "\r\n\r\n",
        [this, c](const asio::error_code& broken, std::size_t) {
          if (broken)
            return;
          connections.emplace_back(c);
          script_(*c);
        });
      accept();
    });
  }

  tcp::acceptor acceptor_;
  script script_;
};

} // namespace livegrid::test
