#include "livegrid/http/routes/workspace_routes.hpp"

#include <array>
#include <string>

#include "livegrid/http/access/access_guard.hpp"

namespace livegrid {

std::span<const route_row<workspace_routes>> workspace_routes::rows() noexcept {
  static constexpr auto all = std::to_array<route_row<workspace_routes>>({
    {.path = "/widgets.json", .get = &workspace_routes::get_widgets},
    {.path = "/apps.json", .get = &workspace_routes::get_apps},
  });
  return all;
}

void workspace_routes::get_widgets(const http_request& request,
                                   const responder& to) {
  auto token = guard_.on() ? guard_.token_for(request.who) : std::string{};
  auto symbols = request.who.symbols();
  if (token.empty() && !symbols)
    return to({.fixed_body = widgets_.widgets_json});
  to({.body = symbols ? widgets_for(widgets_.widgets_json, token, *symbols)
                      : widgets_.widgets_with_token.with(token),
      .headers = {{"Cache-Control", "no-store"}}});
}

void workspace_routes::get_apps(const http_request&, const responder& to) {
  to({.fixed_body = widgets_.apps_json});
}

} // namespace livegrid
