#include "console_fixture.hpp"

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "livegrid/actors/feeds/replay.hpp"
#include "livegrid/actors/market/ingress.hpp"

namespace livegrid::test {

namespace {

/// A subscriber that writes down why it is to close.
subscriber_actor::behavior_type closable(subscriber_actor::pointer,
                                         std::shared_ptr<strings> reasons,
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

} // namespace

console_fixture::~console_fixture() {
  market_does->open.clear();
  symbol_does->open.clear();
  for (auto& x : fans_do) {
    x->open.clear();
    x->subscriber = nullptr;
  }
}

void console_fixture::open() {
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

void console_fixture::open_market(std::vector<tick> first) {
  parts.market = own(sys.spawn(market, market_of(std::move(first), 1000)));
  start();
}

void console_fixture::start() {
  parts.stats = stats;
  parts.log = quiet;
  parts.wall_clock = test_clock;
  con = own(sys.spawn(console, parts));
  consume_messages();
}

void console_fixture::publish(std::vector<tick> ticks) {
  ask<std::uint64_t>(parts.market, publish_atom_v, batch_of(std::move(ticks)));
}

std::shared_ptr<strings> console_fixture::add_subscriber(actor_load load) {
  auto reasons = std::make_shared<strings>();
  fans_do.at(1)->known = 7;
  fans_do.at(1)->subscriber = own(sys.spawn(closable, reasons, load));
  return reasons;
}

console_answer console_fixture::answer_to(const std::string& line) {
  auto asked = ask_line(line);
  if (!heard())
    pass(sampler::least_span);
  auto x = fetch<console_answer>(asked);
  CAF_REQUIRE(x);
  return std::move(*x);
}

caf::expected<console_answer>
console_fixture::late_answer_to(const std::string& line) {
  auto asked = ask_line(line);
  pass(std::chrono::milliseconds{1999});
  CAF_CHECK(!heard());
  pass(std::chrono::milliseconds{1});
  // Some ask in turns.
  for (int i = 0; i < 5 && !heard(); ++i)
    pass(std::chrono::seconds{2});
  return fetch<console_answer>(asked);
}

std::string console_fixture::first_cells(const std::string& line) {
  std::string result;
  for (const auto& row : lines_of(line))
    result += (result.empty() ? "" : " ") + row.at(0);
  return result;
}

std::string console_fixture::refusal_of(const std::string& line) {
  auto asked = ask_line(line);
  if (!heard())
    pass(sampler::least_span);
  auto x = fetch<console_answer>(asked);
  CAF_REQUIRE(!x);
  return to_refusal(x.error()).message;
}

} // namespace livegrid::test
