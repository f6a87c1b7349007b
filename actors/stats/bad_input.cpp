#include "livegrid/actors/stats/bad_input.hpp"

#include "livegrid/actors/base/log.hpp"
#include "livegrid/actors/base/text.hpp"

namespace livegrid {

namespace {

/// What is worth knowing of a path or a reason stands at its beginning.
constexpr std::size_t max_shown = 120;

constexpr std::string_view names[]{"tick_malformed",
                                   "tick_invalid",
                                   "query",
                                   "origin",
                                   "handshake",
                                   "http_malformed",
                                   "http_body_too_big",
                                   "http_url_too_long",
                                   "http_header_too_big",
                                   "websocket_protocol",
                                   "websocket_utf8",
                                   "websocket_too_big",
                                   "access",
                                   "limit",
                                   "tls"};

static_assert(std::size(names) == counters::num_faults);

} // namespace

std::string_view to_string(counters::fault x) noexcept {
  return names[static_cast<std::size_t>(x)];
}

void note_bad_input(counters& stats, logger& log, counters::fault kind,
                    std::string_view peer, std::string_view what,
                    std::string_view why) {
  add(stats.of(kind));
  what = cut_text(what, max_shown);
  why = cut_text(why, max_shown);
  // Events of their own, so that nobody can hide who was turned away behind a
  // flood of rubbish.
  if (kind == counters::fault::access)
    log.info("access_refused", {{"peer", peer}, {"what", what}, {"why", why}});
  else if (kind == counters::fault::limit)
    log.info("limited", {{"peer", peer}, {"what", what}, {"why", why}});
  else
    log.info("bad_input", {{"kind", to_string(kind)},
                           {"peer", peer},
                           {"what", what},
                           {"why", why}});
}

void note_connection_refused(counters& stats, logger& log,
                             std::string_view peer) {
  add(stats.connections_refused);
  log.info("connection_refused",
           {{"peer", peer}, {"why", "over http.max-connections"}});
}

} // namespace livegrid
