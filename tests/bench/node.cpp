#include "node.hpp"

#include <sched.h>
#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>

namespace livegrid::bench {

namespace {

bool has_two_cpus() {
  cpu_set_t mine;
  return sched_getaffinity(0, sizeof mine, &mine) == 0 && CPU_ISSET(0, &mine)
         && CPU_ISSET(1, &mine);
}

/// Confines this thread, and what it starts, to a CPU; unless there is but one.
void go_to_cpu(int number) {
  // Asked before the first time.
  static const auto can = has_two_cpus();
  if (!can)
    return;
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(number, &one);
  sched_setaffinity(0, sizeof one, &one);
}

/// The node inherits its CPU, as its threads do from it.
test::node_options pinned(std::vector<std::string> args) {
  go_to_cpu(0);
  args.emplace_back("--market.feed=none");
  return {.args = std::move(args)};
}

std::uint64_t value(const std::string& text, const std::string& name) {
  auto at = text.find("\n" + name + " ");
  if (at == std::string::npos)
    test::give_up("no " + name + " in /metrics");
  return static_cast<std::uint64_t>(
    std::strtod(text.c_str() + at + name.size() + 2, nullptr));
}

} // namespace

node::node(std::vector<std::string> args) : process_(pinned(std::move(args))) {
  go_to_cpu(1);
  process_.wait_until_listening();
  started_in_ = static_cast<double>(now() - begin_) / 1000;
}

double node::resident() const {
  std::ifstream in{"/proc/" + std::to_string(pid()) + "/statm"};
  double size = 0;
  double resident = 0;
  in >> size >> resident;
  return resident * static_cast<double>(sysconf(_SC_PAGESIZE));
}

void node::wait_until_ready() {
  auto deadline = std::chrono::steady_clock::now() + test::patience;
  while (process_.get("/ready").status != 200)
    if (std::chrono::steady_clock::now() > deadline)
      test::give_up("a node is not ready");
}

ledger node::counters() {
  auto text = process_.get("/metrics").body;
  auto applied = [&](const std::string& feed) {
    return value(text, "livegrid_ticks_total{feed=\"" + feed
                         + "\",outcome=\"applied\"}");
  };
  return {applied("post") + applied("socket"),
          value(text, "livegrid_rows_published_total"),
          value(text, "livegrid_rows_delivered_total"),
          value(text, "livegrid_rows_merged_total"),
          value(text, "livegrid_rows_discarded_total")};
}

bool node::adds_up() {
  // A row is counted as delivered once the socket has room: each question and
  // answer gives the node a turn.
  auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{5};
  do {
    auto x = counters();
    if (x.published == x.delivered + x.merged + x.discarded)
      return true;
  } while (std::chrono::steady_clock::now() < deadline);
  return false;
}

void node::stop(faults& wrong) {
  process_.signal(SIGTERM);
  if (auto code = process_.wait_for_exit(); code != 0) {
    wrong.add("exit code " + std::to_string(code));
    std::fputs(process_.standard_error().c_str(), stderr);
  }
}

} // namespace livegrid::bench
