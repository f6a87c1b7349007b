#include "livegrid/http/routes/routes.hpp"

namespace livegrid {

std::vector<route> make_routes(const widget_set& widgets,
                               const api_description& api) {
  auto text = [](const std::string& json) {
    return [&json](backend&, const http_request&, const responder& to) {
      to({.fixed_body = json});
    };
  };
  std::vector<route> result{
    {"/", get_index, {}, {}},
    {"/widgets.json", get_widgets, {}, {}},
    {"/apps.json", text(widgets.apps_json), {}, {}},
    {.path = "/symbols",
     .get = get_symbols,
     .post = {},
     .upgrade = {},
     .label = {},
     .cost = cost_of_symbols},
    {.path = "/ticks",
     .get = {},
     .post = post_ticks,
     .upgrade = upgrade_ticks,
     .label = {},
     .needs = scope::publish},
    {.path = "/health",
     .get = get_health,
     .post = {},
     .upgrade = {},
     .label = {},
     .when_full = true,
     .needs = std::nullopt},
    {.path = "/ready",
     .get = get_ready,
     .post = {},
     .upgrade = {},
     .label = {},
     .when_full = true,
     .needs = std::nullopt},
    {.path = "/metrics",
     .get = get_metrics,
     .post = {},
     .upgrade = {},
     .label = {},
     .when_full = true,
     .needs = scope::operate},
    {"/openapi.json", text(api.openapi_json), {}, {}},
    {"/asyncapi.json", text(api.asyncapi_json), {}, {}},
    {"/docs",
     [&api](backend&, const http_request&, const responder& to) {
       to({.type = "text/html; charset=utf-8",
           .headers = {{"Content-Security-Policy",
                        "default-src 'none'; style-src 'unsafe-inline'; "
                        "base-uri 'none'; form-action 'none'; "
                        "frame-ancestors 'none'"}},
           .fixed_body = api.page});
     },
     {},
     {}},
  };
  for (const auto& w : widgets.widgets) {
    if (find_route(result, w.endpoint_path) == nullptr)
      result.push_back(
        {.path = w.endpoint_path,
         .get = [&w](backend& b, const http_request& r,
                     const responder& to) { get_rows(w, b, r, to); },
         .post = {},
         .upgrade = {},
         .label = {},
         .cost = cost_of_rows});
    if (!w.ws_path.empty() && find_route(result, w.ws_path) == nullptr)
      result.push_back({.path = w.ws_path,
                        .get = {},
                        .post = {},
                        .upgrade = [&w](backend& b, const http_request& r) {
                          return upgrade_rows(w, b, r);
                        }});
  }
  for (const auto& file : page_files())
    if (file.path != "index.html")
      result.push_back(
        {.path = '/' + std::string{file.path},
         .get = [&file](backend& b, const http_request& r,
                        const responder& to) { get_page_file(file, b, r, to); },
         .post = {},
         .upgrade = {},
         .label = "page"});
  return result;
}

const route* find_route(const std::vector<route>& routes,
                        const std::string& path) {
  for (const auto& x : routes)
    if (x.path == path)
      return &x;
  return nullptr;
}

} // namespace livegrid
