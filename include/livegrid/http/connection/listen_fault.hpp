#pragma once

#include <string>

namespace livegrid {

/// Why nobody listens where the settings say.
struct listen_fault {
  std::string why; ///< with the address, or the path

  /// Whether nothing but another setting changes it: a port that is taken may
  /// be free again.
  bool is_lasting = false;
};

} // namespace livegrid
