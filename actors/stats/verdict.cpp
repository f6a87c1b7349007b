#include "livegrid/actors/stats/verdict.hpp"

#include <algorithm>

#include "livegrid/actors/stats/summary.hpp"

namespace livegrid {

namespace {

/// A loop that is later than this makes everybody wait.
constexpr std::chrono::milliseconds late{100};

/// Acknowledgements may be put off for so long by a peer that is well.
constexpr std::uint64_t patience_ms = 500;

std::string count(std::uint64_t n, const char* what) {
  return std::to_string(n) + ' ' + what;
}

} // namespace

std::string_view to_string(fault_of x) noexcept {
  switch (x) {
  case fault_of::nobody:
    return "keeping up";
  case fault_of::network:
    return "slow network";
  case fault_of::reader:
    return "slow reader";
  case fault_of::us:
    return "us";
  }
  return "";
}

verdict judge(const subscriber_summary& x, std::chrono::nanoseconds loop_lag) {
  using namespace std::chrono;
  const auto& link = x.link;
  if (loop_lag >= late)
    return {fault_of::us,
            "the node's I/O loop is "
              + count(static_cast<std::uint64_t>(
                        duration_cast<milliseconds>(loop_lag).count()),
                      "ms late")};
  if (!x.blocked && x.waiting() > 0 && x.interval_ms == 0)
    return {fault_of::us, count(x.waiting(), "rows wait, although its socket "
                                             "has room")};
  auto patience = std::max(patience_ms, 4 * link.rtt_us / 1000);
  auto overdue = link.unacked > 0 && link.since_ack_ms > patience;
  if (!x.blocked && link.unsent == 0 && !overdue)
    return {fault_of::nobody, link.unacked == 0
                                ? "all that it was sent is acknowledged"
                                : "what it was sent is on its way"};
  if (link.retrying > 0 || overdue)
    return {fault_of::network,
            count(link.unacked, "bytes sent and not acknowledged; the last "
                                "acknowledgement came ")
              + count(link.since_ack_ms, "ms ago; tried again ")
              + count(link.retrying, "times")};
  // What was sent has arrived; whether more may be sent is for the peer to say.
  if (link.unacked + link.segment > link.window)
    return {fault_of::reader, "it has room for "
                                + count(link.window, "bytes, while ")
                                + count(link.unsent + x.unsent, "wait")};
  return {fault_of::network,
          "it has room for " + count(link.window, "bytes; ")
            + count(link.unacked, "are on their way, with a round trip of ")
            + count(link.rtt_us / 1000, "ms")};
}

} // namespace livegrid
