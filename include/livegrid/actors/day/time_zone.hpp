#pragma once

#include <chrono>
#include <string>

#include "livegrid/actors/base/expected.hpp"

namespace date {

class time_zone;

} // namespace date

namespace livegrid {

/// What clocks show at a place, as the system's tzdata has it. It knows the
/// years up to 2037; later ones have the last of these changes for ever.
class time_zone {
public:
  /// A time on the clocks of the place, in seconds since they showed
  /// 1970-01-01 00:00.
  using local_seconds = std::chrono::local_seconds;

  /// UTC.
  time_zone() = default;

  /// Finds a zone by its name, such as `America/New_York`.
  /// @returns the zone, or why there is none.
  static expected<time_zone, std::string> find(const std::string& name);

  /// What the clocks show then.
  local_seconds local(std::chrono::sys_seconds x) const;

  /// When the clocks show `x` for the first time. Where they are put forward
  /// over it, that is the moment at which they are.
  std::chrono::sys_seconds first(local_seconds x) const;

  /// When they show it for the last time, which is another moment only where
  /// they are put back.
  std::chrono::sys_seconds last(local_seconds x) const;

  /// As it was found, or `UTC`.
  std::string name() const;

private:
  /// Belongs to the library; null stands for UTC.
  const date::time_zone* zone_ = nullptr;
};

} // namespace livegrid
