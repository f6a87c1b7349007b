#include "sample.hpp"
#include "scenarios.hpp"

namespace livegrid::bench {

namespace {

/// As fast as the subscribers get it.
constexpr pace full_speed{.batch = 5, .window = 100, .pipeline = 8};

std::vector<figure> latency_figures(const sample& x) {
  return {{"rows/s", x.rows_per_s()},
          {"us/row", x.us_per_row()},
          {"p50_ms", x.latency.at(0.5)},
          {"p99_ms", x.latency.at(0.99)},
          {"p99.9_ms", x.latency.at(0.999)}};
}

void run_latency(const char* name, std::uint32_t n, double seconds,
                 report& to) {
  auto x = take_sample(
    {.subscribers = n, .how = {.rate = 200}, .seconds = seconds}, to.wrong());
  to.line(name, latency_figures(x), x.used);
}

/// Prints what a row costs in two cases, and the second's share of the first.
void compare(const char* name, const setup& first, const char* first_name,
             const setup& second, const char* second_name, report& to) {
  auto a = take_sample(first, to.wrong());
  auto b = take_sample(second, to.wrong());
  auto used = b.used;
  used.noise = std::max(a.used.noise, b.used.noise);
  to.line(name,
          {{std::string{"us/row_"} + first_name, a.us_per_row()},
           {std::string{"us/row_"} + second_name, b.us_per_row()},
           {"ratio", b.us_per_row() / a.us_per_row()},
           {"rows/s", a.rows_per_s()},
           {"rows/s_" + std::string{second_name}, b.rows_per_s()},
           {"p99_ms", b.latency.at(0.99)}},
          used);
}

} // namespace

void run_fan1000(double seconds, report& to) {
  auto x = take_sample({.subscribers = 1000,
                        .how = full_speed,
                        .seconds = seconds,
                        .sampled = true},
                       to.wrong());
  to.line("fan1000",
          {{"rows/s", x.rows_per_s()},
           {"us/row", x.us_per_row()},
           {"ticks/s", x.ticks / x.used.seconds},
           {"p50_ms", x.latency.at(0.5)},
           {"p99_ms", x.latency.at(0.99)}},
          x.used);
}

void run_tls(double seconds, report& to) {
  // At a pace that both keep up with: what cannot is sent fewer rows at a time,
  // and each of them costs more.
  auto run = [&](const char* name, const pace& how) {
    setup plain{
      .subscribers = 1000, .how = how, .seconds = seconds, .sampled = true};
    auto secure = plain;
    secure.secure = true;
    compare(name, plain, "http", secure, "https", to);
  };
  run("tls", {.rate = 2000, .batch = 100});
  run("tls_single", {.rate = 100});
}

void run_lat100k(double seconds, report& to) {
  run_latency("lat100k", 500, seconds, to);
}

void run_lat20k(double seconds, report& to) {
  run_latency("lat20k", 100, seconds, to);
}

void run_flat5000(double seconds, report& to) {
  compare("flat5000",
          {.subscribers = 500, .how = {.rate = 200}, .seconds = seconds}, "500",
          {.subscribers = 5000, .how = {.rate = 20}, .seconds = seconds},
          "5000", to);
}

void run_symbols5000(double seconds, report& to) {
  // Each tick goes to 5 of the 500, so it takes 100 times the ticks.
  compare("symbols5000",
          {.subscribers = 500, .how = {.rate = 100}, .seconds = seconds}, "5",
          {.subscribers = 500,
           .symbols = 5000,
           .per_subscriber = 50,
           .how = {.rate = 10'000, .batch = 100},
           .seconds = seconds},
          "5000", to);
}

void run_ingest(double seconds, report& to) {
  auto x = take_sample(
    {.how = {.batch = 100, .pipeline = 8}, .seconds = seconds}, to.wrong());
  to.line("ingest",
          {{"ticks/s", x.ticks / x.used.seconds},
           {"ticks/cpu_s", x.ticks / x.used.node},
           {"us/tick", x.used.node * 1e6 / x.ticks}},
          x.used);
}

void run_options(double seconds, report& to) {
  auto run = [&](const std::string& query, const pace& how) {
    return take_sample(
      {.subscribers = 500, .query = query, .how = how, .seconds = seconds},
      to.wrong());
  };
  auto rows = run("", full_speed);
  auto changed = run("cells=changed", full_speed);
  auto array = run("batch=array", full_speed);
  // Conflated rows never arrive, so this one goes by the first one's speed.
  auto spaced =
    run("interval=100",
        {.rate = rows.ticks / rows.used.seconds, .batch = 5, .pipeline = 8});
  auto used = rows.used;
  for (auto& x : {changed.used, array.used, spaced.used}) {
    used.seconds += x.seconds;
    used.node += x.node;
    used.bench += x.bench;
    used.noise = std::max(used.noise, x.noise);
  }
  to.line("options",
          {{"us/row", rows.us_per_row()},
           {"us/row_changed", changed.us_per_row()},
           {"us/row_array", array.us_per_row()},
           {"us/row_interval", spaced.us_per_row()},
           {"us/due_interval", spaced.used.node * 1e6 / (spaced.ticks * 500)},
           {"rows/s", rows.rows_per_s()},
           {"rows/s_interval", spaced.rows_per_s()}},
          used);
}

} // namespace livegrid::bench
