#pragma once

#include "livegrid/link.hpp"

namespace livegrid {

/// Asks the kernel; all zero if `fd` is no TCP connection.
link_status read_link(int fd) noexcept;

} // namespace livegrid
