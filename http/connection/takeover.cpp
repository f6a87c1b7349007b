#include "livegrid/http/connection/takeover.hpp"

#include <utility>

#include "livegrid/http/connection/http_socket.hpp"
#include "livegrid/http/connection/restinio_traits.hpp"

namespace livegrid {

std::optional<taken_connection> take_over(restinio::request_t& x) {
  using connection = restinio::impl::connection_t<restinio_traits>;
  auto taken = std::move(restinio::impl::access_req_connection(x));
  auto* typed = dynamic_cast<connection*>(taken.get());
  if (typed == nullptr)
    return std::nullopt;
  auto parts = typed->move_upgrade_internals();
  auto& socket = parts.m_socket;
  auto place = socket.take_pass();
  auto unread = socket.input().take_rest();
  using monitor = decltype(parts.m_lifetime_monitor);
  return taken_connection{
    .socket = std::move(static_cast<tls_socket&>(socket)),
    .place = std::move(place),
    .unread = std::move(unread),
    .counted = std::make_shared<monitor>(std::move(parts.m_lifetime_monitor))};
}

bool is_connected(restinio::request_t& x) noexcept {
  return restinio::impl::access_req_connection(x) != nullptr;
}

} // namespace livegrid
