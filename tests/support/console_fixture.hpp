#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "livegrid/actors/feeds/simulator.hpp"
#include "livegrid/actors/operator/console.hpp"

#include "actor_fixture.hpp"

// Like CAF's own test headers it needs CAF_SUITE, and comes last.

namespace livegrid::test {

/// A console, and whom it asks.
class console_fixture : public actor_fixture {
public:
  std::shared_ptr<market_script> market_does =
    std::make_shared<market_script>();
  std::vector<std::shared_ptr<fanout_script>> fans_do;
  std::shared_ptr<symbol_script> symbol_does =
    std::make_shared<symbol_script>();
  console_config parts;
  console_actor con;

  ~console_fixture() override;

  /// A node of one market, two fan-outs, two ingresses and two feeds.
  void open();

  /// A node of one real market.
  void open_market(std::vector<tick> first);

  /// Opens the console of what there is by now.
  void start();

  void publish(std::vector<tick> ticks);

  /// A subscriber of id 7, known to the second fan-out.
  /// @returns why it was to close.
  std::shared_ptr<strings> add_subscriber(actor_load load = {});

  auto ask_line(const std::string& line) {
    auto result = self->request(con, caf::infinite, ask_atom_v, line);
    consume_messages();
    return result;
  }

  /// The answer to a line, which must come at once or, if it has rates that it
  /// takes two samples for, soon after.
  console_answer answer_to(const std::string& line);

  /// The answer to a line that somebody is too slow for; it must not come
  /// before 2 s are over.
  caf::expected<console_answer> late_answer_to(const std::string& line);

  /// The lines of the first list of an answer.
  std::vector<strings> lines_of(const std::string& line) {
    return answer_to(line).lists.at(0).rows;
  }

  /// The first cell of each of them.
  std::string first_cells(const std::string& line);

  /// What an answer says.
  std::string note_of(const std::string& line) {
    return answer_to(line).note;
  }

  /// Why a line is refused.
  std::string refusal_of(const std::string& line);
};

} // namespace livegrid::test
