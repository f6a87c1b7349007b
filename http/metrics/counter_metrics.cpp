#include "livegrid/http/metrics/counter_metrics.hpp"

#include <string>
#include <string_view>

#include "livegrid/actors/stats/bad_input.hpp"
#include "livegrid/actors/stats/counters.hpp"
#include "livegrid/http/metrics/metric_families.hpp"

namespace livegrid {

namespace {

constexpr double nanoseconds_per_second = 1e9;

constexpr std::string_view part_names[]{"market", "fanout", "ingress"};

static_assert(std::size(part_names) == counters::num_parts);

// -- when it is shown ---------------------------------------------------------

bool always(const counters&) {
  return true;
}

bool in_a_cluster(const counters& x) {
  return get(x.clustered) != 0;
}

bool with_a_certificate(const counters& x) {
  return get(x.certificate_expires) != 0;
}

// -- how a family's values are put --------------------------------------------

/// One counter as it is.
template <auto Counter>
void value(metric_families& to, const counters& x) {
  to.put(get(x.*Counter));
}

/// A counter of nanoseconds, in seconds.
template <auto Counter>
void seconds(metric_families& to, const counters& x) {
  to.put(static_cast<double>(get(x.*Counter)) / nanoseconds_per_second);
}

template <auto Histogram>
void amounts(metric_families& to, const counters& x) {
  to.put(x.*Histogram);
}

/// A histogram of nanoseconds, in seconds.
template <auto Histogram>
void spans(metric_families& to, const counters& x) {
  to.put(x.*Histogram, nanoseconds_per_second);
}

/// Calls `f` with the name and place of each source that is a feed. Those that
/// only peers know are one.
template <class F>
void for_each_feed(const counters& x, F f) {
  for (std::size_t i = 0; i < known_sources.size(); ++i)
    if (known_sources[i].standing != standing::loads)
      f(std::string{known_sources[i].name}, i);
  if (in_a_cluster(x))
    f("other", known_sources.size());
}

void ticks(metric_families& to, const counters& x) {
  for_each_feed(x, [&](const std::string& feed, std::size_t i) {
    const auto& n = x.ticks[i];
    to.put(get(n.applied), {{"feed", feed}, {"outcome", "applied"}});
    to.put(get(n.repeated), {{"feed", feed}, {"outcome", "repeated"}});
    to.put(get(n.refused), {{"feed", feed}, {"outcome", "refused"}});
  });
}

void feeds(metric_families& to, const counters& x) {
  for_each_feed(x, [&](const std::string& feed, std::size_t i) {
    for (std::size_t k = 0; k < num_feed_states; ++k)
      to.put(get(x.feeds[i][k]),
             {{"feed", feed},
              {"state", std::string{to_string(static_cast<feed_state>(k))}}});
  });
}

void symbols(metric_families& to, const counters& x) {
  for (std::size_t i = 0; i < num_freshness; ++i)
    to.put(get(x.fresh[i]),
           {{"freshness", std::string{to_string(static_cast<freshness>(i))}}});
}

void subscribers(metric_families& to, const counters& x) {
  // Closed first: it must not overtake the other.
  auto closed = get(x.subscribers_closed);
  to.put(get(x.subscribers_opened) - closed);
}

void closes(metric_families& to, const counters& x) {
  for (std::size_t i = 0; i < counters::num_endpoints; ++i)
    for (std::size_t k = 0; k < x.closes[i].size(); ++k)
      to.put(get(x.closes[i][k]),
             {{"endpoint",
               std::string{to_string(static_cast<counters::endpoint>(i))}},
              {"code", k < counters::close_codes.size()
                         ? std::to_string(counters::close_codes[k])
                         : "other"}});
}

void bad_input(metric_families& to, const counters& x) {
  to.put(get(x.bad_messages), {{"kind", "subscription"}});
  for (std::size_t i = 0; i < counters::num_faults; ++i)
    to.put(get(x.faults[i]),
           {{"kind", std::string{to_string(static_cast<counters::fault>(i))}}});
}

void mailboxes(metric_families& to, const counters& x) {
  for (std::size_t i = 0; i < counters::num_parts; ++i)
    to.put(get(x.mailbox[i]), {{"part", std::string{part_names[i]}}});
}

// -- the table ----------------------------------------------------------------

/// A family of metrics that counters make.
struct family {
  prometheus::MetricType type;

  /// A counter's ends in `_total`, a histogram's in its unit.
  std::string_view name;

  /// A sentence, which README repeats.
  std::string_view help;

  void (*put)(metric_families&, const counters&);

