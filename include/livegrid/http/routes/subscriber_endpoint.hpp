#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <caf/all.hpp>

#include "livegrid/actors.hpp"
#include "livegrid/actors/access/caller.hpp"
#include "livegrid/actors/prices/delivery_options.hpp"
#include "livegrid/actors/prices/subscription.hpp"
#include "livegrid/fwd.hpp"
#include "livegrid/http/access/viewer_accounts.hpp"
#include "livegrid/http/message/http_request.hpp"
#include "livegrid/http/readers/symbol_params.hpp"
#include "livegrid/http/websocket/ws_session.hpp"

namespace livegrid {

class access_guard;

/// What all WebSockets of subscribers on one loop work with, and share.
struct subscriber_handles {
  caf::actor_system& sys;
  caf::execution_unit& loop; ///< on which their actors live
  access_guard& guard;
  fanout_actor fanout;
  counters_ptr stats;

  /// What the node's own probes count as subscribers, which nobody is shown.
  counters_ptr probe_stats;

  log_ptr log;
  viewer_accounts accounts = {};
};

/// The WebSocket of a subscriber: reads what it wants to see, and tells its
/// actor.
class subscriber_endpoint final : public ws_endpoint {
public:
  /// @param all must outlive this.
  /// @param shown writes the rows.
  /// @param asked by which parameters symbols are asked for.
  subscriber_endpoint(subscriber_handles& all, view_ptr shown,
                      delivery_options options, symbol_params asked,
                      const http_request& request);

  counters::endpoint kind() const noexcept override;

  void on_open(const std::shared_ptr<ws_session>& way_out) override;

  std::string on_text(std::string&& text) override;

  std::string on_binary() override;

  void on_writable() override;

  void on_gone(std::uint16_t code, std::string_view reason) override;

  bool busy() const noexcept override;

  bool settled() const noexcept override;

private:
  /// Returns why the connection has to be closed, or nothing.
  std::string refuse(std::string why);

  /// Asks for what it may see.
  void ask(subscription x);

  subscriber_handles& all_;
  view_ptr view_;
  delivery_options options_;
  symbol_params asked_;
  std::string origin_;
  std::string user_agent_;
  std::string peer_; ///< from `on_open` on
  caller who_;
  symbol_filter_ptr filter_; ///< null if it may see all symbols
  outbox_ptr box_;           ///< from `on_open` on
  subscriber_actor actor_;   ///< from `on_open` on
};

} // namespace livegrid
