#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "livegrid/actors/feeds/replay.hpp"
#include "livegrid/actors/feeds/simulator.hpp"
#include "livegrid/actors/market/ingress.hpp"
#include "livegrid/actors/operator/console.hpp"

#include "actor_fixture.hpp"

// Like CAF's own test headers it needs CAF_SUITE, and comes last.

namespace livegrid::test {

/// A subscriber that writes down why it is to close.
inline subscriber_actor::behavior_type
closable(subscriber_actor::pointer, std::shared_ptr<strings> reasons,
         actor_load load) {
  return {
    [](const subscription&) {},
    [](refuse_atom, const std::string&) {},
    [](resume_atom) {},
    [](gone_atom, std::uint16_t, const std::string&) {},
    [](step_atom) {},
    [reasons](close_atom, const std::string& why) {
      reasons->emplace_back(why);
    },
    [load](status_atom) {
      return actor_status{"subscriber", "7", {}, load};
    },
  };
}

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

  ~console_fixture() override {
    market_does->open.clear();
    symbol_does->open.clear();
    for (auto& x : fans_do) {
      x->open.clear();
      x->subscriber = nullptr;
    }
  }

  /// A node of one market, two fan-outs, two ingresses and two feeds.
  void open() {
    parts.market = make_market(market_does);
    for (int i = 0; i < 2; ++i) {
      fans_do.emplace_back(std::make_shared<fanout_script>());
      parts.fanouts.emplace_back(make_fanout(fans_do.back()));
      parts.ingresses.emplace_back(own(sys.spawn(ingress, parts.market)));
    }
    parts.feeds.emplace_back(
      own(sys.spawn(simulator, parts.market, std::vector<tick>{},
                    std::uint64_t{1}, test_clock)));
    parts.feeds.emplace_back(own(
      sys.spawn(replay, replay_config{.market = parts.market,
                                      .source = std::make_shared<fake_source>(),
                                      .wall_clock = test_clock,
                                      .log = quiet})));
    parts.settings = {{"a.b", "2", "1"}, {"a.c", "x", "x"}};
    start();
  }

  /// A node of one real market.
  void open_market(std::vector<tick> first) {
    parts.market = own(sys.spawn(market, market_of(std::move(first), 1000)));
    start();
  }

  /// Opens the console of what there is by now.
  void start() {
    parts.stats = stats;
    parts.log = quiet;
    parts.wall_clock = test_clock;
    con = own(sys.spawn(console, parts));
    consume_messages();
  }

  void publish(std::vector<tick> ticks) {
    ask<std::uint64_t>(parts.market, publish_atom_v,
                       batch_of(std::move(ticks)));
  }

  /// A subscriber of id 7, known to the second fan-out.
  /// @returns why it was to close.
  std::shared_ptr<strings> add_subscriber(actor_load load = {}) {
    auto reasons = std::make_shared<strings>();
    fans_do.at(1)->known = 7;
    fans_do.at(1)->subscriber = own(sys.spawn(closable, reasons, load));
    return reasons;
  }

  auto ask_line(const std::string& line) {
    auto result = self->request(con, caf::infinite, ask_atom_v, line);
    consume_messages();
    return result;
  }

  /// The answer to a line, which must come at once or, if it has rates that it
  /// takes two samples for, soon after.
  console_answer answer_to(const std::string& line) {
    auto asked = ask_line(line);
    if (!heard())
      pass(sampler::least_span);
    auto x = fetch<console_answer>(asked);
    CAF_REQUIRE(x);
    return std::move(*x);
  }

  /// The answer to a line that somebody is too slow for; it must not come
  /// before 2 s are over.
  caf::expected<console_answer> late_answer_to(const std::string& line) {
    auto asked = ask_line(line);
    pass(std::chrono::milliseconds{1999});
    CAF_CHECK(!heard());
    pass(std::chrono::milliseconds{1});
    // Some ask in turns.
    for (int i = 0; i < 5 && !heard(); ++i)
      pass(std::chrono::seconds{2});
    return fetch<console_answer>(asked);
  }

  /// The lines of the first list of an answer.
  std::vector<strings> lines_of(const std::string& line) {
    return answer_to(line).lists.at(0).rows;
  }

  /// The first cell of each of them.
  std::string first_cells(const std::string& line) {
    std::string result;
    for (const auto& row : lines_of(line))
      result += (result.empty() ? "" : " ") + row.at(0);
    return result;
  }

  /// What an answer says.
  std::string note_of(const std::string& line) {
    return answer_to(line).note;
  }

  /// Why a line is refused.
  std::string refusal_of(const std::string& line) {
    auto asked = ask_line(line);
    if (!heard())
      pass(sampler::least_span);
    auto x = fetch<console_answer>(asked);
    CAF_REQUIRE(!x);
    return to_refusal(x.error()).message;
  }
};

} // namespace livegrid::test
