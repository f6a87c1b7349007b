#pragma once

#include <utility>

#include <asio/error.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/post.hpp>

#include "livegrid/http/connection_gate.hpp"

namespace livegrid {

/// The socket of an HTTP connection, as RESTinio drives it: a TCP socket that
/// passes the gate before its first read, and that leaves politely when the
/// parser gave its client up.
class http_socket : public asio::ip::tcp::socket {
public:
  using super = asio::ip::tcp::socket;

  explicit http_socket(asio::io_context& context)
    : super(context), gate_(&asio::use_service<connection_gate>(context)) {
    // nop
  }

  http_socket(http_socket&&) = default;

  http_socket& operator=(http_socket&&) = default;

  template <class Buffers, class Handler>
  void async_read_some(const Buffers& buffers, Handler&& handler) {
    if (!pass_) {
      if (gate_->full()) {
        gate_->refuse(std::move(static_cast<super&>(*this)), 503,
                      "as many connections as the node may have");
        // RESTinio takes it for a client that went away.
        asio::post(get_executor(),
                   [h = std::forward<Handler>(handler)]() mutable {
                     h(asio::error_code{asio::error::eof}, std::size_t{0});
                   });
        return;
      }
      pass_ = connection_gate::pass{gate_};
    }
    super::async_read_some(buffers, std::forward<Handler>(handler));
  }

  void shutdown(shutdown_type what, asio::error_code& ec) {
    auto fault = gate_->take_fault();
    if (fault != parse_fault::none && is_open())
      gate_->refuse(std::move(static_cast<super&>(*this)),
                    static_cast<std::uint16_t>(fault), describe(fault));
    else
      super::shutdown(what, ec);
  }

  /// Gives the connection's place to whoever takes the socket over.
  connection_gate::pass take_pass() noexcept {
    return std::move(pass_);
  }

private:
  static constexpr std::string_view describe(parse_fault x) noexcept {
    switch (x) {
    case parse_fault::body_too_big:
      return "the body is larger than http.max-body";
    case parse_fault::url_too_long:
      return "the request line is larger than 64 KiB";
    case parse_fault::header_too_big:
      return "the header is too large";
    default:
      return "not HTTP";
    }
  }

  connection_gate* gate_;
  connection_gate::pass pass_;
};

} // namespace livegrid
