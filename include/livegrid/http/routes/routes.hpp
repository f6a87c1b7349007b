#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <caf/all.hpp>

#include "livegrid/actors.hpp"
#include "livegrid/actors/base/error.hpp"
#include "livegrid/actors/prices/tick.hpp"
#include "livegrid/actors/stats/counters.hpp"
#include "livegrid/http/access/client_identity.hpp"
#include "livegrid/http/access/viewer_accounts.hpp"
#include "livegrid/http/api/api_description.hpp"
#include "livegrid/http/health/health_check.hpp"
#include "livegrid/http/message/http_request.hpp"
#include "livegrid/http/metrics/metrics.hpp"
#include "livegrid/http/readers/tick_reader.hpp"
#include "livegrid/http/routes/page_files.hpp"
#include "livegrid/http/routes/question_gate.hpp"
#include "livegrid/http/routes/refusal_sums.hpp"
#include "livegrid/http/routes/shared_text.hpp"
#include "livegrid/http/websocket/ws_session.hpp"
#include "livegrid/http/widgets/widgets.hpp"

namespace livegrid {

/// What routes work with. Lives as long as the server.
struct backend {
  caf::actor_system& sys;

  /// The loop on which requests come in.
  caf::execution_unit& loop;

  market_actor market;
  grid_actor grid; ///< an invalid handle if the node is alone
  ingress_actor ingress;
  fanout_actor fanout;
  directory_actor directory;

  widget_set widgets;
  std::uint64_t max_message = 0; ///< bytes, from a subscriber
  std::uint64_t max_body = 0;    ///< bytes, from a publisher
  counters_ptr stats;

  /// What the node's own probes count as subscribers, which nobody is shown.
  counters_ptr probe_stats = std::make_shared<counters>();

  /// Shows those, and more; made by the server.
  std::shared_ptr<livegrid::metrics> metrics;

  /// What these come to; made by the server.
  std::shared_ptr<shared_text> metrics_text;

  /// Where questions for many rows or names take turns; made by the server.
  std::shared_ptr<question_gate> questions;

  log_ptr log;
  std::chrono::steady_clock::time_point started;

  /// Whether the node can take another subscriber.
  std::function<bool()> has_room;

  /// Whether the node is a member of its cluster, right now; none if it is
  /// alone.
  std::function<bool()> is_member;

  bool draining = false;

  /// WebSockets that ever brought ticks.
  std::uint64_t publishers = 0;

  /// Whose counts those go on with that are there.
  publisher_seats seats = {};

  /// What subscribers share.
  viewer_accounts accounts = {};

  /// Whether the feeds have been started, the last thing that a start does.
  bool fed = false;

  /// Makes a token of the caller's for a WebSocket's URL; none if nobody needs
  /// one.
  std::function<std::string(const caller&)> token_for;

  /// The same as a cookie, of a request that has come through TLS or not.
  std::function<std::string(const caller&, bool secure)> cookie_for;

  /// How that many more ticks of the caller's are refused now; nothing if they
  /// are not.
  std::function<std::optional<refusal>(const caller&, std::uint64_t,
                                       std::string_view)>
    limit_ticks;

  /// How the caller is refused who has sent one more message that cannot be
  /// taken; nothing if that is borne with.
  std::function<std::optional<refusal>(const caller&, std::string_view)>
    limit_bad_message;

  /// Where ticks are counted that were refused; made by the server.
  std::shared_ptr<refusal_sums> refusals;

  /// Proves that a subscriber is served; made when it is known where.
  std::shared_ptr<health_check> health;
};

/// What a WebSocket route makes of an upgrade.
struct ws_route_target {
  std::uint64_t max_message = 0;
  std::unique_ptr<ws_endpoint> endpoint;
};

/// What one path answers. A path may have a GET, a POST and an upgrade.
struct route {
  using handler =
    std::function<void(backend&, const http_request&, const responder&)>;

  /// Refuses by a reply, such as for an option that cannot be.
  using upgrader = std::function<std::variant<ws_route_target, http_reply>(
    backend&, const http_request&)>;

  std::string path;
  handler get;
  handler post;
  upgrader upgrade;

  /// What metrics call it instead of its path, if not empty: some paths are
  /// others with each build.
  std::string label;

  /// Whether it is answered where there is no room for more connections.
  bool when_full = false;

  /// What a key must be good for to get it or to upgrade; nothing if no key is
  /// needed. A POST publishes.
  std::optional<scope> needs = scope::read;

  /// How many requests one of these counts as, for limits; by default one.
  std::function<std::uint64_t(const backend&, const http_request&)> cost =
    nullptr;
};

/// Every path of the service, in a flat table, which refers to both.
std::vector<route> make_routes(const widget_set& widgets,
                               const api_description& api);

/// Finds the route of a path, or null.
const route* find_route(const std::vector<route>& routes,
                        const std::string& path);

// -- one function a route -----------------------------------------------------

/// Tells who opens the page in a browser, and is refused for want of a good
/// key, in words for people.
void explain_key(const http_request& request, http_reply& refused);

void get_widgets(backend&, const http_request&, const responder&);
void get_index(backend&, const http_request&, const responder&);
void get_page_file(const page_file&, backend&, const http_request&,
                   const responder&);
void get_symbols(backend&, const http_request&, const responder&);
void get_health(backend&, const http_request&, const responder&);
void get_ready(backend&, const http_request&, const responder&);
void get_metrics(backend&, const http_request&, const responder&);
void get_rows(const widget&, backend&, const http_request&, const responder&);
void post_ticks(backend&, const http_request&, const responder&);

/// Has a question for many rows or names asked in its turn, or refuses it.
void ask_in_turn(backend&, const http_request&, const responder&,
                 question_gate::question what);

/// How many requests a question for rows or names counts as.
std::uint64_t cost_of_rows(const backend&, const http_request&);
std::uint64_t cost_of_symbols(const backend&, const http_request&);

/// Writes down that a query had parameters without a meaning.
/// @param which of `unknown_params`.
void note_unknown_params(backend&, const http_request&, std::string_view which);

/// Counts, logs and tells the market what a publisher sent that is no ticks.
/// @param peer address and port.
/// @returns how he is refused: so, or for having sent too many such.
refusal note_refused(backend& b, const feed_id& from, const caller& who,
                     std::string_view peer, refusal why);

/// The first tick of a symbol that the caller may not publish, as what it is
/// refused with.
std::optional<refusal> denied_tick(const parsed_ticks& x, const caller& who);

/// A subscriber of the widget's rows.
std::variant<ws_route_target, http_reply> upgrade_rows(const widget&, backend&,
                                                       const http_request&);

/// A publisher.
std::variant<ws_route_target, http_reply> upgrade_ticks(backend&,
                                                        const http_request&);

} // namespace livegrid
