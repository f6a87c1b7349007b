#include "livegrid/http/routes.hpp"

namespace livegrid {

std::vector<route> make_routes(const widget_set& widgets) {
  auto text = [](const std::string& json) {
    return [&json](backend&, const http_request&, const responder& to) {
      to({.body = json});
    };
  };
  std::vector<route> result{
    {"/", get_index, {}, {}},
    {"/widgets.json", text(widgets.widgets_json), {}, {}},
    {"/apps.json", text(widgets.apps_json), {}, {}},
    {"/symbols", get_symbols, {}, {}},
    {"/ticks", {}, post_ticks, upgrade_ticks},
    {"/health", get_health, {}, {}},
    {"/metrics", get_metrics, {}, {}},
  };
  for (const auto& w : widgets.widgets) {
    if (find_route(result, w.endpoint_path) == nullptr)
      result.push_back(
        {.path = w.endpoint_path,
         .get = [&w](backend& b, const http_request& r,
                     const responder& to) { get_rows(w, b, r, to); },
         .post = {},
         .upgrade = {}});
    if (!w.ws_path.empty() && find_route(result, w.ws_path) == nullptr)
      result.push_back({.path = w.ws_path,
                        .get = {},
                        .post = {},
                        .upgrade = [&w](backend& b, const http_request& r) {
                          return upgrade_rows(w, b, r);
                        }});
  }
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
