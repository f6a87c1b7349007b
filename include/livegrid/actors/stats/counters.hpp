#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <iterator>
#include <string_view>

#include "livegrid/actors/prices/feed_state.hpp"
#include "livegrid/actors/prices/freshness.hpp"
#include "livegrid/actors/prices/tick.hpp"
#include "livegrid/actors/stats/histogram.hpp"

namespace livegrid {

/// What one node has counted since it started. Shared by the parts that
/// count; relaxed order is enough for all of it.
struct counters {
  using value = std::atomic<std::uint64_t>;

  /// What became of ticks.
  struct tick_counts {
    value applied{0};
    value repeated{0};
    value refused{0};
  };

  /// By where they come from.
  std::array<tick_counts, num_sources> ticks;

  tick_counts& of(const source& x) noexcept {
    return ticks[x.index()];
  }

  /// One of the counts, of all sources.
  std::uint64_t total(value tick_counts::*which) const noexcept {
    std::uint64_t result = 0;
    for (const auto& x : ticks)
      result += (x.*which).load(std::memory_order_relaxed);
    return result;
  }

  /// Ticks of an earlier trade date than their symbol's.
  value late_ticks{0};

  value rows_published{0}; ///< a row counts once for each of its subscribers
  value rows_delivered{0};
  value rows_merged{0};    ///< a newer row of the same symbol took their place
  value rows_discarded{0}; ///< dropped when their subscriber left

