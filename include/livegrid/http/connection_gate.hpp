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

#include "livegrid/fwd.hpp"
#include "livegrid/http/tls_socket.hpp"

namespace livegrid {

struct http_input;

/// Why RESTinio's parser gave a connection up, as an HTTP status.
enum class parse_fault : std::uint16_t {
  none = 0,
  bad_request = 400,
  body_too_big = 413,
  url_too_long = 414,
  header_too_big = 431,
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

  /// How long one of these may last, whatever it waits for.
  static constexpr std::chrono::seconds reserved_time{5};

  /// The place of one open connection; of none at first.
  class pass {
  public:
    pass() = default;

    /// Takes one of those places.
    pass(connection_gate& owner, std::uint64_t& places) noexcept
      : owner_(&owner), places_(&places) {
      ++places;
      owner.tell();
    }

    pass(pass&& other) noexcept
      : owner_(other.owner_), places_(std::exchange(other.places_, nullptr)) {
      // nop
    }

    pass& operator=(pass&& other) noexcept {
      std::swap(owner_, other.owner_);
      std::swap(places_, other.places_);
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
  };

  explicit connection_gate(asio::io_context& context);

  ~connection_gate() override;

  /// Adds to the headers of a reply what pages from that origin need.
  using header_maker =
    std::function<std::string(const std::optional<std::string>& origin)>;

  /// Sets the limit; before that there is none.
  void configure(std::uint64_t max_open, counters_ptr stats, log_ptr log,
                 header_maker more_headers);

  bool full() const noexcept {
    return open_ >= max_open_;
  }

  /// A place for one more connection, or none if there is none left.
  pass admit() noexcept {
    return full() ? pass{} : pass{*this, open_};
  }

  /// A place beyond the limit, or none.
  pass admit_reserved() noexcept {
    return reserved_ < max_reserved ? pass{*this, reserved_} : pass{};
  }

  /// Remembers what the parser said until its connection is closed, which
  /// comes next.
  void note_fault(parse_fault x) noexcept {
    fault_ = x;
  }

  parse_fault take_fault() noexcept {
    return std::exchange(fault_, parse_fault::none);
  }

  /// Answers with an error, then waits a moment for the client to stop sending,
  /// since a reset could reach it before the answer.
  void refuse(tls_socket socket, std::uint16_t status, std::string_view detail,
              const std::optional<std::string>& origin);

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
  std::uint64_t max_open_ = UINT64_MAX;
  parse_fault fault_ = parse_fault::none;
  counters_ptr stats_;
  log_ptr log_;
  header_maker more_headers_;
  std::function<ssl_ptr()> make_tls_;
  std::shared_ptr<http_input> current_;
  std::list<leaving> leaving_;
  std::shared_ptr<void> kept_;
};

} // namespace livegrid
