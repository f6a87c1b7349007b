#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "livegrid/fwd.hpp"

namespace livegrid {

/// Whose fault it is if a viewer is behind.
enum class fault_of : std::uint8_t {
  nobody,  ///< it keeps up
  network, ///< what is sent to it is not acknowledged
  reader,  ///< it does not read what has reached it
  us,      ///< the node does not send what it could
};

std::string_view to_string(fault_of x) noexcept;

/// A verdict and what it rests on, a sentence.
struct verdict {
  fault_of fault = fault_of::nobody;
  std::string why;
};

/// Judges a subscriber by its ledger and its link.
/// @param loop_lag how late the node's I/O loop is.
verdict judge(const subscriber_summary& x, std::chrono::nanoseconds loop_lag);

} // namespace livegrid
