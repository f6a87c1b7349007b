#include "livegrid/http/system/process_status.hpp"

#include <poll.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <sstream>
#include <string>

namespace livegrid {

namespace {

double seconds_of(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec)
         + static_cast<double>(now.tv_nsec) / 1e9;
}

/// When the system started, in seconds since 1970: asked once, since the clock
/// may be set, and the start of a process must not move.
double boot_time() {
  static const auto result =
    seconds_of(CLOCK_REALTIME) - seconds_of(CLOCK_BOOTTIME);
  return result;
}

/// Places in the table of descriptors.
std::uint64_t table_size() {
  std::ifstream file{"/proc/self/status"};
  std::string word;
  std::uint64_t result = 0;
  while (file >> word)
    if (word == "FDSize:") {
      file >> result;
      break;
    }
  return result;
}

} // namespace

double cpu_seconds() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  auto seconds = [](const timeval& x) {
    return static_cast<double>(x.tv_sec) + static_cast<double>(x.tv_usec) / 1e6;
  };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

process_usage read_process_usage() {
  process_usage result{.cpu_s = cpu_seconds()};
  std::ifstream file{"/proc/self/stat"};
  std::string line;
  std::getline(file, line);
  // The name of the program, in brackets, may hold anything.
  auto behind_name = line.rfind(')');
  if (behind_name == std::string::npos)
    return result;
  std::istringstream fields{line.substr(behind_name + 1)};
  // See proc(5): the fields from the third on.
  std::array<std::string, 24 - 2> x;
  for (auto& field : x)
    fields >> field;
  auto number = [&](std::size_t field) {
    return std::strtoull(x[field - 3].c_str(), nullptr, 10);
  };
  result.threads = number(20);
  result.started = boot_time()
                   + static_cast<double>(number(22))
                       / static_cast<double>(sysconf(_SC_CLK_TCK));
  result.virtual_size = number(23);
  result.resident =
    number(24) * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
  return result;
}

std::optional<std::uint64_t> told_descriptors() {
  struct stat table {};
  if (stat("/proc/self/fd", &table) == 0 && table.st_size > 0)
    return static_cast<std::uint64_t>(table.st_size);
  return std::nullopt;
}

std::uint64_t open_descriptors() {
  auto told = told_descriptors();
  return told ? *told : count_descriptors();
}

std::uint64_t count_descriptors() {
  // To list /proc/self/fd makes the kernel an inode for each; a poll that
  // waits for nothing tells which are not open.
  std::array<pollfd, 1024> part{};
  std::uint64_t result = 0;
  auto size = table_size();
  for (std::uint64_t first = 0; first < size; first += part.size()) {
    auto n = std::min<std::uint64_t>(part.size(), size - first);
    for (std::uint64_t i = 0; i < n; ++i)
      part[i] = {static_cast<int>(first + i), 0, 0};
    if (poll(part.data(), n, 0) < 0)
      continue;
    result += static_cast<std::uint64_t>(
      std::count_if(part.begin(), part.begin() + static_cast<long>(n),
                    [](const pollfd& x) { return x.revents != POLLNVAL; }));
  }
  return result;
}

std::uint64_t max_descriptors() {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  return limit.rlim_cur;
}

std::vector<actor_status::fact> process_status() {
  auto x = read_process_usage();
  char cpu[32];
  std::snprintf(cpu, sizeof cpu, "%.2f", x.cpu_s);
  return {{"cpu_s", fact_value::json(cpu)},
          {"pid", getpid()},
          {"resident_kib", x.resident / 1024},
          {"descriptors", open_descriptors()},
          {"threads", x.threads}};
}

} // namespace livegrid
