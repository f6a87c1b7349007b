#pragma once

#include <cerrno>
#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include <asio/error.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/post.hpp>
#include <asio/steady_timer.hpp>

#include "livegrid/actors/base/address_range.hpp"
#include "livegrid/http/connection/connection_gate.hpp"
#include "livegrid/http/connection/current_input.hpp"
#include "livegrid/http/connection/endpoint_text.hpp"
#include "livegrid/http/connection/http_input.hpp"
#include "livegrid/http/message/error_reply.hpp"
#include "livegrid/http/tls/tls_socket.hpp"

namespace livegrid {

/// The socket of an HTTP connection, as RESTinio drives it: a socket that
/// passes the gate before its first read, where it learns whether to speak TLS,
/// that answers a client which has closed its own half, and that leaves
/// politely when the parser gave its client up.
class http_socket : public tls_socket {
public:
  using super = tls_socket;

  explicit http_socket(asio::io_context& context)
    : super(context), gate_(&asio::use_service<connection_gate>(context)) {
    // nop
  }

  http_socket(http_socket&&) = default;

  http_socket& operator=(http_socket&&) = default;

  /// RESTinio's acceptor asks for the peer by way of this. Where the peer has
  /// reset the connection before it was accepted the answer of asio is an
  /// exception, upon which RESTinio would take it for one that is being
  /// accepted for ever, and in the end accept no more.
  http_socket& lowest_layer() noexcept {
    return *this;
  }

  /// The peer, or an endpoint that is none if it has gone already.
  endpoint_type remote_endpoint() const {
    asio::error_code gone;
    return super::remote_endpoint(gone);
  }

  template <class Buffers, class Handler>
  void async_read_some(const Buffers& buffers, Handler&& handler) {
    if (!input_ && !enter()) {
      // RESTinio takes it for a client that went away.
      asio::post(get_executor(),
                 [h = std::forward<Handler>(handler)]() mutable {
                   h(asio::error_code{asio::error::eof}, std::size_t{0});
                 });
      return;
    }
    asio::mutable_buffer to = *asio::buffer_sequence_begin(buffers);
    reading<std::decay_t<Handler>>{this, gate_, input_, to,
                                   std::forward<Handler>(handler)}
      .go_on(false);
  }

  template <class Buffers, class Handler>
  void async_write_some(const Buffers& buffers, Handler&& handler) {
    super::async_write_some(
      buffers,
      [this, gate = gate_, input = input_, h = std::forward<Handler>(handler)](
        asio::error_code ec, std::size_t n) mutable {
        {
          // RESTinio may go on with an upgrade that it has read already.
          current_input scope{*gate, std::move(input)};
          h(ec, n);
        }
        limit_upgrade();
      });
  }

  /// Ends what the socket waits for, as if it were a read.
  void cancel(asio::error_code& ec) {
    super::cancel(ec);
    if (input_)
      input_->stop();
  }

  void close() {
    super::close();
    if (input_)
      input_->stop();
  }

  void shutdown(shutdown_type what, asio::error_code& ec) {
    auto fault = gate_->take_fault();
    if (fault != parse_fault::none && is_open() && input_->idle())
      refuse(request_fault{static_cast<std::uint16_t>(fault), describe(fault)});
    else
      super::shutdown(what, ec);
  }

  /// Gives the connection's place to whoever takes the socket over.
  connection_gate::pass take_pass() noexcept {
    return std::move(pass_);
  }

  http_input& input() noexcept {
    return *input_;
  }

private:
  /// One read of RESTinio's, which gets one request at most, or a part of one.
  template <class Handler>
  struct reading {
    http_socket* socket;
    connection_gate* gate;
    std::shared_ptr<http_input> input;
    asio::mutable_buffer to;
    Handler handler;

    /// Something has been read.
    void operator()(asio::error_code ec, std::size_t n) {
      if (ec == asio::error::eof) {
        input->note_end();
        return go_on(true);
      }
      if (ec) {
        if (ec.value() == EPROTO && socket->is_secure())
          socket->refuse_tls();
        return done(ec, 0);
      }
      n = input->take({static_cast<const char*>(to.data()), n});
      if (n > 0)
        done({}, n);
      else
        go_on(true);
    }

    /// What was waited for may have come.
    void operator()(asio::error_code = {}) {
      if (!socket->is_open() || input->stopped())
        done(asio::error::operation_aborted, 0);
      else
        go_on(true);
    }

