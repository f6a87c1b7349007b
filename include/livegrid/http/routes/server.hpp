#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "livegrid/actors.hpp"
#include "livegrid/actors/base/expected.hpp"
#include "livegrid/actors/settings/settings.hpp"
#include "livegrid/fwd.hpp"
#include "livegrid/http/access/origins.hpp"
#include "livegrid/http/connection/io_loop.hpp"
#include "livegrid/http/connection/listen_fault.hpp"
#include "livegrid/http/widgets/widgets.hpp"

namespace livegrid {

class access_guard;

/// What of a node a server serves.
struct server_handles {
  caf::actor_system& sys; ///< must outlive the server
  io_loop& loop;          ///< must outlive the server
  market_actor market;
  grid_actor grid; ///< an invalid handle if the node is alone
  ingress_actor ingress;
  fanout_actor fanout;
  directory_actor directory;
  widget_set widgets;
  counters_ptr stats;
  log_ptr log;

  /// Whether the node is a member of its cluster, right now; none if it is
  /// alone.
  std::function<bool()> is_member = nullptr;
};

/// Serves HTTP and WebSocket on one loop: RESTinio parses requests and writes
/// replies; after an upgrade the socket is a `ws_session`'s.
class http_server {
public:
  /// Prepares; nothing is opened yet.
  http_server(server_handles all, const settings& values);

  ~http_server();

  http_server(const http_server&) = delete;
  http_server& operator=(const http_server&) = delete;

  /// Reads what the settings name: keys and certificate.
  /// @returns which setting is wrong, and why, if one is.
  expected<void, std::string> prepare();

  /// Listens. Call `prepare` before. Returns the port, or what went wrong, with
  /// the address.
  expected<std::uint16_t, listen_fault> open();

  /// Knows the keys. Only on the loop.
  const access_guard& guard() const;

  /// The feeds have been started: from now on the node says that it is ready.
  void set_fed();

  /// Stops accepting, gives every subscriber its last rows, closes every
  /// WebSocket (1001), and waits until they are gone, `patience` at most.
  void drain(std::chrono::milliseconds patience);

private:
  class impl;

  std::shared_ptr<impl> impl_;
};

} // namespace livegrid
