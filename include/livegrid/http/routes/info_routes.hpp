#pragma once

#include <functional>
#include <memory>
#include <span>

#include "livegrid/fwd.hpp"
#include "livegrid/http/connection/connection_gate.hpp"
#include "livegrid/http/routes/route.hpp"
#include "livegrid/http/routes/server_state.hpp"
#include "livegrid/http/routes/shared_text.hpp"

namespace livegrid {

/// What `info_routes` look at. What it refers to must outlive them.
struct info_handles {
  const server_state& state;
  const connection_gate& gate;
  counters_ptr stats;

  /// What Prometheus gets.
  std::shared_ptr<shared_text> metrics;

  /// Whether the node is a member of its cluster, right now; none if it is
  /// alone.
  std::function<bool()> is_member = nullptr;
};

/// What the node says of itself.
class info_routes {
public:
  explicit info_routes(info_handles all) : all_(std::move(all)) {
    // nop
  }

  static std::span<const route_row<info_routes>> rows() noexcept;

  void get_health(const http_request& request, const responder& to);

  void get_ready(const http_request& request, const responder& to);

  void get_metrics(const http_request& request, const responder& to);

private:
  info_handles all_;
};

} // namespace livegrid