    /// @param at_once whether the handler may be called from here.
    void go_on(bool at_once) {
      using turn = http_input::turn;
      auto next = input->next();
      if (next == turn::read) {
        // It wants more of a request: so its header was fine.
        if (input->take_continue_due())
          socket->send_continue();
        return static_cast<super*>(socket)->async_read_some(to,
                                                            std::move(*this));
      }
      if (next == turn::wait)
        return input->pause(socket->get_executor(), std::move(*this));
      if (!at_once)
        return asio::post(socket->get_executor(), std::move(*this));
      if (next == turn::give)
        return done({}, input->give(static_cast<char*>(to.data()), to.size()));
      if (next == turn::refuse)
        socket->refuse();
      // RESTinio takes it for a client that went away.
      done(asio::error::eof, 0);
    }

    void done(asio::error_code ec, std::size_t n) {
      {
        current_input scope{*gate, input};
        handler(ec, n);
      }
      socket->limit_upgrade();
    }
  };

  /// Passes the gate, before the first read. Returns whether that was possible.
  bool enter() {
    auto admitted = gate_->admit(*this);
    pass_ = std::move(admitted.place);
    if (!pass_) {
      gate_->refuse_full(std::move(static_cast<super&>(*this)),
                         admitted.refusal);
      return false;
    }
    auto peer = remote_endpoint();
    input_ = std::make_shared<http_input>(
      gate_->max_body(), gate_->budget(),
      network_of(peer.address().to_string()), endpoint_text(peer),
      peer.address().to_string(), gate_->on_head());
    input_->refusal = admitted.refusal;
    if (input_->reserved())
      limit_stay(connection_gate::reserved_time);
    if (auto ssl = gate_->make_tls())
      secure(std::move(ssl));
    return true;
  }

  static constexpr std::string_view describe(parse_fault x) noexcept {
    switch (x) {
    case parse_fault::body_too_big:
      return "the body is larger than http.max-body";
    case parse_fault::url_too_long:
      return "the request line is larger than 72 KiB";
    case parse_fault::header_too_big:
      return "the header is too large";
    default:
      return "not HTTP";
    }
  }

  /// Ends the connection after a while. RESTinio moves its sockets before their
  /// first read and for an upgrade, whose connection has no such end: only the
  /// node's own probe gets one.
  void limit_stay(std::chrono::seconds how_long) {
    deadline_ = std::make_shared<asio::steady_timer>(get_executor(), how_long);
    deadline_->async_wait(
      [this, alive = std::weak_ptr{deadline_}](const asio::error_code& ec) {
        if (ec || alive.expired() || !is_open())
          return;
        // RESTinio takes it for a client that went away, or drops it with the
        // last of what it waits for.
        asio::error_code ignored;
        super::shutdown(shutdown_both, ignored);
        super::close(ignored);
        input_->stop();
      });
  }

  /// RESTinio has no time limit for who asks for an upgrade, not even where the
  /// answer is another.
  void limit_upgrade() {
    if (input_ && input_->upgrading() && is_open() && !deadline_)
      limit_stay(connection_gate::upgrade_time);
  }

  /// Lets a client that waits for it send its body (RFC 9110, 10.1.1). One
  /// whose socket has no room for so little does not read anyway.
  void send_continue() {
    static constexpr std::string_view text = "HTTP/1.1 100 Continue\r\n\r\n";
    auto n = write_now(text.data(), text.size());
    // The rest of it would become a part of the answer.
    if (n != static_cast<ssize_t>(text.size()) && (n > 0 || is_secure())) {
      asio::error_code ignored;
      super::shutdown(shutdown_both, ignored);
    }
  }

  /// Somebody does not speak TLS, or none that we do; to one who takes this for
  /// HTTP it is said so in his language.
  void refuse_tls() {
    if (fault() != "http request")
      return gate_->note_tls_fault(*this, fault());
    give_up_tls();
    refuse(request_fault{400, "this port speaks TLS: https, not http"});
  }

  /// For what the client has broken.
  void refuse(const request_fault& x) {
    gate_->note_fault(input_->peer(), x);
    gate_->refuse(std::move(static_cast<super&>(*this)),
                  error_reply(x.status, x.why), input_->origin());
  }

  /// With the answer that is due.
  void refuse() {
    if (const auto& x = input_->fault())
      gate_->note_fault(input_->peer(), *x);
    gate_->refuse(std::move(static_cast<super&>(*this)), input_->take_refusal(),
                  input_->origin());
  }

  connection_gate* gate_;
  connection_gate::pass pass_;
  std::shared_ptr<http_input> input_;
  std::shared_ptr<asio::steady_timer> deadline_; ///< of its stay
};

} // namespace livegrid
