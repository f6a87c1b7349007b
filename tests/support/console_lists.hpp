#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

// Like CAF's own test headers it needs CAF_SUITE, and comes last.

#include "console_fixture.hpp"

namespace livegrid::test {

/// Kind of each part after the verdict, with the error of those that have none
/// but that.
inline strings kinds(const caf::expected<console_answer>& xs) {
  CAF_REQUIRE(xs);
  CAF_REQUIRE(!xs->parts.empty());
  CAF_CHECK_EQUAL(xs->parts[0].kind, "verdict");
  strings result;
  for (const auto& x : xs->parts) {
    auto line = x.kind;
    if (auto why = fact(x, "error"); why != "no such fact")
      line += ": " + why;
    result.emplace_back(line);
  }
  result.erase(result.begin());
  return result;
}

/// What the whole node answers.
inline const strings all_well{"node",    "market",  "fanout",    "fanout",
                              "ingress", "ingress", "simulator", "replay"};

/// One that keeps up, one that is blocked, one that wants all.
inline void fill(std::vector<std::shared_ptr<fanout_script>>& fans) {
  fans.at(0)->subscribers = {
    {.id = 1,
     .peer = "a",
     .age_ms = 5000,
     .symbols = 2,
     .published = 100,
     .delivered = 90,
     .merged = 5,
     .unsent = 1,
     .blocked = true,
     .held = 5,
     .link = {.unsent = 20, .unacked = 300, .window = 100, .segment = 10}},
    {.id = 3, .peer = "c", .age_ms = 3000, .published = 300, .delivered = 300}};
  fans.at(1)->subscribers = {{.id = 2,
                              .peer = "b",
                              .age_ms = 4000,
                              .everything = true,
                              .published = 10,
                              .delivered = 1,
                              .merged = 8,
                              .held = 1,
                              .link = {.unacked = 7}}};
}

/// A console whose market may have symbols that are owned by a fake.
struct symbol_list_fixture : console_fixture {
  /// A symbol that the market has seen tick, owned by the fake.
  symbol_ref ref_of(std::string_view name, std::uint64_t milli_rate,
                    std::uint64_t age_ms) {
    if (!owner)
      owner = make_symbol(symbol_does);
    return {.symbol = name_of(name),
            .owner = owner,
            .fresh = static_cast<std::uint8_t>(freshness::live),
            .milli_rate = milli_rate,
            .age_ms = age_ms};
  }

  symbol_actor owner;
};

} // namespace livegrid::test
