#pragma once

#include <span>

#include "livegrid/http/routes/route.hpp"
#include "livegrid/http/widgets/widgets.hpp"

namespace livegrid {

class access_guard;

/// What OpenBB Workspace fetches of a backend: its widgets, and its apps.
class workspace_routes {
public:
  /// @param widgets must outlive this, and all replies.
  /// @param guard must outlive this.
  workspace_routes(const widget_set& widgets, const access_guard& guard)
    : widgets_(widgets), guard_(guard) {
    // nop
  }

  static std::span<const route_row<workspace_routes>> rows() noexcept;

  void get_widgets(const http_request& request, const responder& to);

  void get_apps(const http_request& request, const responder& to);

private:
  const widget_set& widgets_;
  const access_guard& guard_;
};

} // namespace livegrid
