#pragma once

#include <cstdint>
#include <string>

#include "livegrid/http/console/console_client.hpp"

namespace livegrid {

/// How a live view came to its end.
enum class view_end {
  seen,        ///< a key was pressed, or all that was asked for is shown
  interrupted, ///< by SIGINT: the program shall end unless somebody is there
  stopped,     ///< the program shall end
};

/// Shows `watch` or `top` as it changes. The node is asked again and again, at
/// the pace that it can answer and the reader can take.
class live_view {
public:
  live_view(console_client& node, bool json) : node_(node), json_(json) {
    // nop
  }

  /// Whether that line is a live one.
  static bool takes(const std::string& line);

  /// Does it, until a key, a signal, an error or `--count`.
  expected<view_end, console_failure> run(const std::string& line);

private:
  console_client& node_;
  bool json_;
};

} // namespace livegrid
