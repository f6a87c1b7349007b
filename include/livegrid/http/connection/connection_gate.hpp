#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <asio/io_context.hpp>

#include "livegrid/actors/access/limiter.hpp"
#include "livegrid/actors/base/address_range.hpp"
#include "livegrid/fwd.hpp"
#include "livegrid/http/message/http_request.hpp"
#include "livegrid/http/tls/tls_socket.hpp"

namespace livegrid {

/// What a client is told for whom there is no room.
constexpr std::string_view full_node =
  "as many connections as the node may have";

/// What one is told whose address has as many connections as it may.
constexpr std::string_view full_address =
  "over the limit of connections of an address";

class byte_budget;
struct request_fault;

/// Why RESTinio's parser gave a connection up, as an HTTP status.
enum class parse_fault : std::uint16_t {
  none = 0,
  bad_request = 400,
  body_too_big = 413,
  url_too_long = 414,
  header_too_big = 431,
  too_much = 503,
};

/// Counts the connections of one I/O loop, turns away those beyond the limit
/// but for a few that may ask how the node is, and tells clients why the parser
/// gave them up, which RESTinio does not. A service of the loop's context,
/// since RESTinio makes its sockets from nothing else.
class connection_gate : public asio::io_context::service {
public:
  static asio::io_context::id id;

  /// Connections beyond the limit that may ask how the node is: an operator
  /// needs to know just when there is no room.
  static constexpr std::uint64_t max_reserved = 8;

  /// Those that one address may have where addresses are limited.
  static constexpr std::uint64_t max_reserved_share = max_reserved / 2;

  /// How long one of these may last, whatever it waits for.
  static constexpr std::chrono::seconds reserved_time{5};

  /// How long an answer to an upgrade that does not come about may take.
  static constexpr std::chrono::seconds upgrade_time{15};

  /// The place of one open connection; of none at first.
  class pass {
  public:
    pass() = default;

    /// Takes one of those places.
    /// @param share of what the peer's address may have, if that is limited.
    pass(connection_gate& owner, std::uint64_t& places,
         std::shared_ptr<void> share) noexcept
      : owner_(&owner), places_(&places), share_(std::move(share)) {
      ++places;
      owner.tell();
    }

    pass(pass&& other) noexcept
      : owner_(other.owner_),
        places_(std::exchange(other.places_, nullptr)),
        share_(std::move(other.share_)) {
      // nop
    }

    pass& operator=(pass&& other) noexcept {
      std::swap(owner_, other.owner_);
      std::swap(places_, other.places_);
      std::swap(share_, other.share_);
      return *this;
    }

    ~pass() {
      if (places_) {
        --*places_;
        owner_->tell();
      }
    }

    explicit operator bool() const noexcept {
      return places_ != nullptr;
    }

  private:
    connection_gate* owner_ = nullptr;
    std::uint64_t* places_ = nullptr;
    std::shared_ptr<void> share_;
  };

  /// What becomes of a new connection.
  struct admission {
    pass place; ///< none if it is turned away

    /// How all is answered but what says how the node is; 0 if all is served:
    /// 503 where the node is full, 429 where the peer's address has as many
    /// connections as it may.
    std::uint16_t refusal = 0;
  };

  explicit connection_gate(asio::io_context& context);

  ~connection_gate() override;

  /// Adds to the headers of a reply what pages from that origin need.
  using header_maker =
    std::function<std::string(const std::optional<std::string>& origin)>;

  /// What the loop's server wants of it.
  struct wishes {
    std::uint64_t max_open = UINT64_MAX;
    std::uint64_t max_body = 0;     ///< of a request, in bytes
    std::uint64_t max_buffered = 0; ///< bytes, of all clients
    counters_ptr stats;
    log_ptr log;
    header_maker more_headers;
    head_taker on_head;
  };

  /// Before that nobody may come.
  void configure(wishes x);

  std::uint64_t max_body() const noexcept {
    return wishes_.max_body;
  }

  /// Lives as long as the gate.
  const head_taker& on_head() const noexcept {
    return wishes_.on_head;
  }

  /// What requests and answers may take.
  const std::shared_ptr<byte_budget>& budget() const noexcept {
    return budget_;
  }

  /// Sets how many connections one address may have, IPv6 by its network.
  /// @param exempt addresses that may have any number all the same.
  /// @param is_own whether the node has made that connection to itself, which
  ///        counts for nobody.
  void limit_addresses(std::uint64_t most, address_ranges exempt,
                       std::function<bool(const tls_socket&)> is_own);

  bool full() const noexcept {
    return open_ >= wishes_.max_open;
  }

  /// A place for one more connection: one of all, or one of those beyond the
  /// limit, or none if there is none left.
  admission admit(const tls_socket& from);

  /// One more of what an address may have, to be kept as long as that lasts:
  /// null if it may have any number, nothing if it may have no more. For a
  /// client behind a proxy, whom the gate does not see.
  std::optional<std::shared_ptr<void>> share_of(const std::string& address);

  /// Remembers what the parser said until its connection is closed, which
  /// comes next.
  void note_fault(parse_fault x) noexcept {
    fault_ = x;
  }

  parse_fault take_fault() noexcept {
    return std::exchange(fault_, parse_fault::none);
  }

  /// Counts and logs what a client has broken.
  void note_fault(std::string_view peer, const request_fault& x);

  /// Answers for the last time, then waits a moment for the client to stop
  /// sending, since a reset could reach it before the answer.
  void refuse(tls_socket socket, http_reply answer,
              const std::optional<std::string>& origin);

  /// The same for a connection that there is no place for.
  /// @param status admission::refusal.
  void refuse_full(tls_socket socket, std::uint16_t status);

  /// Counts and logs that, and makes the answer.
  http_reply full_reply(std::uint16_t status, std::string_view peer,
                        std::string_view what);

  /// Speak TLS from now on.
  void secure(std::function<ssl_ptr()> make) {
    make_tls_ = std::move(make);
  }

  /// What a new connection speaks TLS with; null if it does not.
  ssl_ptr make_tls() const {
    return make_tls_ ? make_tls_() : nullptr;
  }

  /// Counts and logs that a peer broke a rule of TLS.
  void note_tls_fault(const tls_socket& socket, std::string_view why);

  /// Keeps something until the loop has dropped all handlers: RESTinio's
  /// connections, which these own, refer to their server to the last.
  void keep(std::shared_ptr<void> x) {
    kept_ = std::move(x);
  }

  /// The connection whose input is being parsed, or null.
  const std::shared_ptr<http_input>& current() const noexcept {
    return current_;
  }

  /// Sets that, and returns what it was.
  std::shared_ptr<http_input>
  set_current(std::shared_ptr<http_input> x) noexcept {
    return std::exchange(current_, std::move(x));
  }

private:
  struct leaving;

  void shutdown() override;

  /// Puts how many connections there are into the counters.
  void tell() noexcept;

  void read_on(std::list<leaving>::iterator x);

  std::uint64_t open_ = 0;
  std::uint64_t reserved_ = 0;
  parse_fault fault_ = parse_fault::none;
  wishes wishes_;
  limiter shares_;
  std::uint64_t max_share_ = UINT64_MAX;
  address_ranges exempt_;
  std::function<bool(const tls_socket&)> is_own_;
  std::shared_ptr<byte_budget> budget_;
  std::function<ssl_ptr()> make_tls_;
  std::shared_ptr<http_input> current_;
  std::list<leaving> leaving_;
  std::shared_ptr<void> kept_;
};

} // namespace livegrid
