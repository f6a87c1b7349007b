#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "livegrid/actors/base/address_range.hpp"
#include "livegrid/actors/settings/settings.hpp"
#include "livegrid/http/access/access_guard.hpp"
#include "livegrid/http/access/origins.hpp"
#include "livegrid/http/connection/io_loop.hpp"
#include "livegrid/http/connection/restinio_traits.hpp"
#include "livegrid/http/message/answer_headers.hpp"
#include "livegrid/http/metrics/metrics.hpp"
#include "livegrid/http/routes/route.hpp"
#include "livegrid/http/routes/server_state.hpp"
#include "livegrid/http/websocket/ws_session.hpp"

namespace livegrid {

/// What a `request_handler` works with. What it refers to must outlive it.
struct request_handles {
  io_loop& loop;
  const server_state& state;
  const std::vector<route>& routes;
  access_guard& guard;
  ws_sessions& sessions; ///< where requests go that become WebSockets
  livegrid::metrics& metrics;
  counters_ptr stats;
  log_ptr log;
};

/// Takes RESTinio's requests to their routes, writes what these answer, and
/// makes WebSockets of upgrades. Belongs to the loop's thread.
class request_handler : public std::enable_shared_from_this<request_handler> {
public:
  request_handler(request_handles all, const settings& values);

  /// Says which pages may use the server, and which of them are its own; before
  /// that, none may.
  void allow(std::vector<std::string> allowed, std::vector<std::string> own) {
    origins_ = origins{std::move(allowed), std::move(own)};
  }

  /// The header lines that a page from there needs with each reply.
  std::string header_lines(const std::optional<std::string>& origin);

  /// The head of a request has come. What it returns is the answer, and the
  /// last one of the connection.
  std::optional<http_reply> on_head(http_input& from, const request_head& x);

  restinio::request_handling_status_t
  on_request(restinio::request_handle_t raw);

  /// Requests whose answers are not written yet.
  std::size_t under_way() const noexcept {
    return *under_way_;
  }

private:
  /// A request that is to be answered.
  struct exchange {
    restinio::request_handle_t raw;
    std::shared_ptr<http_input> input;
    byte_share share; ///< what the request takes, and then the answer
    origins::origin origin;
    bool head = false;
    bool small = false;  ///< announced_request::small_answer
    bool pinned = false; ///< see `add_common_headers`
    timed_request timed;
    std::string owner = {}; ///< whose the share will be, if not empty
    std::shared_ptr<void> counted = nullptr; ///< see `count_request`
  };

  /// What metrics call a route.
  static std::string_view label_of(const route* where) noexcept {
    if (!where)
      return metrics::unknown_route;
    return where->label.empty() ? std::string_view{where->path} : where->label;
  }

  /// Finds out whether it is the node that asks itself how it is, which has
  /// proved it by its request. It may have the one WebSocket that it asks for,
  /// of its one symbol, and nothing else.
  void recognise_probe(const route* where, http_request& request);

  /// Finds out who asks. Returns the answer if he may not.
  std::optional<http_reply> admit(const route* where, http_request& request,
                                  const http_input& from);

  /// Whether what was found out then holds still.
  bool still_good(const caller& x) const;

  /// Answers a POST whose body nobody wants.
  std::optional<http_reply> refuse_body(const route* where,
                                        const http_request& request);

  void dispatch(const route* where, const http_request& request,
                const restinio::request_handle_t& raw, const responder& to);

  /// Counts and logs what a page is not allowed to do.
  void note_origin(const http_request& request, std::string_view why);

  /// The same, and answers it.
  http_reply refuse_origin(const http_request& request, std::string_view why);

  void upgrade(const route& where, const http_request& request,
               const restinio::request_handle_t& raw, const responder& to);

  /// Whether there is room for an answer of that size.
  static bool keep(exchange& of, std::uint64_t size);

  void write(const std::shared_ptr<exchange>& what, http_reply x);

  /// Counts a request as under way until the result and all copies are gone,
  /// on whichever thread that is.
  std::shared_ptr<void> count_request();

  request_handles all_;
  origins origins_;
  http_clock clock_;
  connection_gate& gate_;
  bool secure_; ///< HTTPS
  address_ranges proxies_;
  using count = std::atomic<std::size_t>;
  std::shared_ptr<count> under_way_ = std::make_shared<count>(0);
};

} // namespace livegrid
