#include <sys/resource.h>

#include <algorithm>
#include <deque>

#include "sample.hpp"
#include "scenarios.hpp"
#include "temp_file.hpp"

namespace livegrid::bench {

namespace {

constexpr double kib = 1024;
constexpr double mib = 1024 * 1024;

// Descriptors for all but the subscribers.
constexpr std::uint32_t spare_descriptors = 100;

std::uint32_t max_connections() {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  auto room = std::min<rlim_t>(limit.rlim_cur, 19'000 + spare_descriptors);
  return static_cast<std::uint32_t>(std::max<rlim_t>(room, spare_descriptors))
         - spare_descriptors;
}

std::string symbols_json(std::uint32_t n) {
  std::string result = "[";
  for (std::uint32_t i = 0; i < n; ++i)
    result += (i > 0 ? ",\n" : "") + std::string{R"({"symbol":")"}
              + symbol_name(i)
              + R"(","price":150.54,"prev_close":151.42,)"
                R"("volume":22894778,"market_cap":1874000000})";
  return result + "]";
}

struct started {
  double milliseconds = 0;
  double resident = 0;
  usage used;
};

started start_with(std::uint32_t symbols, report& to) {
  test::temp_file file{symbols_json(symbols), ".json"};
  meter measured;
  node server{{"--market.symbols-file=" + file.path()}};
  started result{server.started_in(), server.resident(),
                 measured.read(server.pid())};
  server.stop(to.wrong());
  return result;
}

} // namespace

void run_idle(double seconds, report& to) {
  node server;
  load clients{server.port(), 5};
  auto n = max_connections();
  auto before = server.resident();
  meter connecting{server.pid()};
  clients.connect(subscribers(n, 5));
  auto used = connecting.read(server.pid());
  clients.serve(seconds);
  auto after = server.resident();
  meter idling{server.pid()};
  clients.serve(seconds);
  auto idle = idling.read(server.pid());
  to.line("idle",
          {{"connections", n},
           {"connect_s", used.seconds},
           {"connections/s", n / used.seconds},
           {"connect_us", used.node * 1e6 / n},
           {"rss_kib/connection", (after - before) / n / kib},
           {"idle_cpus", idle.node / idle.seconds}},
          used);
  clients.settle();
  finish(clients, server, to.wrong());
}

void run_slow(double seconds, report& to) {
  constexpr std::uint32_t n = 200;
  constexpr std::uint32_t step = 10;
  node server;
  load clients{server.port(), 5};
  auto xs = subscribers(n, 5);
  for (std::size_t i = 0; i < xs.size(); i += step)
    xs[i].narrow = true;
  clients.connect(xs);
  auto& all = clients.all();
  clients.publish({.rate = 500, .pipeline = 64});
  clients.serve(seconds / 10);
  double peak = 0;
  auto latency = [&] {
    all.latency = {};
    all.timed = true;
    for (int i = 0; i < 20; ++i) {
      clients.serve(seconds / 20);
      peak = std::max(peak, server.resident());
    }
    all.timed = false;
    return all.latency;
  };
  meter measured{server.pid()};
  auto free = latency();
  auto before = server.resident();
  peak = 0;
  clients.stall_narrow(true);
  auto beside = latency();
  clients.stall_narrow(false);
  clients.stop_publishing();
  auto resumed = clients.catch_up();
  to.line("slow",
          {{"p99_ms", free.at(0.99)},
           {"p99_ms_stalled", beside.at(0.99)},
           {"ratio", beside.at(0.99) / free.at(0.99)},
           {"rss_kib/stalled", (peak - before) / (n / step) / kib},
           {"resume_ms", resumed},
           {"merged", static_cast<double>(server.counters().merged)}},
          measured.read(server.pid()));
  clients.settle();
  finish(clients, server, to.wrong());
}

void run_overload(double seconds, report& to) {
  constexpr std::uint32_t n = 200;
  node server;
  load clients{server.port(), 5};
  clients.connect(subscribers(n, 5));
  auto before = server.counters();
  auto resident = server.resident();
  auto peak = resident;
  auto rows = clients.all().rows;
  meter measured{server.pid()};
  clients.publish({.rate = 10'000, .batch = 10, .pipeline = 60});
  for (int i = 0; i < 30; ++i) {
    clients.serve(seconds / 30);
    peak = std::max(peak, server.resident());
  }
  auto used = measured.read(server.pid());
  rows = clients.all().rows - rows;
  auto offered = static_cast<double>(clients.source().sent());
  clients.stop_publishing();
  auto age = clients.catch_up();
  peak = std::max(peak, server.resident());
  auto delivered = static_cast<double>(rows);
  to.line(
    "overload",
    {{"offered_rows/s", offered * n / used.seconds},
     {"rows/s", delivered / used.seconds},
     {"us/row", used.node * 1e6 / delivered},
     {"merged", static_cast<double>(server.counters().merged - before.merged)},
     {"newest_after_ms", age},
     {"rss_mib", resident / mib},
     {"peak_rss_mib", peak / mib},
     {"late_ms", static_cast<double>(clients.source().late()) / 1000}},
    used);
  clients.settle();
  finish(clients, server, to.wrong());
}

void run_symbols100k(double, report& to) {
  auto few = start_with(5, to);
  auto many = start_with(max_symbols, to);
  to.line(
    "symbols100k",
    {{"start_ms", many.milliseconds},
     {"start_ms_5", few.milliseconds},
     {"rss_mib", many.resident / mib},
     {"rss_bytes/symbol", (many.resident - few.resident) / (max_symbols - 5)}},
    many.used);
}

void run_soak(double seconds, report& to) {
  // Who comes, stays two seconds and leaves, in one of three ways.
  constexpr double churn_interval = 0.05;
  constexpr std::size_t stay = 40;
  constexpr double warm_up = 30;
  node server;
  load clients{server.port(), 5};
  clients.connect(subscribers(100, 5));
  clients.publish({.rate = 500, .pipeline = 64});
  std::deque<std::size_t> guests;
  std::uint32_t visits = 0;
  auto churn = [&](double span) {
    for (auto until = now() + static_cast<usec>(span * 1e6); now() < until;) {
      // A linear congruence: random enough, the same in each run.
      visits = visits * 1664525 + 1013904223;
      guests.push_back(clients.add(
        {.first = (visits >> 8) % 5, .count = 1 + (visits >> 16) % 5}));
      clients.serve(churn_interval);
      if (guests.size() > stay) {
        using enum subscriber::farewell;
        constexpr subscriber::farewell ways[] = {close_frame, fin, reset};
        clients.remove(guests.front(), ways[guests.front() % 3]);
        guests.pop_front();
      }
    }
  };
  churn(std::min(warm_up, seconds));
  auto begin = server.resident();
  auto rows = clients.all().rows;
  meter measured{server.pid()};
  churn(seconds);
  auto used = measured.read(server.pid());
  auto end = server.resident();
  rows = clients.all().rows - rows;
  auto came = static_cast<double>(clients.count() - 100);
  to.line("soak",
          {{"rss_mib_begin", begin / mib},
           {"rss_mib_end", end / mib},
           {"ratio", end / begin},
           {"guests", came},
           {"rows/s", static_cast<double>(rows) / used.seconds},
           {"us/row", used.node * 1e6 / static_cast<double>(rows)}},
          used);
  clients.settle();
  finish(clients, server, to.wrong());
}

} // namespace livegrid::bench
