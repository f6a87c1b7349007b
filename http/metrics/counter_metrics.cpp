#include "livegrid/http/metrics/counter_metrics.hpp"

#include <string>

#include "livegrid/actors/stats/bad_input.hpp"
#include "livegrid/actors/stats/counters.hpp"
#include "livegrid/http/metrics/metric_families.hpp"

namespace livegrid {

namespace {

constexpr double nanoseconds_per_second = 1e9;

constexpr source feeds[]{source::simulator, source::replay, source::post,
                         source::socket};

constexpr std::string_view part_names[]{"market", "fanout", "ingress"};

static_assert(std::size(part_names) == counters::num_parts);

double seconds(const counters::value& nanoseconds) noexcept {
  return static_cast<double>(get(nanoseconds)) / nanoseconds_per_second;
}

void put_ticks(metric_families& to, counters& x) {
  to.counter("livegrid_ticks_total",
             "Ticks by feed and by what became of them; repeated ones had a "
             "sequence number not above the last, and a body that could not "
             "be read counts as one refused.");
  for (auto from : feeds) {
    std::string feed{to_string(from)};
    const auto& n = x.of(from);
    to.put(get(n.applied), {{"feed", feed}, {"outcome", "applied"}});
    to.put(get(n.repeated), {{"feed", feed}, {"outcome", "repeated"}});
    to.put(get(n.refused), {{"feed", feed}, {"outcome", "refused"}});
  }
  to.gauge("livegrid_feeds",
           "Feeds by source and state: silent and lost ones should tick and "
           "do not; paused and ended ones need not.");
  for (auto from : feeds)
    for (std::size_t i = 0; i < num_feed_states; ++i)
      to.put(get(x.feeds[static_cast<std::size_t>(from)][i]),
             {{"feed", std::string{to_string(from)}},
              {"state", std::string{to_string(static_cast<feed_state>(i))}}});
  to.gauge("livegrid_symbols",
           "Symbols by how far their price can be believed to be today's.");
  for (std::size_t i = 0; i < num_freshness; ++i)
    to.put(get(x.fresh[i]),
           {{"freshness", std::string{to_string(static_cast<freshness>(i))}}});
}

void put_rows(metric_families& to, const counters& x) {
  to.counter("livegrid_rows_published_total",
             "Rows due to subscribers, each counted once a subscriber.")
    .put(get(x.rows_published));
  to.counter("livegrid_rows_delivered_total", "Rows that the kernel has taken.")
    .put(get(x.rows_delivered));
  to.counter("livegrid_rows_merged_total",
             "Rows whose place a newer row of their symbol took.")
    .put(get(x.rows_merged));
  to.counter("livegrid_rows_discarded_total",
             "Rows dropped because their subscriber left.")
    .put(get(x.rows_discarded));
  to.gauge("livegrid_ledger_off",
           "Subscribers for whom published is not delivered + merged + "
           "discarded + waiting.")
    .put(get(x.ledger_off));
  to.histograms("livegrid_tick_to_socket_seconds",
                "From a tick's receipt to the end of the flush that gave its "
                "row to the sockets.")
    .put(x.tick_to_socket, nanoseconds_per_second);
  to.histograms("livegrid_flush_rows", "Rows that were sent out together.")
    .put(x.flush_rows);
}

void put_clients(metric_families& to, const counters& x) {
  // Closed first: it must not overtake the other.
  auto closed = get(x.subscribers_closed);
  auto opened = get(x.subscribers_opened);
  to.gauge("livegrid_subscribers", "Subscribers connected.")
    .put(opened - closed);
  to.counter("livegrid_subscribers_opened_total", "Subscribers that came.")
    .put(opened);
  to.counter("livegrid_subscribers_closed_total", "Subscribers that left.")
    .put(closed);
  to.gauge("livegrid_connections",
           "Open connections of clients: subscribers, publishers, and HTTP.")
    .put(get(x.connections));
  if (auto expires = get(x.certificate_expires); expires > 0)
    to.gauge("livegrid_tls_certificate_expiry_timestamp_seconds",
             "When the certificate that clients are shown ends.")
      .put(expires);
  to.counter("livegrid_connections_refused_total",
             "Connections turned away for being over the limit.")
    .put(get(x.connections_refused));
  to.counter("livegrid_websocket_closes_total",
             "WebSockets that ended, by what they were for and the close code; "
             "1006 stands for an end without one.");
  for (std::size_t i = 0; i < counters::num_endpoints; ++i)
    for (std::size_t k = 0; k < x.closes[i].size(); ++k)
      to.put(get(x.closes[i][k]),
             {{"endpoint",
               std::string{to_string(static_cast<counters::endpoint>(i))}},
              {"code", k < counters::close_codes.size()
                         ? std::to_string(counters::close_codes[k])
                         : "other"}});
  to.counter("livegrid_bad_input_total",
             "Input of clients that could not be taken, by kind.");
  to.put(get(x.bad_messages), {{"kind", "subscription"}});
  for (std::size_t i = 0; i < counters::num_faults; ++i)
    to.put(get(x.faults[i]),
           {{"kind", std::string{to_string(static_cast<counters::fault>(i))}}});
}

void put_cluster(metric_families& to, const counters& x) {
  if (get(x.clustered) == 0)
    return;
  to.gauge("livegrid_cluster_member",
           "Whether the cluster takes this node for a member now.")
    .put(get(x.is_member));
  to.gauge("livegrid_cluster_members",
           "Members of the cluster, as this node saw it last.")
    .put(get(x.members));
  to.gauge("livegrid_cluster_epoch",
           "The epoch of the last view; all members have the same soon.")
    .put(get(x.cluster_epoch));
  to.gauge("livegrid_cluster_peers_up", "Other members that can be spoken to.")
    .put(get(x.peers_up));
  to.gauge("livegrid_cluster_owners_disagree",
           "Peers whose view of the members has been another than this node's "
           "for more than 3 s.")
    .put(get(x.owners_disagree));
  to.gauge("livegrid_cluster_viewers_behind",
           "Symbols of which a peer has had rows for more than 3 s that this "
           "node's viewers have not been given.")
    .put(get(x.viewers_behind));
  to.counter("livegrid_cluster_wishes_restated_total",
             "Times that what this node wants of a peer had to be told anew.")
    .put(get(x.wishes_restated));
  to.counter("livegrid_cluster_ticks_dropped_total",
             "Ticks dropped since two parts of the cluster had both taken "
             "ticks of their symbol.")
    .put(get(x.ticks_dropped));
  to.counter("livegrid_cluster_rows_gone_back_total",
             "Rows shown as down because their owner does not know what was "
             "shown before.")
    .put(get(x.rows_gone_back));
  to.counter("livegrid_symbols_adopted_total",
             "Symbols that became this node's.")
    .put(get(x.symbols_adopted));
  to.counter("livegrid_symbols_evicted_total",
             "Symbols that this node has given away.")
    .put(get(x.symbols_evicted));
  to.histograms("livegrid_claim_seconds",
                "From the view by which symbols became this node's until they "
                "were.")
    .put(x.claim_time, nanoseconds_per_second);
  to.counter("livegrid_relay_rows_total", "Rows sent to other nodes.")
    .put(get(x.relay_rows));
  to.counter("livegrid_relay_batches_total", "Messages that took them there.")
    .put(get(x.relay_batches));
  to.counter("livegrid_relay_merged_total",
             "Rows whose place a newer one took before they were sent.")
    .put(get(x.relay_merged));
  to.histograms("livegrid_relay_lag_seconds",
                "Until the other node has taken such a message.")
    .put(x.relay_lag, nanoseconds_per_second);
  to.counter("livegrid_peer_rows_total", "Rows that came from other nodes.")
    .put(get(x.rows_from_peers));
}

void put_load(metric_families& to, const counters& x) {
  to.gauge("livegrid_mailbox_messages",
           "Messages that wait for the parts that all traffic passes through.");
  for (std::size_t i = 0; i < counters::num_parts; ++i)
    to.put(get(x.mailbox[i]), {{"part", std::string{part_names[i]}}});
  to.gauge("livegrid_event_loop_lag_seconds",
           "How late the last message came to its actor on the I/O loop.")
    .put(seconds(x.loop_lag));
  to.gauge("livegrid_scheduler_lag_seconds",
           "How late the last message came to its actor on the threads of the "
           "others.")
    .put(seconds(x.scheduler_lag));
}

} // namespace

std::vector<prometheus::MetricFamily> counter_metrics::Collect() const {
  metric_families result;
  put_ticks(result, *stats_);
  put_rows(result, *stats_);
  put_clients(result, *stats_);
  put_cluster(result, *stats_);
  put_load(result, *stats_);
  return std::move(result).take();
}

} // namespace livegrid
