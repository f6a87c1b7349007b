#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include <asio/buffer.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/write.hpp>

#include "livegrid/http/connection/restinio_traits.hpp"

#include "wait.hpp"

namespace livegrid::test {

/// A server of RESTinio's on a loop that the test itself turns, and its
/// clients, in one thread.
template <class Traits>
class restinio_server {
public:
  using server_type = restinio::http_server_t<Traits>;

  /// What it does with requests.
  std::function<restinio::request_handling_status_t(restinio::request_handle_t)>
    on_request = [](auto) { return restinio::request_rejected(); };

  explicit restinio_server(asio::io_context& loop) : loop_(loop) {
    // nop
  }

  /// @param log what the traits' logger is made of.
  /// @param most connections at a time.
  template <class Log>
  void open(Log* log, std::size_t most = 1) {
    auto server = std::make_shared<server_type>(
      restinio::external_io_context(loop_), [&](auto& x) {
        x.address(asio::ip::make_address("127.0.0.1"))
          .port(0)
          .acceptor_post_bind_hook([this](asio::ip::tcp::acceptor& acceptor) {
            where_ = acceptor.local_endpoint();
          })
          .request_handler(
            [this](auto request) { return on_request(std::move(request)); })
          .logger(log)
          .max_parallel_connections(most)
          .separate_accept_and_create_connect(false)
          .incoming_http_msg_limits(restinio::incoming_http_msg_limits_t{}
                                      .max_url_size(64)
                                      .max_field_name_size(32)
                                      .max_field_value_size(1000)
                                      .max_field_count(8)
                                      .max_body_size(16));
      });
    // Its connections refer to it until the loop has dropped them.
    asio::use_service<connection_gate>(loop_).keep(server);
    server->open_async([] {}, [](auto) { give_up("it does not open"); });
    until("it listens", [this] { return where_.port() != 0; });
  }

  /// Runs what is ready.
  void turn() {
    // The loop has stopped if there was nothing to wait for.
    loop_.restart();
    loop_.poll();
  }

  template <class Ready>
  void until(std::string_view what, Ready ready) {
    wait_until(what, [&] {
      turn();
      return ready();
    });
  }

  asio::ip::tcp::socket connect_and_send(std::string_view text) {
    asio::ip::tcp::socket client{loop_};
    client.connect(where_);
    asio::write(client, asio::buffer(text.data(), text.size()));
    client.non_blocking(true);
    return client;
  }

  /// What the client gets until that text has come, or the end.
  std::string receive(asio::ip::tcp::socket& client, std::string_view last) {
    std::string result;
    until("an answer", [&] {
      char some[1024];
      asio::error_code ec;
      auto n = client.read_some(asio::buffer(some), ec);
      result.append(some, n);
      return (!last.empty() && result.find(last) != result.npos)
             || (ec && ec != asio::error::would_block);
    });
    return result;
  }

private:
  asio::io_context& loop_;
  asio::ip::tcp::endpoint where_;
};

} // namespace livegrid::test