  bool (*shown)(const counters&) = always;
};

constexpr auto counter = prometheus::MetricType::Counter;
constexpr auto gauge = prometheus::MetricType::Gauge;
constexpr auto histograms = prometheus::MetricType::Histogram;

constexpr family families[]{
  {counter, "livegrid_ticks_total",
   "Ticks by feed and by what became of them; repeated ones had a sequence "
   "number not above the last, and a body that could not be read counts as one "
   "refused.",
   ticks},
  {counter, "livegrid_late_ticks_total",
   "Ticks of an earlier trade date than their symbol's, or with "
   "market.order=time of an earlier time, which changed no cell.",
   value<&counters::late_ticks>},
  {gauge, "livegrid_feeds",
   "Feeds by source and state: silent and lost ones should tick and do not; "
   "paused and ended ones need not.",
   feeds},
  {gauge, "livegrid_symbols",
   "Symbols by how far their price can be believed to be today's.", symbols},
  {counter, "livegrid_rows_published_total",
   "Rows due to subscribers, each counted once a subscriber.",
   value<&counters::rows_published>},
  {counter, "livegrid_rows_delivered_total", "Rows that the kernel has taken.",
   value<&counters::rows_delivered>},
  {counter, "livegrid_rows_merged_total",
   "Rows whose place a newer row of their symbol took.",
   value<&counters::rows_merged>},
  {counter, "livegrid_rows_discarded_total",
   "Rows dropped because their subscriber left.",
   value<&counters::rows_discarded>},
  {gauge, "livegrid_ledger_off",
   "Subscribers for whom published is not delivered + merged + discarded + "
   "waiting.",
   value<&counters::ledger_off>},
  {histograms, "livegrid_tick_to_socket_seconds",
   "From a tick's receipt to the end of the flush that gave its row to the "
   "sockets.",
   spans<&counters::tick_to_socket>},
  {histograms, "livegrid_flush_rows", "Rows that were sent out together.",
   amounts<&counters::flush_rows>},
  {gauge, "livegrid_subscribers", "Subscribers connected.", subscribers},
  {counter, "livegrid_subscribers_opened_total", "Subscribers that came.",
   value<&counters::subscribers_opened>},
  {counter, "livegrid_subscribers_closed_total", "Subscribers that left.",
   value<&counters::subscribers_closed>},
  {gauge, "livegrid_connections",
   "Open connections of clients: subscribers, publishers, and HTTP.",
   value<&counters::connections>},
  {gauge, "livegrid_tls_certificate_expiry_timestamp_seconds",
   "When the certificate that clients are shown ends.",
   value<&counters::certificate_expires>, with_a_certificate},
  {counter, "livegrid_connections_refused_total",
   "Connections turned away for being over the limit.",
   value<&counters::connections_refused>},
  {counter, "livegrid_websocket_closes_total",
   "WebSockets that ended, by what they were for and the close code; 1006 "
   "stands for an end without one.",
   closes},
  {counter, "livegrid_bad_input_total",
   "Input of clients that could not be taken, by kind.", bad_input},
  {gauge, "livegrid_cluster_member",
   "Whether the cluster takes this node for a member now.",
   value<&counters::is_member>, in_a_cluster},
  {gauge, "livegrid_cluster_members",
   "Members of the cluster, as this node saw it last.",
   value<&counters::members>, in_a_cluster},
  {gauge, "livegrid_cluster_epoch",
   "The epoch of the last view; all members have the same soon.",
   value<&counters::cluster_epoch>, in_a_cluster},
  {gauge, "livegrid_cluster_peers_up", "Other members that can be spoken to.",
   value<&counters::peers_up>, in_a_cluster},
  {gauge, "livegrid_cluster_owners_disagree",
   "Peers whose view of the members has been another than this node's for more "
   "than 3 s.",
   value<&counters::owners_disagree>, in_a_cluster},
  {gauge, "livegrid_cluster_viewers_behind",
   "Symbols of which a peer has had rows for more than 3 s that this node's "
   "viewers have not been given.",
   value<&counters::viewers_behind>, in_a_cluster},
  {counter, "livegrid_cluster_wishes_restated_total",
   "Times that what this node wants of a peer had to be told anew.",
   value<&counters::wishes_restated>, in_a_cluster},
  {counter, "livegrid_cluster_ticks_dropped_total",
   "Ticks dropped since two parts of the cluster had both taken ticks of their "
   "symbol.",
   value<&counters::ticks_dropped>, in_a_cluster},
  {counter, "livegrid_cluster_rows_gone_back_total",
   "Rows shown as down because their owner does not know what was shown "
   "before.",
   value<&counters::rows_gone_back>, in_a_cluster},
  {counter, "livegrid_symbols_adopted_total",
   "Symbols that became this node's.", value<&counters::symbols_adopted>,
   in_a_cluster},
  {counter, "livegrid_symbols_evicted_total",
   "Symbols that this node has given away.", value<&counters::symbols_evicted>,
   in_a_cluster},
  {histograms, "livegrid_claim_seconds",
   "From the view by which symbols became this node's until they were.",
   spans<&counters::claim_time>, in_a_cluster},
  {counter, "livegrid_relay_rows_total", "Rows sent to other nodes.",
   value<&counters::relay_rows>, in_a_cluster},
  {counter, "livegrid_relay_batches_total", "Messages that took them there.",
   value<&counters::relay_batches>, in_a_cluster},
  {counter, "livegrid_relay_merged_total",
   "Rows whose place a newer one took before they were sent.",
   value<&counters::relay_merged>, in_a_cluster},
  {histograms, "livegrid_relay_lag_seconds",
   "Until the other node has taken such a message.",
   spans<&counters::relay_lag>, in_a_cluster},
  {counter, "livegrid_peer_rows_total", "Rows that came from other nodes.",
   value<&counters::rows_from_peers>, in_a_cluster},
  {gauge, "livegrid_mailbox_messages",
   "Messages that wait for the parts that all traffic passes through.",
   mailboxes},
  {gauge, "livegrid_event_loop_lag_seconds",
   "How late the last message came to its actor on the I/O loop.",
   seconds<&counters::loop_lag>},
  {gauge, "livegrid_scheduler_lag_seconds",
   "How late the last message came to its actor on the threads of the others.",
   seconds<&counters::scheduler_lag>},
};

} // namespace

std::vector<prometheus::MetricFamily> counter_metrics::Collect() const {
  metric_families result;
  for (const auto& x : families)
    if (x.shown(*stats_)) {
      result.begin(x.name, x.help, x.type);
      x.put(result, *stats_);
    }
  return std::move(result).take();
}

} // namespace livegrid
