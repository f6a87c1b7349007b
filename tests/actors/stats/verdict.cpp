#define CAF_SUITE actors.stats.verdict

#include "livegrid/actors/stats/verdict.hpp"

#include <chrono>
#include <string>

#include "livegrid/actors/stats/summary.hpp"

#include "unit_test.hpp"

using namespace livegrid;
using namespace std::chrono_literals;

CAF_TEST(each way of being slow begins where it begins) {
  struct {
    const char* name;
    subscriber_summary x;
    std::chrono::nanoseconds lag;
    fault_of want;
    std::string why;
  } cases[] = {
    // -- keeping up -----------------------------------------------------------
    {"idle", {}, 0ns, fault_of::nobody, "all that it was sent is acknowledged"},
    {"idle for long",
     {.link = {.since_ack_ms = 3'600'000}},
     0ns,
     fault_of::nobody,
     "all that it was sent is acknowledged"},
    {"on its way",
     {.link = {.since_ack_ms = 500, .unacked = 10}},
     0ns,
     fault_of::nobody,
     "what it was sent is on its way"},
    {"far away, on its way",
     {.link = {.since_ack_ms = 800, .rtt_us = 200'000, .unacked = 10}},
     0ns,
     fault_of::nobody,
     "what it was sent is on its way"},
    {"sent again, and acknowledged since",
     {.link = {.since_ack_ms = 1, .unacked = 10, .retrying = 1}},
     0ns,
     fault_of::nobody,
     "what it was sent is on its way"},
    {"rows wait by its own wish",
     {.published = 3, .held = 3, .interval_ms = 1},
     0ns,
     fault_of::nobody,
     "all that it was sent is acknowledged"},
    {"the loop is a little late",
     {},
     100ms - 1ns,
     fault_of::nobody,
     "all that it was sent is acknowledged"},
    // -- us -------------------------------------------------------------------
    {"the loop is late",
     {},
     100ms,
     fault_of::us,
     "the node's I/O loop is 100 ms late"},
    {"the loop is late, whatever else",
     {.published = 1,
      .blocked = true,
      .link = {.since_ack_ms = 9000, .unacked = 10, .retrying = 5}},
     1500ms,
     fault_of::us,
     "the node's I/O loop is 1500 ms late"},
    {"rows wait although it has room",
     {.published = 10, .delivered = 5, .merged = 2, .discarded = 1},
     0ns,
     fault_of::us,
     "2 rows wait, although its socket has room"},
    // -- network --------------------------------------------------------------
    {"overdue",
     {.link = {.since_ack_ms = 501, .unacked = 10}},
     0ns,
     fault_of::network,
     "10 bytes sent and not acknowledged; the last acknowledgement came 501 ms "
     "ago; tried again 0 times"},
    {"far away and overdue",
     {.link = {.since_ack_ms = 801, .rtt_us = 200'000, .unacked = 10}},
     0ns,
     fault_of::network,
     "10 bytes sent and not acknowledged; the last acknowledgement came 801 ms "
     "ago; tried again 0 times"},
    {"full and tried again",
     {.published = 1,
      .blocked = true,
      .link = {.since_ack_ms = 1, .unacked = 10, .retrying = 2}},
     0ns,
     fault_of::network,
     "10 bytes sent and not acknowledged; the last acknowledgement came 1 ms "
     "ago; tried again 2 times"},
    {"unsent and tried again",
     {.link = {.since_ack_ms = 1, .unsent = 1, .unacked = 10, .retrying = 2}},
     0ns,
     fault_of::network,
     "10 bytes sent and not acknowledged; the last acknowledgement came 1 ms "
     "ago; tried again 2 times"},
    {"overdue with a full window",
     {.blocked = true,
      .link = {.since_ack_ms = 501, .unacked = 10, .window = 5}},
     0ns,
     fault_of::network,
     "10 bytes sent and not acknowledged; the last acknowledgement came 501 ms "
     "ago; tried again 0 times"},
    {"unsent, though it has room for one packet more",
     {.link = {.rtt_us = 80'000,
               .unsent = 1,
               .unacked = 1000,
               .window = 2460,
               .segment = 1460}},
     0ns,
     fault_of::network,
     "it has room for 2460 bytes; 1000 are on their way, with a round trip of "
     "80 ms"},
    {"full, though it has room",
     {.published = 5, .blocked = true, .held = 5, .link = {.window = 9000}},
     0ns,
     fault_of::network,
     "it has room for 9000 bytes; 0 are on their way, with a round trip of 0 "
     "ms"},
    // -- reader ---------------------------------------------------------------
    {"no room for one packet more",
     {.unsent = 70,
      .link = {.unsent = 30, .unacked = 1000, .window = 2459, .segment = 1460}},
     0ns,
     fault_of::reader,
     "it has room for 2459 bytes, while 100 wait"},
    {"full, and a closed window",
     {.published = 5,
      .unsent = 5,
      .blocked = true,
      .link = {.since_ack_ms = 60'000, .segment = 1460}},
     0ns,
     fault_of::reader,
     "it has room for 0 bytes, while 5 wait"},
    {"full, rows wait by its own wish too",
     {.published = 5,
      .blocked = true,
      .interval_ms = 100,
      .link = {.segment = 1460}},
     0ns,
     fault_of::reader,
     "it has room for 0 bytes, while 0 wait"},
  };
  for (const auto& c : cases) {
    CAF_MESSAGE(c.name);
    auto got = judge(c.x, c.lag);
    CAF_CHECK_EQUAL(to_string(got.fault), to_string(c.want));
    CAF_CHECK_EQUAL(got.why, c.why);
  }
}

CAF_TEST(each verdict has a name) {
  CAF_CHECK_EQUAL(to_string(fault_of::nobody), "keeping up");
  CAF_CHECK_EQUAL(to_string(fault_of::network), "slow network");
  CAF_CHECK_EQUAL(to_string(fault_of::reader), "slow reader");
  CAF_CHECK_EQUAL(to_string(fault_of::us), "us");
}
