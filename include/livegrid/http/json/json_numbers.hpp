#pragma once

#include <cstdint>

namespace livegrid {

/// What RapidJSON wants of a handler that takes numbers as texts, and calls
/// none of.
struct numbers_as_text {
  bool Int(int) {
    return false;
  }

  bool Uint(unsigned) {
    return false;
  }

  bool Int64(std::int64_t) {
    return false;
  }

  bool Uint64(std::uint64_t) {
    return false;
  }

  bool Double(double) {
    return false;
  }
};

} // namespace livegrid
