#include "livegrid/http/process_status.hpp"

#include <dirent.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <string>

namespace livegrid {

namespace {

std::uint64_t entries_of(const char* path) {
  std::uint64_t result = 0;
  if (auto* dir = opendir(path)) {
    while (const auto* entry = readdir(dir))
      result += entry->d_name[0] != '.';
    closedir(dir);
  }
  return result;
}

/// In KiB.
std::uint64_t resident_memory() {
  std::ifstream file{"/proc/self/statm"};
  std::uint64_t total = 0;
  std::uint64_t resident = 0;
  file >> total >> resident;
  return resident * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE)) / 1024;
}

std::string cpu_seconds() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  auto seconds = [](const timeval& x) {
    return static_cast<double>(x.tv_sec) + static_cast<double>(x.tv_usec) / 1e6;
  };
  char text[32];
  std::snprintf(text, sizeof text, "%.2f",
                seconds(used.ru_utime) + seconds(used.ru_stime));
  return text;
}

} // namespace

std::uint64_t open_descriptors() {
  return entries_of("/proc/self/fd");
}

std::vector<actor_status::fact> process_status() {
  return {{"pid", std::to_string(getpid())},
          {"cpu_s", cpu_seconds()},
          {"resident_kib", std::to_string(resident_memory())},
          {"descriptors", std::to_string(open_descriptors())},
          {"threads", std::to_string(entries_of("/proc/self/task"))}};
}

} // namespace livegrid
