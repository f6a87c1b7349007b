#pragma once

#include <cerrno>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <asio/error.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/post.hpp>
#include <asio/steady_timer.hpp>

#include "livegrid/http/connection_gate.hpp"
#include "livegrid/http/tls_socket.hpp"

namespace livegrid {

/// What a client is told for whom there is no room.
constexpr std::string_view full_node =
  "as many connections as the node may have";

/// What a connection has read last, and what it still has to answer. Shared by
/// its socket, which RESTinio moves about, and by the requests under way.
struct http_input {
  /// The bytes of the last read, in RESTinio's buffer.
  std::string_view last;

  /// The three bytes before those.
  std::string before;

  /// The three bytes up to the end of those.
  std::string tail;

  /// Requests that wait for their answer.
  std::size_t in_flight = 0;

  /// It is beyond the limit: only what an operator needs is answered.
  bool reserved = false;

  /// It has sent what may be two things at once: nothing of it is served.
  bool dubious = false;

  /// The client waits with its body until it is told to go on.
  bool continue_due = false;

  /// The end of the client's half, held back while it waits for answers.
  std::function<void()> end;

  /// Notes what has been read now.
  void note(std::string_view bytes);

  /// One answer is on its way.
  void answered();

  /// What came behind the request with that WebSocket key, which must be the
  /// last one that was parsed.
  std::string_view behind_upgrade(std::string_view key) const;

  /// Whether a request line of the last read says HTTP/1.0, which RESTinio
  /// does not tell.
  bool is_http_1_0() const noexcept {
    return last.find(" HTTP/1.0\r\n") != std::string_view::npos;
  }

  /// The Origin header in the last read, if it is there.
  std::optional<std::string> origin() const;

  /// The value of a header in the last read, if it is there.
  /// @param name in lower case, between a line feed and a colon, both with it.
  std::optional<std::string> find_field(std::string_view name) const;
};

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
    if (!pass_) {
      pass_ = gate_->admit();
      auto reserved = !pass_;
      if (reserved)
        pass_ = gate_->admit_reserved();
      if (!pass_) {
        refuse(503, full_node);
        // RESTinio takes it for a client that went away.
        asio::post(get_executor(),
                   [h = std::forward<Handler>(handler)]() mutable {
                     h(asio::error_code{asio::error::eof}, std::size_t{0});
                   });
        return;
      }
      input_ = std::make_shared<http_input>();
      input_->reserved = reserved;
      if (reserved)
        limit_stay();
      if (auto ssl = gate_->make_tls())
        secure(std::move(ssl));
    }
    // It wants more of a request: so the header was fine.
    if (std::exchange(input_->continue_due, false) && input_->in_flight == 0)
      send_continue();
    super::async_read_some(
      buffers, [this, gate = gate_, input = input_, data = buffers.data(),
                h = std::forward<Handler>(handler)](asio::error_code ec,
                                                    std::size_t n) mutable {
        if (ec == asio::error::eof && input->in_flight > 0) {
          auto held = std::make_shared<std::decay_t<Handler>>(std::move(h));
          input->end = [held] {
            (*held)(asio::error_code{asio::error::eof}, std::size_t{0});
          };
          return;
        }
        if (ec.value() == EPROTO && is_secure())
          refuse_tls();
        input->note({static_cast<const char*>(data), n});
        auto before = gate->set_current(input);
        h(ec, n);
        gate->set_current(std::move(before));
      });
  }

  template <class Buffers, class Handler>
  void async_write_some(const Buffers& buffers, Handler&& handler) {
    super::async_write_some(
      buffers,
      [gate = gate_, input = input_, h = std::forward<Handler>(handler)](
        asio::error_code ec, std::size_t n) mutable {
        // RESTinio may go on with requests that it has read already.
        auto before = gate->set_current(input);
        h(ec, n);
        gate->set_current(std::move(before));
      });
  }

  void shutdown(shutdown_type what, asio::error_code& ec) {
    auto fault = gate_->take_fault();
    if (fault != parse_fault::none && is_open())
      refuse(static_cast<std::uint16_t>(fault), describe(fault));
    else
      super::shutdown(what, ec);
  }

  /// Gives the connection's place to whoever takes the socket over.
  connection_gate::pass take_pass() noexcept {
    return std::move(pass_);
  }

  const http_input& input() const noexcept {
    return *input_;
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

  /// Ends the connection after a while. RESTinio moves its sockets before their
  /// first read and for an upgrade, whose connection has no such end: only the
  /// node's own probe gets one.
  void limit_stay() {
    deadline_ = std::make_shared<asio::steady_timer>(
      get_executor(), connection_gate::reserved_time);
    deadline_->async_wait(
      [this, alive = std::weak_ptr{deadline_}](const asio::error_code& ec) {
        if (ec || alive.expired() || !is_open())
          return;
        // RESTinio takes it for a client that went away.
        asio::error_code ignored;
        super::shutdown(shutdown_both, ignored);
      });
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
    refuse(static_cast<std::uint16_t>(parse_fault::bad_request),
           "this port speaks TLS: https, not http");
  }

  void refuse(std::uint16_t status, std::string_view detail) {
    auto origin = input_ ? input_->origin() : std::nullopt;
    gate_->refuse(std::move(static_cast<super&>(*this)), status, detail,
                  origin);
  }

  connection_gate* gate_;
  connection_gate::pass pass_;
  std::shared_ptr<http_input> input_;
  std::shared_ptr<asio::steady_timer> deadline_; ///< of a reserved one
};

} // namespace livegrid
