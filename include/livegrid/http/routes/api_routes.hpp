#pragma once

#include <span>

#include "livegrid/http/api/api_description.hpp"
#include "livegrid/http/routes/route.hpp"

namespace livegrid {

/// What the service says of its own interface.
class api_routes {
public:
  /// @param api must outlive this, and all replies.
  explicit api_routes(const api_description& api) : api_(api) {
    // nop
  }

  static std::span<const route_row<api_routes>> rows() noexcept;

  void get_openapi(const http_request& request, const responder& to);

  void get_asyncapi(const http_request& request, const responder& to);

  void get_docs(const http_request& request, const responder& to);

private:
  const api_description& api_;
};

} // namespace livegrid
