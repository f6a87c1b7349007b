#include "livegrid/http/routes/route_table.hpp"

#include <utility>

namespace livegrid {

route_table::route_table(handles all)
  : api_(describe_api(all.rows.widgets.widgets)),
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
