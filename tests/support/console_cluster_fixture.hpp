#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "livegrid/actors/operator/console.hpp"

#include "grid_fixture.hpp"

// Like CAF's own test headers it needs CAF_SUITE, and comes last.

namespace livegrid::test {

/// Nodes of a cluster, each with a console.
class console_cluster_fixture : public grid_fixture {
public:
  void open_consoles();

  caf::expected<console_answer> say(const std::string& at,
                                    const std::string& line);

  console_answer answer_to(const std::string& at, const std::string& line);

  /// Why the line is refused.
  std::string refusal_of(const std::string& at, const std::string& line);

  static std::string fact_of(const console_answer& x, std::string_view key);

  /// Column `i` of the only list, joined by blanks.
  static std::string column(const console_answer& x, std::size_t i);

  std::map<std::string, console_actor> consoles;
  std::map<std::string, std::shared_ptr<fanout_script>> fans;
};

} // namespace livegrid::test