  /// From a tick's receipt to the end of the flush that gave its row to the
  /// sockets, in nanoseconds; a row counts once, whoever gets it.
  histogram<std::array<std::uint64_t, 14>{
    50'000, 100'000, 250'000, 500'000, 1'000'000, 2'500'000, 5'000'000,
    10'000'000, 25'000'000, 50'000'000, 100'000'000, 250'000'000, 1'000'000'000,
    10'000'000'000}>
    tick_to_socket;

  /// Rows that were sent out together.
  histogram<std::array<std::uint64_t, 9>{1, 2, 5, 10, 20, 50, 100, 200, 500}>
    flush_rows;

  value subscribers_opened{0};
  value subscribers_closed{0};
  value bad_messages{0};
  value connections_refused{0};

  value symbols{0}; ///< symbols owned
  value names{0};   ///< of all symbols, as listed last

  // Rows of this node's symbols that went to other nodes, the messages that
  // took them there, and those that gave way to newer ones before.
  value relay_rows{0};
  value relay_batches{0};
  value relay_merged{0};

  /// Until the other node has taken such a message, in nanoseconds.
  histogram<std::array<std::uint64_t, 10>{
    100'000, 250'000, 500'000, 1'000'000, 2'500'000, 5'000'000, 10'000'000,
    50'000'000, 250'000'000, 1'000'000'000}>
    relay_lag;

  value rows_from_peers{0};

  /// Whether the node is one of a cluster, whether that takes it for a member
  /// now, how many members there are, and which view of them is the last.
  value clustered{0};
  value is_member{0};
  value members{0};
  value peers_up{0};
  value cluster_epoch{0};

  /// From the view by which symbols became this node's until they were, in
  /// nanoseconds.
  histogram<std::array<std::uint64_t, 8>{
    10'000'000, 50'000'000, 100'000'000, 250'000'000, 500'000'000,
    1'000'000'000, 2'500'000'000, 5'000'000'000}>
    claim_time;

  value symbols_adopted{0}; ///< that came from other nodes, or began here
  value symbols_evicted{0}; ///< that went to other nodes

  /// Peers whose view of the members has been another than this node's for more
  /// than 3 s; falls as well.
  value owners_disagree{0};

  /// Symbols of which a peer has had rows for more than 3 s that this node's
  /// viewers have not been given; falls as well.
  value viewers_behind{0};

  /// Times that what this node wants of a peer had to be told anew, because the
  /// two did not agree about it.
  value wishes_restated{0};

  /// Ticks that were dropped, since two parts of a cluster had both taken ticks
  /// of their symbol.
  value ticks_dropped{0};

  /// Rows shown as `down`, because the owner of now does not know what was
  /// shown before.
  value rows_gone_back{0};

  // -- as of now: these fall as well -----------------------------------------

  /// Symbols by `freshness`.
  std::array<value, num_freshness> fresh{};

  /// Feeds by source and `feed_state`.
  std::array<std::array<value, num_feed_states>, num_sources> feeds{};

  /// The parts that all traffic passes through.
  enum class part : std::uint8_t { market, fanout, ingress };

  static constexpr std::size_t num_parts = 3;

  /// Messages that wait for each part.
  std::array<value, num_parts> mailbox{};

  /// How late the last message came to whom it was for, in nanoseconds: on the
  /// I/O loop, and on the threads of the other actors.
  value loop_lag{0};
  value scheduler_lag{0};

  /// Open connections of clients, those beyond the limit too.
  value connections{0};

  /// When the certificate of HTTPS ends, in seconds since 1970; 0 without one.
  value certificate_expires{0};

  /// Open descriptors that are none of those, as counted last.
  value other_descriptors{0};

  // In the last second or so.
  value ticks_per_s{0};
  value rows_per_s{0};
  value merged_per_s{0};

  /// CPU time of the process by wall time, in thousandths: 1000 for one CPU.
  value cpu_permille{0};

  /// Subscribers whose ledger does not add up.
  value ledger_off{0};

  // -- what clients did -------------------------------------------------------

  /// Input that could not be taken; a subscriber's is in `bad_messages`.
  enum class fault : std::uint8_t {
    tick_malformed,
    tick_invalid,
    query,
    origin,    ///< of a page that may not publish or connect
    handshake, ///< of a WebSocket
    http_malformed,
    http_body_too_big,
    http_url_too_long,
    http_header_too_big,
    websocket_protocol,
    websocket_utf8,
    websocket_too_big,
    access, ///< without a key, with a wrong one, or beyond what it may
    limit,  ///< more of something than a key or an address may
    tls,    ///< a handshake that failed, or rubbish after it
  };

  static constexpr std::size_t num_faults = 15;

  std::array<value, num_faults> faults{};

  value& of(fault x) noexcept {
    return faults[static_cast<std::size_t>(x)];
  }

  /// What a WebSocket is for.
  enum class endpoint : std::uint8_t {
    subscriber,
    publisher,
    probe, ///< the node itself, asking for its health
  };

  static constexpr std::size_t num_endpoints = 3;

  /// The close codes that are counted each for itself; the others, which
  /// clients may choose from thousands, are counted together.
  static constexpr std::array<std::uint16_t, 9> close_codes{
    1000, 1001, 1002, 1005, 1006, 1007, 1008, 1009, 1011};

  /// WebSockets closed, by endpoint and code, the other codes last.
  std::array<std::array<value, close_codes.size() + 1>, num_endpoints> closes{};

  value& closes_of(endpoint x, std::uint16_t code) noexcept {
    auto i = std::find(close_codes.begin(), close_codes.end(), code);
    return closes[static_cast<std::size_t>(x)]
                 [static_cast<std::size_t>(i - close_codes.begin())];
  }
};

/// What an endpoint is called.
constexpr std::string_view to_string(counters::endpoint x) noexcept {
  constexpr std::string_view names[]{"subscriber", "publisher", "probe"};
  static_assert(std::size(names) == counters::num_endpoints);
  return names[static_cast<std::size_t>(x)];
}

inline void add(counters::value& x, std::uint64_t n = 1) noexcept {
  x.fetch_add(n, std::memory_order_relaxed);
}

inline std::uint64_t get(const counters::value& x) noexcept {
  return x.load(std::memory_order_relaxed);
}

/// For what is as of now.
inline void set(counters::value& x, std::uint64_t n) noexcept {
  x.store(n, std::memory_order_relaxed);
}

} // namespace livegrid
