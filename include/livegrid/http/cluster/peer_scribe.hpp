#pragma once

// One connection between nodes. Only for peer_port.cpp.

#include <sys/socket.h>

#include <algorithm>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <caf/io/all.hpp>
#include <caf/io/network/default_multiplexer.hpp>
#include <caf/io/network/interfaces.hpp>
#include <caf/io/network/stream_impl.hpp>
#include <caf/io/scribe.hpp>

#include "livegrid/http/cluster/peer_tls.hpp"

namespace livegrid {

/// How many bytes of a message are asked for at once.
constexpr std::size_t peer_chunk = 64 * 1024;

/// The longest message of somebody who has not said yet who he is.
constexpr std::size_t max_peer_greeting = 64 * 1024;

/// And of everybody: more than a node with all symbols that it may have says
/// at once.
constexpr std::size_t max_peer_message = 512 * 1024 * 1024;

/// What the port wants to know of a connection.
struct peer_events {
  /// He has said who he is, or it is over; may be called for both.
  std::function<void()> settled;

  /// He is hung up on, and why; if it is for a message that he announces, of
  /// how many bytes.
  std::function<void(const std::string& peer, const std::string& why,
                     std::optional<std::size_t> size)>
    refused;
};

/// How to read and write TLS, as streams want it.
class tls_policy {
public:
  explicit tls_policy(std::shared_ptr<peer_tls> tls) : tls_(std::move(tls)) {
    // nop
  }

  auto read_some(std::size_t& result, int fd, void* to, std::size_t size) {
    return tls_->read_some(result, fd, to, size);
  }

  auto write_some(std::size_t& result, int fd, const void* from,
                  std::size_t size) {
    return tls_->write_some(result, fd, from, size);
  }

  bool must_read_more(int fd, std::size_t threshold) {
    return tls_->must_read_more(fd, threshold);
  }

private:
  std::shared_ptr<peer_tls> tls_;
};

/// Hands CAF what comes, like its own scribes, but takes a message in parts.
/// @tparam Policy how to read and write: plain TCP or TLS.
template <class Policy>
class peer_scribe final : public caf::io::scribe {
public:
  using multiplexer = caf::io::network::default_multiplexer;

  /// On plain TCP.
  peer_scribe(multiplexer& backend, int fd, peer_events events)
    : scribe(caf::io::network::conn_hdl_from_socket(fd)),
      stream_(backend, fd),
      peer_(addr()),
      events_(std::move(events)) {
    // nop
  }

  /// With TLS.
  peer_scribe(multiplexer& backend, int fd, peer_events events, ssl_ptr ssl,
              bool accepted)
    : scribe(caf::io::network::conn_hdl_from_socket(fd)),
      tls_(std::make_shared<peer_tls>(
        std::move(ssl), fd,
        peer_tls::events{.ready = [this] { stream_.flush(this); },
                         .refused =
                           [this](const std::string& why) {
                             events_.refused(peer_, why, {});
                           }})),
      stream_(backend, fd, tls_),
      peer_(addr()),
      events_(std::move(events)),
      speaks_first_(!accepted) {
    // nop
  }

  ~peer_scribe() override {
    events_.settled();
  }

  void configure_read(caf::io::receive_policy::config config) override {
    wanted_ = config.second;
    if (wanted_ > (greeted_ ? max_peer_message : max_peer_greeting)) {
      events_.refused(peer_, "it announces more than a node would say",
                      wanted_);
      hang_up();
      wanted_ = 1;
    }
    read_on();
    if (!std::exchange(launched_, true)) {
      stream_.start(this);
      // TLS has to shake hands before there is anything to write.
      if (speaks_first_)
        stream_.force_empty_write(this);
    }
  }

  bool consume(caf::execution_unit* ctx, const void* data,
               std::size_t size) override {
    const auto* bytes = static_cast<const char*>(data);
    if (parts_.size() + size < wanted_) {
      parts_.insert(parts_.end(), bytes, bytes + size);
      read_on();
      return true;
    }
    if (!parts_.empty()) {
      parts_.insert(parts_.end(), bytes, bytes + size);
      stream_.rd_buf() = std::exchange(parts_, {});
      size = stream_.rd_buf().size();
    }
    // A header is followed by what it announces: who is somebody.
    auto is_message = wanted_ != caf::io::basp::header_size;
    auto result = scribe::consume(ctx, stream_.rd_buf().data(), size);
    if (is_message && !std::exchange(greeted_, true))
      events_.settled();
    return result;
  }

  /// Ends it as if the other side had.
  void hang_up() {
    ::shutdown(stream_.fd(), SHUT_RDWR);
  }

  void ack_writes(bool) override {
    // Only sinks of CAF's streams ask for that.
  }

  std::vector<char>& wr_buf() override {
    return stream_.wr_buf();
  }

  std::vector<char>& rd_buf() override {
    return stream_.rd_buf();
  }

  void graceful_shutdown() override {
    stream_.graceful_shutdown();
    detach(&stream_.backend(), false);
  }

  void flush() override {
    if (!tls_ || tls_->ready())
      stream_.flush(this);
  }

  std::string addr() const override {
    auto x = caf::io::network::remote_addr_of_fd(stream_.fd());
    return x ? *x : std::string{};
  }

  std::uint16_t port() const override {
    auto x = caf::io::network::remote_port_of_fd(stream_.fd());
    return x ? *x : std::uint16_t{0};
  }

  void add_to_loop() override {
    stream_.activate(this);
  }

  void remove_from_loop() override {
    stream_.passivate();
  }

private:
  void read_on() {
    stream_.configure_read(caf::io::receive_policy::exactly(
      std::min(wanted_ - parts_.size(), peer_chunk)));
  }

  std::shared_ptr<peer_tls> tls_; ///< null on plain TCP
  caf::io::network::stream_impl<Policy> stream_;
  std::string peer_; ///< its address: who has hung up has none any more
  peer_events events_;
  bool speaks_first_ = false; ///< TLS
  std::size_t wanted_ = 0;    ///< bytes of what comes next
  std::vector<char> parts_;   ///< of it
  bool launched_ = false;
  bool greeted_ = false;
};

} // namespace livegrid
