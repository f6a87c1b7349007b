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
  --log          write the nodes' logs to stderr
  --no-shrink    tell a schedule that fails as it is
  FILE           runs that schedule alone, or all of that folder
It ends with 1 when a run has failed, and prints the schedule.
)";

struct options {
  std::uint64_t seed = static_cast<std::uint64_t>(
    std::chrono::system_clock::now().time_since_epoch().count() / 1000);
  std::optional<std::uint64_t> runs;
  std::uint64_t seconds = 60;
  std::optional<finding> by;
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

outcome run(const schedule& x, bool tells) {
  return simulation{x, tells}.run();
}

/// Leaves away what is not needed for it to fail.
schedule shrink(schedule x) {
  auto fails = [](const schedule& y) {
    return !run(y, false).complaints.empty();
  };
  for (auto again = true; again;) {
    again = false;
    for (std::size_t i = 0; i < x.faults.size();) {
      auto less = x;
      less.faults.erase(less.faults.begin() + static_cast<std::ptrdiff_t>(i));
      if (fails(less)) {
        x = std::move(less);
        again = true;
      } else {
        ++i;
      }
    }
    for (std::size_t i = 0; i < x.late.size();) {
      auto less = x;
      less.late.erase(less.late.begin() + static_cast<std::ptrdiff_t>(i));
      if (fails(less)) {
        x = std::move(less);
        again = true;
      } else {
        ++i;
      }
    }
    if (!x.viewers_only.empty()) {
      auto less = x;
      less.viewers_only.clear();
      if (fails(less)) {
        x = std::move(less);
        again = true;
      }
    }
  }
  return x;
}

void tell(const schedule& x, const outcome& y) {
  std::printf("failed:\n%s", to_text(x).c_str());
  for (const auto& what : y.complaints)
    std::printf("# %s\n", what.c_str());
}

int run_files(const options& how) {
  int failed = 0;
  for (const auto& x : how.files) {
    std::ifstream in{x};
    auto plan = read_schedule(in);
    auto result = run(plan, how.tells);
    std::printf("%s: %s\n", x.filename().c_str(),
                result.complaints.empty() ? "passed" : "failed");
    for (const auto& what : result.complaints)
      std::printf("# %s\n", what.c_str());
    failed += result.complaints.empty() ? 0 : 1;
  }
  return failed == 0 ? 0 : 1;
}

int run_seeds(const options& how) {
  auto begin = std::chrono::steady_clock::now();
  auto seed = how.seed;
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
    auto result = run(plan, how.tells);
    all.accepted += result.accepted;
    all.refused += result.refused;
    all.unknown += result.unknown;
    all.rows += result.rows;
    all.steps += result.steps;
    all.lost += result.lost;
    if (result.complaints.empty())
      continue;
    ++failed;
    if (how.shrinks) {
      plan = shrink(std::move(plan));
      result = run(plan, false);
    }
    tell(plan, result);
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
