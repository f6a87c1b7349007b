// Runs a cluster under faults, again and again, each time as a seed says.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "simulation.hpp"

namespace {

using namespace livegrid::simulation;

constexpr const char* usage =
  R"(usage: livegrid-simulation [OPTION]... [FILE]...
Runs clusters of real actors in one process on a virtual clock, under faults.
  --seed=N       the first seed, else one of the time of day
  --runs=N       how many seeds, else as many as there is time for
  --seconds=N    how long to go on, else 60
  --by=etcd|list how nodes find each other, else both
  --each         tell of each run; two of one schedule have the same trace
  --twice        run each schedule twice, which must come to the same
  --log          write what happens and the nodes' logs to stderr
  --watch=SYMBOL and what nodes know of one of S0 to S23
  --no-shrink    tell a schedule that fails as it is
  FILE           runs that schedule alone, or all of that folder
It ends with 1 when a run has failed, and prints the schedule, which can be a
FILE.
)";

struct options {
  std::uint64_t seed = static_cast<std::uint64_t>(
    std::chrono::system_clock::now().time_since_epoch().count() / 1000);
  std::optional<std::uint64_t> runs;
  std::uint64_t seconds = 60;
  std::optional<finding> by;
  std::string watched;
  bool each = false;
  bool twice = false;
  bool tells = false;
  bool shrinks = true;
  std::vector<std::filesystem::path> files;
};

std::optional<options> parse(int argc, char** argv) {
  options result;
  for (int i = 1; i < argc; ++i) {
    std::string_view x = argv[i];
    auto value = [&](std::string_view name) -> std::optional<std::string> {
      if (!x.starts_with(name) || x.size() <= name.size()
          || x[name.size()] != '=')
        return std::nullopt;
      return std::string{x.substr(name.size() + 1)};
    };
    if (auto v = value("--seed"))
      result.seed = std::stoull(*v);
    else if (auto n = value("--runs"))
      result.runs = std::stoull(*n);
    else if (auto s = value("--seconds"))
      result.seconds = std::stoull(*s);
    else if (auto by = value("--by"); by == "etcd" || by == "list")
      result.by = by == "etcd" ? finding::etcd : finding::list;
    else if (auto symbol = value("--watch"))
      result.watched = *symbol;
    else if (x == "--each")
      result.each = true;
    else if (x == "--twice")
      result.twice = true;
    else if (x == "--log")
      result.tells = true;
    else if (x == "--no-shrink")
      result.shrinks = false;
    else if (x.starts_with("-"))
      return std::nullopt;
    else if (std::filesystem::is_directory(x))
      for (const auto& y : std::filesystem::directory_iterator{x})
        result.files.emplace_back(y.path());
    else
      result.files.emplace_back(x);
  }
  std::sort(result.files.begin(), result.files.end());
  return result;
}

outcome run(const schedule& x, const options& how) {
  simulation first{x, how.tells};
  first.watch(how.watched);
  auto result = first.run();
  if (how.twice && simulation{x, false}.run().trace != result.trace)
    result.complaints.emplace_back("it goes another way the second time");
  return result;
}

// -- shrinking ----------------------------------------------------------------

/// Leaves one thing after the other away, where it fails without.
/// @param part the list in the schedule from which it takes.
/// @returns whether any could be left away.
template <class Fails, class T>
bool leave_away(schedule& x, std::vector<T> schedule::*part, Fails fails) {
  auto any = false;
  for (std::size_t i = 0; i < (x.*part).size();) {
    auto less = x;
    (less.*part).erase((less.*part).begin() + static_cast<std::ptrdiff_t>(i));
    if (fails(less)) {
      x = std::move(less);
      any = true;
    } else {
      ++i;
    }
  }
  return any;
}

/// The same with one node less, and without what happens to that one.
schedule without_last_node(schedule x) {
  auto gone = --x.nodes;
  std::erase(x.viewers_only, gone);
  std::erase_if(x.late, [&](const auto& y) { return y.first == gone; });
  std::erase_if(x.faults,
                [&](const fault& y) { return y.a == gone || y.b == gone; });
  // Etcd's host comes after the last node.
  for (auto& y : x.faults) {
    y.a = std::min(y.a, gone);
    y.b = std::min(y.b, gone);
  }
  return x;
}

