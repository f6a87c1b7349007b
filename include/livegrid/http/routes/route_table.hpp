#pragma once

#include <string_view>
#include <vector>

#include "livegrid/http/api/api_description.hpp"
#include "livegrid/http/routes/api_routes.hpp"
#include "livegrid/http/routes/info_routes.hpp"
#include "livegrid/http/routes/page_routes.hpp"
#include "livegrid/http/routes/route.hpp"
#include "livegrid/http/routes/row_routes.hpp"
#include "livegrid/http/routes/symbol_routes.hpp"
#include "livegrid/http/routes/tick_intake.hpp"
#include "livegrid/http/routes/tick_routes.hpp"
#include "livegrid/http/routes/workspace_routes.hpp"

namespace livegrid {

/// What the descriptions say of the service's own paths, which no widget may
/// take.
std::vector<api_path> own_api();

/// Those paths.
std::vector<std::string_view> own_paths();

/// Every path of the service, in a flat table, with what it answers. Belongs to
/// the loop's thread.
class route_table {
public:
  /// What is not made here but shared by several groups.
  struct handles {
    asio::io_context& loop;
    access_guard& guard;
    ingress_actor ingress;
    std::uint64_t max_body = 0; ///< bytes, from a publisher
    info_handles info;
    row_handles rows;
  };

  /// What it refers to must outlive it.
  explicit route_table(handles all);

  route_table(const route_table&) = delete;

  route_table& operator=(const route_table&) = delete;

  const std::vector<route>& all() const noexcept {
    return routes_;
  }

  /// Finds the route of a path, or null.
  const route* find(std::string_view path) const noexcept {
    return find_route(routes_, path);
  }

private:
  api_description api_;
  tick_intake intake_;
  page_routes page_;
  workspace_routes workspace_;
  symbol_routes symbols_;
  tick_routes ticks_;
  info_routes info_;
  api_routes descriptions_;
  row_routes rows_;
  std::vector<route> routes_;
};

} // namespace livegrid
