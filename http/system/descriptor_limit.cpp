#include "livegrid/http/system/descriptor_limit.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <string>

#include "livegrid/actors/base/log.hpp"
#include "livegrid/http/system/process_status.hpp"

namespace livegrid {

namespace {

/// Descriptors for everything that is no client within the limit: files, the
/// console, those who ask how the node is, the overflow, and those on their way
/// out.
constexpr std::uint64_t reserved_descriptors = 56;

} // namespace

std::uint64_t fit_below_descriptor_limit(std::uint64_t wanted, logger& log) {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
    return wanted;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  getrlimit(RLIMIT_NOFILE, &limit);
  auto taken = open_descriptors() + reserved_descriptors;
  auto room = limit.rlim_cur > taken + 1 ? limit.rlim_cur - taken : 1;
  if (room < wanted)
    log.warning("connections_limited", {{"max_connections", room},
                                        {"wanted", wanted},
                                        {"descriptors", limit.rlim_cur}});
  return std::min<std::uint64_t>(wanted, room);
}

} // namespace livegrid
