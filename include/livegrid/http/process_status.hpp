#pragma once

#include <cstdint>
#include <vector>

#include "livegrid/status.hpp"

namespace livegrid {

/// What the operating system says of this process: CPU seconds, resident
/// memory, open descriptors, threads.
std::vector<actor_status::fact> process_status();

/// Open descriptors of this process.
std::uint64_t open_descriptors();

} // namespace livegrid
