#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "livegrid/address_range.hpp"
#include "livegrid/http/access_guard.hpp"
#include "livegrid/http/io_loop.hpp"
#include "livegrid/http/origins.hpp"
#include "livegrid/http/restinio_traits.hpp"
#include "livegrid/http/routes.hpp"
#include "livegrid/http/ws_session.hpp"
#include "livegrid/settings.hpp"

namespace livegrid {

/// Takes RESTinio's requests to their routes, writes what these answer, and
/// makes WebSockets of upgrades. Belongs to the loop's thread.
class request_handler : public std::enable_shared_from_this<request_handler> {
public:
  request_handler(io_loop& loop, backend parts, const settings& values);

  /// What routes work with.
  backend& parts() noexcept {
    return backend_;
  }

  /// The WebSockets that requests have become.
  ws_sessions& sessions() noexcept {
    return sessions_;
  }

  /// Says which pages may use the server; before that, none may.
  void allow(std::vector<std::string> allowed) {
    origins_ = origins{std::move(allowed)};
  }

  /// The header lines that a page from there needs with each reply.
  std::string header_lines(const std::optional<std::string>& origin) const;

  restinio::request_handling_status_t
  on_request(restinio::request_handle_t raw);

  /// Knows who may do what.
  access_guard& guard() noexcept {
    return guard_;
  }

private:
  /// Whether it is the node that asks itself how it is.
  bool probed_by(const http_request& request) const;

  /// Finds out who asks, and whether he may; else answers.
  bool admit(const route* where, http_request& request, const responder& to);

  void dispatch(const route* where, const http_request& request,
                const restinio::request_handle_t& raw, const responder& to);

  /// Answers a request of a connection that is beyond the limit.
  void refuse_full(const http_request& request, const responder& to);

  /// Answers a request that the parser should not have let pass.
  void refuse_malformed(const http_request& request, const responder& to);

  /// Counts and logs what a page is not allowed to do.
  void note_origin(const http_request& request, std::string_view why);

  /// The same, and answers it.
  void refuse_origin(const http_request& request, std::string_view why,
                     const responder& to);

  void upgrade(const route& where, const http_request& request,
               const restinio::request_handle_t& raw, const responder& to);

  void write(restinio::request_handle_t& request, http_reply x,
             const origins::origin& origin, bool head,
             const std::shared_ptr<http_input>& input,
             const timed_request& timed);

  io_loop& loop_;
  backend backend_;
  origins origins_;
  ws_sessions sessions_;
  connection_gate& gate_;
  access_guard guard_;
  bool secure_; ///< HTTPS
  address_ranges proxies_;
  api_description api_;
  std::vector<route> routes_;
};

} // namespace livegrid
