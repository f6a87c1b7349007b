#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>

#include "node_process.hpp"

namespace livegrid::test {

/// What /metrics says at one moment.
class metrics_page {
public:
  explicit metrics_page(node_process& from);

  /// The value of a series, written as there:
  /// `livegrid_bad_input_total{kind="query"}`. Gives up if it is not there.
  double at(std::string_view series) const;

  /// The names of all families.
  const std::set<std::string>& families() const noexcept {
    return families_;
  }

  /// All series with their labels.
  const std::map<std::string, double, std::less<>>& series() const noexcept {
    return series_;
  }

  const std::string& text() const noexcept {
    return text_;
  }

private:
  std::string text_;
  std::set<std::string> families_;
  std::map<std::string, double, std::less<>> series_;
};

/// Asks for the metrics until that series has that value: what counts it may
/// be done a moment after the client has its answer.
void wait_for_metric(node_process& node, std::string_view series, double value);

} // namespace livegrid::test
