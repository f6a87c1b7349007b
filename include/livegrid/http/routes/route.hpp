#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "livegrid/actors/access/access_key.hpp"
#include "livegrid/http/api/api_path.hpp"
#include "livegrid/http/message/http_request.hpp"
#include "livegrid/http/websocket/ws_session.hpp"

namespace livegrid {

/// What a WebSocket route makes of an upgrade.
struct ws_route_target {
  std::uint64_t max_message = 0; ///< bytes, of the client's
  std::unique_ptr<ws_endpoint> endpoint;
};

/// An upgrade, or a reply that refuses it, such as for an option that cannot
/// be.
using upgrade_answer = std::variant<ws_route_target, http_reply>;

/// What one path answers. A path may have a GET, a POST and an upgrade.
struct route {
  using handler = std::function<void(const http_request&, const responder&)>;

  std::string path;
  handler get = nullptr;
  handler post = nullptr;
  std::function<upgrade_answer(const http_request&)> upgrade = nullptr;

  /// What metrics call it instead of its path, if not empty: some paths are
  /// others with each build.
  std::string label = {};

  /// Whether it is answered where there is no room for more connections.
  bool when_full = false;

  /// What a key must be good for to get it or to upgrade; nothing if no key is
  /// needed. A POST publishes.
  std::optional<scope> needs = scope::read;

  /// How many requests one of these counts as, for limits; by default one.
  std::function<std::uint64_t(const http_request&)> cost = nullptr;
};

/// A row of the table of a group of routes: a path whose handlers are members
/// of the group, which holds what they need.
template <class Group>
struct route_row {
  using handler = void (Group::*)(const http_request&, const responder&);

  api_path api; ///< its path, and what the descriptions say of that
  handler get = nullptr;
  handler post = nullptr;
  upgrade_answer (Group::*upgrade)(const http_request&) = nullptr;
  bool when_full = false;                   ///< see `route::when_full`
  std::optional<scope> needs = scope::read; ///< see `route::needs`
  std::uint64_t (Group::*cost)(const http_request&) const = nullptr;
};

/// Adds the routes of a group's table.
/// @param group must outlive them.
template <class Group>
void add_routes(std::vector<route>& to, Group& group) {
  for (const route_row<Group>& x : Group::rows()) {
    route made{.path = std::string{x.api.path},
               .when_full = x.when_full,
               .needs = x.needs};
    auto bound = [&group](typename route_row<Group>::handler f) {
      return [&group, f](const http_request& request, const responder& reply) {
        (group.*f)(request, reply);
      };
    };
    if (x.get)
      made.get = bound(x.get);
    if (x.post)
      made.post = bound(x.post);
    if (x.upgrade)
      made.upgrade = [&group, f = x.upgrade](const http_request& request) {
        return (group.*f)(request);
      };
    if (x.cost)
      made.cost = [&group, f = x.cost](const http_request& request) {
        return (group.*f)(request);
      };
    to.emplace_back(std::move(made));
  }
}

/// Finds the route of a path, or null.
const route* find_route(const std::vector<route>& routes,
                        std::string_view path) noexcept;

/// The methods of a path, as `Allow` has them (RFC 9110, 10.2.1).
std::string allowed_methods(const route& x);

} // namespace livegrid
