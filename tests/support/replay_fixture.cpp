#include "replay_fixture.hpp"

#include <chrono>
#include <cmath>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "livegrid/actors/runtime/spawn.hpp"

namespace livegrid::test {

void replay_fixture::start() {
  begin = now();
  feed = own(spawn_on(sys, nullptr, replay,
                      replay_config{.market = mkt,
                                    .source = recording,
                                    .speed = speed,
                                    .loop = loop,
                                    .wall_clock = test_clock,
                                    .log = log}));
  consume_messages();
}

strings replay_fixture::played() {
  strings result;
  for (const auto& [when, batch] : script->batches) {
    auto at = std::chrono::duration_cast<milliseconds>(when - begin).count();
    auto line = std::to_string(at) + ':';
    for (const auto& x : batch.ticks)
      line += ' ' + std::to_string(std::lround(x.get(field::price)));
    result.emplace_back(std::move(line));
  }
  return result;
}

std::vector<std::size_t> replay_fixture::sizes() {
  std::vector<std::size_t> result;
  for (const auto& [when, batch] : script->batches)
    result.emplace_back(batch.ticks.size());
  return result;
}

std::string replay_fixture::numbers() {
  std::string result;
  for (const auto& [when, batch] : script->batches)
    for (const auto& x : batch.ticks)
      result +=
        (result.empty() ? "" : " ") + (x.seq ? std::to_string(*x.seq) : "-");
  return result;
}

std::string replay_fixture::says(std::string_view key) {
  auto x = ask<actor_status>(feed, status_atom_v);
  CAF_REQUIRE(x);
  CAF_CHECK_EQUAL(x->kind, "replay");
  return fact(*x, key);
}

} // namespace livegrid::test
