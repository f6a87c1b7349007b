#include "livegrid/http/routes/workspace_routes.hpp"

#include <array>
#include <string>

#include "livegrid/http/access/access_guard.hpp"

namespace livegrid {

namespace {

constexpr api_path widgets_api{
  .path = "/widgets.json",
  .operations = R"json({"get": {
  "operationId": "get_widgets",
  "tags": ["workspace"],
  "summary": "The widget definitions",
  "responses": {"200": {"description": "Definitions by widget id", "content": {"application/json": {"schema": {"type": "object", "additionalProperties": {"type": "object"}}}}}}
}})json",
};

constexpr api_path apps_api{
  .path = "/apps.json",
  .operations = R"json({"get": {
  "operationId": "get_apps",
  "tags": ["workspace"],
  "summary": "The dashboard that shows the widgets",
  "responses": {"200": {"description": "Apps", "content": {"application/json": {"schema": {"type": "array", "items": {"type": "object"}}}}}}
}})json",
};

} // namespace

std::span<const route_row<workspace_routes>> workspace_routes::rows() noexcept {
  static constexpr auto all = std::to_array<route_row<workspace_routes>>({
    {.api = widgets_api, .get = &workspace_routes::get_widgets},
    {.api = apps_api, .get = &workspace_routes::get_apps},
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
