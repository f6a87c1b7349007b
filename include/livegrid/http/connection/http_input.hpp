#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <asio/ip/tcp.hpp>
#include <asio/steady_timer.hpp>

#include "livegrid/http/connection/byte_budget.hpp"
#include "livegrid/http/connection/request_screen.hpp"
#include "livegrid/http/message/http_request.hpp"

namespace livegrid {

struct route;

/// What a client is told for whom nothing more can be kept.
constexpr request_fault too_much{503, "the node has as many requests and "
                                      "answers under way as it may keep"};

/// A request whose head has come.
struct announced_request {
  http_request request;
  const route* where = nullptr; ///< null if there is no such path
  bool head = false;            ///< a HEAD
  bool admitted = false;        ///< who asks, and whether he may, is known
  std::optional<byte_share> share = {}; ///< what it takes

  /// Whether its answer takes no more than a few lines.
  bool small_answer() const noexcept {
    return request.method == "POST";
  }
};

/// What one connection has sent and is still due: hands the parser one request
/// at a time, and none that is not one beyond doubt. Shared by the connection's
/// socket, which RESTinio moves about, and by the requests under way. Belongs
/// to the loop's thread.
class http_input {
public:
  /// Unsent bytes of answers beyond which no more requests are taken.
  static constexpr std::size_t max_unsent = 256 * 1024;

  /// @param max_body of a request, in bytes.
  /// @param budget what requests and answers may take.
  /// @param owner whose part of that it takes.
  /// @param peer address and port of the client.
  /// @param address the same without a port.
  http_input(std::uint64_t max_body, std::shared_ptr<byte_budget> budget,
             std::string owner, std::string peer, std::string address,
             const head_taker& on_head);

  /// What the socket has to do for the parser's next read.
  enum class turn : std::uint8_t {
    read,   ///< get more from the client
    give,   ///< call `give`
    wait,   ///< until `wake`
    refuse, ///< with `refusal`
    end,    ///< say that the client will send no more
  };

  turn next();

  /// Takes what has just been read into the parser's buffer.
  /// @returns how many bytes of it the parser may have as they are; the others
  ///          are kept.
  std::size_t take(std::string_view bytes);

  /// Moves kept bytes that the parser may have into its buffer.
  std::size_t give(char* to, std::size_t size);

  /// The client will send no more.
  void note_end() noexcept {
    ended_ = true;
  }

  /// Why the connection has to be closed.
  http_reply take_refusal() {
    return *std::move(refusal_);
  }

  /// What the client has broken, if it is that.
  const std::optional<request_fault>& fault() const noexcept {
    return fault_;
  }

  /// Whether the client waits with its body until it is told to go on.
  bool take_continue_due() noexcept {
    return std::exchange(continue_due_, false) && idle();
  }

  /// Whether no request waits for its answer.
  bool idle() const noexcept {
    return in_flight_ == 0;
  }

  // -- requests under way -----------------------------------------------------

  /// The request that the parser has read now; none if it read another than
  /// was announced.
  std::optional<announced_request> take_request();

  /// For who is told a head.
  void set_request(announced_request x) {
    announced_ = std::move(x);
  }

  /// Lets the body of the request whose head was told have no more bytes.
  void limit_body(std::uint64_t most) noexcept {
    screen_.limit_body(most);
  }

  /// What it takes belongs to that client from now on, if that is not empty. If
  /// he has no room for it, the request is refused.
  void give_to(std::string owner);

  /// It asks for an upgrade: nothing after it is for the parser.
  void note_upgrade() noexcept {
    no_more_ = upgrading_ = true;
  }

  bool upgrading() const noexcept {
    return upgrading_;
  }

  /// The answer to one is on its way now.
  /// @param small as the request promised.
  void note_answer(std::size_t size, bool small);

  /// That answer has gone out, or never will.
  void note_sent(std::size_t size);

  /// What came behind the last request.
  std::string take_rest() {
    return std::move(kept_);
  }

  // -- the connection ---------------------------------------------------------

  const std::string& peer() const noexcept {
    return peer_;
  }

  const std::string& address() const noexcept {
    return address_;
  }

  /// The page that asked last; for who refuses the request.
  const std::optional<std::string>& origin() const noexcept {
    return origin_;
  }

  /// How all is answered but what an operator needs, where the connection is
  /// beyond a limit; 0 where it is not.
  std::uint16_t refusal = 0;

  bool reserved() const noexcept {
    return refusal != 0;
  }

  /// Waits for what the socket waits for.
  template <class Handler>
  void pause(const asio::ip::tcp::socket::executor_type& on,
             Handler&& handler) {
    pause_.emplace(on, asio::steady_timer::time_point::max());
    pause_->async_wait(std::forward<Handler>(handler));
  }

  /// Nothing more is to be read.
  void stop();

  bool stopped() const noexcept {
    return stopped_;
  }

private:
  /// Lets the next request wait, since what is due already is enough.
  bool must_wait() const noexcept {
    return no_more_ || unanswered_ > 0 || unsent_ >= max_unsent;
  }

  /// How many of these bytes the parser may have.
  std::size_t inspect(std::string_view bytes);

  void note_origin(const request_head& x);

  void announce(const request_head& x);

  void wake();

  void refuse(const request_fault& x);

  /// Has more or less, if there is room; else the request is refused.
  void count(std::uint64_t bytes);

  request_screen screen_;
  std::shared_ptr<byte_budget> budget_;
  const head_taker& on_head_;
  std::string peer_;
  std::string address_;
  std::string owner_;
  byte_share share_;        ///< what the request that is being read takes
  std::string kept_;        ///< read, and not given to the parser
  std::size_t cleared_ = 0; ///< bytes in front of it that the parser may have
  bool looked_ = true;      ///< at all that is kept
  std::optional<announced_request> announced_;
  std::optional<http_reply> refusal_;
  std::optional<request_fault> fault_; ///< that is behind it
  std::optional<std::string> origin_;
  std::optional<asio::steady_timer> pause_;
  std::size_t in_flight_ = 0;  ///< requests that wait for their answers
  std::size_t unanswered_ = 0; ///< those whose answers may have any size
  std::size_t unsent_ = 0;     ///< bytes of answers
  bool continue_due_ = false;
  bool no_more_ = false;
  bool upgrading_ = false;
  bool ended_ = false;
  bool stopped_ = false;
};

} // namespace livegrid
