#pragma once

#include <cstdint>
#include <span>

#include "livegrid/fwd.hpp"
#include "livegrid/http/access/client_identity.hpp"
#include "livegrid/http/routes/route.hpp"
#include "livegrid/http/routes/tick_intake.hpp"

namespace livegrid {

/// Ticks in, as bodies of requests or by WebSocket.
class tick_routes {
public:
  /// @param intake must outlive this.
  /// @param max_body bytes of a body when it is plain, or of a message.
  tick_routes(tick_intake& intake, log_ptr log, std::uint64_t max_body)
    : intake_(intake), log_(std::move(log)), max_body_(max_body) {
    // nop
  }

  static std::span<const route_row<tick_routes>> rows() noexcept;

  void post_ticks(const http_request& request, const responder& to);

  /// A publisher.
  upgrade_answer upgrade_ticks(const http_request& request);

private:
  tick_intake& intake_;
  log_ptr log_;
  std::uint64_t max_body_;
  std::uint64_t publishers_ = 0; ///< WebSockets that ever brought ticks

  /// Whose counts those go on with that are there.
  publisher_seats seats_;
};

} // namespace livegrid