/// Makes it as small as it still fails, though maybe in another way.
schedule shrink(schedule x) {
  constexpr std::size_t fewest_nodes = 3;
  constexpr instant shortest{std::chrono::milliseconds{10}};
  auto fails = [](const schedule& y) {
    return !simulation{y, false}.run().complaints.empty();
  };
  auto try_it = [&](schedule&& less) {
    if (!fails(less))
      return false;
    x = std::move(less);
    return true;
  };
  for (auto again = true; again;) {
    again = leave_away(x, &schedule::faults, fails);
    again |= leave_away(x, &schedule::late, fails);
    again |= leave_away(x, &schedule::viewers_only, fails);
    while (x.nodes > fewest_nodes && try_it(without_last_node(x)))
      again = true;
    for (std::size_t i = 0; i < x.faults.size(); ++i)
      while (x.faults[i].length > shortest) {
        auto less = x;
        less.faults[i].length =
          std::chrono::round<std::chrono::milliseconds>(x.faults[i].length / 2);
        if (!try_it(std::move(less)))
          break;
        again = true;
      }
  }
  return x;
}

// -- telling ------------------------------------------------------------------

void tell(const std::vector<std::string>& complaints) {
  for (const auto& what : complaints)
    std::printf("# %s\n", what.c_str());
}

/// Can be saved as it is.
void tell_failure(std::uint64_t seed, const schedule& x, const outcome& y) {
  std::printf("# Seed %llu failed. Save this, and replay it with each node's "
              "log: livegrid-simulation --log FILE\n%s",
              static_cast<unsigned long long>(seed), to_text(x).c_str());
  tell(y.complaints);
}

void tell_one(const std::string& name, const outcome& x) {
  std::printf("%s: %s, trace %016llx\n", name.c_str(),
              x.complaints.empty() ? "passed" : "failed",
              static_cast<unsigned long long>(x.trace));
}

int run_files(const options& how) {
  int failed = 0;
  for (const auto& x : how.files) {
    std::ifstream in{x};
    auto plan = read_schedule(in);
    auto result = run(plan, how);
    tell_one(x.filename(), result);
    tell(result.complaints);
    failed += result.complaints.empty() ? 0 : 1;
  }
  return failed == 0 ? 0 : 1;
}

int run_seeds(const options& how) {
  auto begin = std::chrono::steady_clock::now();
  auto seed = how.seed;
  std::fprintf(stderr, "from seed %llu\n",
               static_cast<unsigned long long>(seed));
  std::uint64_t runs = 0;
  std::uint64_t failed = 0;
  outcome all;
  auto goes_on = [&] {
    return how.runs ? runs < *how.runs
                    : std::chrono::steady_clock::now() - begin
                        < std::chrono::seconds{how.seconds};
  };
  for (; goes_on(); ++seed, ++runs) {
    auto plan = make_schedule(seed, how.by);
    auto result = run(plan, how);
    if (how.each)
      tell_one("seed " + std::to_string(seed), result);
    all.accepted += result.accepted;
    all.refused += result.refused;
    all.unknown += result.unknown;
    all.rows += result.rows;
    all.steps += result.steps;
    all.lost += result.lost;
    if (result.complaints.empty())
      continue;
    ++failed;
    std::fprintf(stderr, "seed %llu fails: %s\n",
                 static_cast<unsigned long long>(seed),
                 result.complaints.front().c_str());
    if (how.shrinks && !simulation{plan, false}.run().complaints.empty()) {
      plan = shrink(std::move(plan));
      result = simulation{plan, false}.run();
    }
    tell_failure(seed, plan, result);
    std::fflush(stdout);
  }
  auto took =
    std::chrono::duration<double>(std::chrono::steady_clock::now() - begin);
  std::printf("%llu schedules from seed %llu in %.1f s, %llu failed: %llu "
              "batches taken, %llu refused, %llu unknown, %llu rows seen, "
              "%llu messages\n",
              static_cast<unsigned long long>(runs),
              static_cast<unsigned long long>(how.seed), took.count(),
              static_cast<unsigned long long>(failed),
              static_cast<unsigned long long>(all.accepted),
              static_cast<unsigned long long>(all.refused),
              static_cast<unsigned long long>(all.unknown),
              static_cast<unsigned long long>(all.rows),
              static_cast<unsigned long long>(all.steps));
  return failed == 0 ? 0 : 1;
}

} // namespace

int main(int argc, char** argv) try {
  auto how = parse(argc, argv);
  if (!how) {
    std::fputs(usage, stderr);
    return 2;
  }
  return how->files.empty() ? run_seeds(*how) : run_files(*how);
} catch (const std::exception& x) {
  std::fprintf(stderr, "livegrid-simulation: %s\n", x.what());
  return 2;
}
