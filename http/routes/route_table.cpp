#include "livegrid/http/routes/route_table.hpp"

#include <utility>

namespace livegrid {

namespace {

template <class... Groups>
std::vector<api_path> api_of() {
  std::vector<api_path> result;
  auto add = [&](const auto& rows) {
    for (const auto& x : rows)
      result.emplace_back(x.api);
  };
  (add(Groups::rows()), ...);
  return result;
}

} // namespace

std::vector<api_path> own_api() {
  // In the order in which people read of them.
  return api_of<page_routes, workspace_routes, symbol_routes, tick_routes,
                info_routes, api_routes>();
}

std::vector<std::string_view> own_paths() {
  std::vector<std::string_view> result;
  for (const auto& x : own_api())
    result.emplace_back(x.path);
  return result;
}

route_table::route_table(handles all)
  : api_(describe_api(all.rows.widgets.widgets, own_api())),
    intake_(all.loop, std::move(all.ingress), all.guard, all.info.stats,
            all.rows.subscribers.log),
    page_(all.guard),
    workspace_(all.rows.widgets, all.guard),
    symbols_({.sys = all.rows.subscribers.sys,
              .directory = all.rows.directory,
              .questions = all.rows.questions,
              .stats = all.info.stats,
              .log = all.rows.subscribers.log}),
    ticks_(intake_, all.rows.subscribers.log, all.max_body),
    info_(std::move(all.info)),
    descriptions_(api_),
    rows_(std::move(all.rows)) {
  add_routes(routes_, page_);
  add_routes(routes_, workspace_);
  add_routes(routes_, symbols_);
  add_routes(routes_, ticks_);
  add_routes(routes_, info_);
  add_routes(routes_, descriptions_);
  rows_.add_to(routes_);
  for (auto& file : page_.files())
    routes_.emplace_back(std::move(file));
}

} // namespace livegrid
