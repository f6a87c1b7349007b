// What a scrape of /metrics costs the node, and how long it takes.

#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <thread>

#include "http_client.hpp"
#include "sample.hpp"
#include "scenarios.hpp"
#include "temp_file.hpp"

namespace livegrid::bench {

namespace {

constexpr std::uint32_t symbols = 100'000;
constexpr std::uint32_t viewers = 10'000;

/// What the threads of the node have had, by the kernel's account of it.
struct schedule {
  usec ran = 0;    ///< on a CPU
  usec waited = 0; ///< ready to run, for a CPU
};

schedule schedule_of(pid_t node) {
  schedule result;
  auto threads = "/proc/" + std::to_string(node) + "/task";
  for (const auto& x : std::filesystem::directory_iterator{threads}) {
    std::ifstream in{x.path() / "schedstat"};
    usec ran = 0;
    usec waited = 0;
    in >> ran >> waited;
    result.ran += ran / 1000;
    result.waited += waited / 1000;
  }
  return result;
}

struct scrapes {
  percentiles latency;
  usec longest = 0;

  /// Of the node while a scrape was under way: its own work and whatever came
  /// before it, whoever else wanted the CPU.
  percentiles ran;
  usec most_ran = 0;
  usec most_waited = 0;

  usage used;

  double each() const noexcept {
    return used.node * 1e6 / static_cast<double>(latency.count());
  }
};

/// Scrapes on one connection, as Prometheus does, while `meanwhile` runs.
/// @param gap microseconds between two.
template <class Function>
scrapes scrape(const node& server, usec gap, Function meanwhile,
               faults& wrong) {
  scrapes result;
  std::mutex mutex;
  std::condition_variable changed;
  auto done = false;
  meter measured{server.pid()};
  std::thread scraper{[&] {
    test::http_client client{server.port()};
    std::unique_lock guard{mutex};
    while (!done) {
      guard.unlock();
      auto before = schedule_of(server.pid());
      auto begin = now();
      if (client.request("GET", "/metrics").status != 200)
        wrong.add("scrape refused");
      auto span = now() - begin;
      result.latency.add(span);
      result.longest = std::max(result.longest, span);
      auto after = schedule_of(server.pid());
      result.ran.add(after.ran - before.ran);
      result.most_ran = std::max(result.most_ran, after.ran - before.ran);
      result.most_waited =
        std::max(result.most_waited, after.waited - before.waited);
      guard.lock();
      changed.wait_for(guard, std::chrono::microseconds{gap},
                       [&] { return done; });
    }
  }};
  meanwhile();
  {
    std::lock_guard guard{mutex};
    done = true;
  }
  changed.notify_one();
  scraper.join();
  result.used = measured.read(server.pid());
  return result;
}

std::string symbols_json() {
  std::string result = "[";
  for (std::uint32_t i = 0; i < symbols; ++i)
    result += (i > 0 ? ",\n" : "") + std::string{R"({"symbol":")"}
              + symbol_name(i) + R"(","price":150.54})";
  return result + "]";
}

} // namespace

void run_scrape(double seconds, report& to) {
  test::temp_file file{symbols_json(), ".json"};
  node server{{"--market.symbols-file=" + file.path()}};
  load clients{server.port(), symbols};
  clients.connect(subscribers(viewers, symbols, 5));
  auto idle = scrape(
    server, 0, [&] { clients.serve(seconds); }, to.wrong());
  clients.publish({.rate = 2000, .batch = 10});
  clients.serve(seconds / 5);
  auto busy = scrape(
    server, 10'000, [&] { clients.serve(seconds); }, to.wrong());
  auto used = busy.used;
  used.noise = std::max(used.noise, idle.used.noise);
  to.line(
    "scrape",
    {{"us/scrape", idle.each()},
     {"p50_ms", idle.latency.at(0.5)},
     {"p99_ms", idle.latency.at(0.99)},
     {"max_ms", static_cast<double>(idle.longest) / 1000},
     {"p50_ms_busy", busy.latency.at(0.5)},
     {"p99_ms_busy", busy.latency.at(0.99)},
     {"max_ms_busy", static_cast<double>(busy.longest) / 1000},
     {"ran_p99_ms", idle.ran.at(0.99)},
     {"ran_max_ms", static_cast<double>(idle.most_ran) / 1000},
     {"waited_max_ms", static_cast<double>(idle.most_waited) / 1000},
     {"ran_p99_ms_busy", busy.ran.at(0.99)},
     {"ran_max_ms_busy", static_cast<double>(busy.most_ran) / 1000},
     {"waited_max_ms_busy", static_cast<double>(busy.most_waited) / 1000}},
    used);
  clients.settle();
  finish(clients, server, to.wrong());
}

} // namespace livegrid::bench
