#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "livegrid/actors/stats/status.hpp"

namespace livegrid {

/// What the operating system says of this process.
struct process_usage {
  double cpu_s = 0;               ///< of all threads, in user and kernel
  std::uint64_t resident = 0;     ///< bytes
  std::uint64_t virtual_size = 0; ///< bytes
  std::uint64_t threads = 0;
  double started = 0; ///< seconds since 1970
};

process_usage read_process_usage();

/// CPU seconds of all threads, in user and kernel; takes one system call.
double cpu_seconds();

/// CPU seconds, resident memory, open descriptors, threads, for a person.
std::vector<actor_status::fact> process_status();

/// Open descriptors of this process. Takes no time to speak of with Linux 6.2
/// or newer, else some 0.2 us for each.
std::uint64_t open_descriptors();

/// The same, if the kernel tells it without looking at each.
std::optional<std::uint64_t> told_descriptors();

/// The same, by looking at each: for a kernel that does not tell.
std::uint64_t count_descriptors();

/// The most descriptors that it may have open.
std::uint64_t max_descriptors();

} // namespace livegrid
