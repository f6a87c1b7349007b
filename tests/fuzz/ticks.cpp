#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "fuzz.hpp"
#include "tick_check.hpp"
#include "wire.hpp"

#include "livegrid/actors/base/text.hpp"
#include "livegrid/http/message/error_reply.hpp"
#include "livegrid/http/readers/tick_reader.hpp"

// Bodies of POST /ticks and messages of WS /ticks: what they come to is sound,
// says the same when it is written and read again, and makes rows that are
// JSON.

using namespace livegrid;

namespace {

void expect_reads_back(const std::vector<tick>& ticks,
                       const std::string& body) {
  auto again = read_ticks(body);
  fuzz::expect(again.has_value(), "ticks are read back");
  fuzz::expect(again->ticks.size() == ticks.size(), "all are read back");
  for (std::size_t i = 0; i < ticks.size(); ++i)
    fuzz::expect(fuzz::same(again->ticks[i], ticks[i]),
                 "ticks read back as they are");
}

/// Good ticks alone are those that a body of them has, and the others are told.
void expect_good_ones(std::string_view body,
                      const expected<parsed_ticks, refusal>& whole) {
  auto good = read_ticks(body, taking::good_ones);
  if (!good) {
    fuzz::expect(good.error().code == errc::malformed, "JSON has good ticks");
    fuzz::expect(!whole, "what is no JSON is refused whole, too");
    return;
  }
  const auto& refused = good->refused;
  fuzz::expect(good->elements.size() == good->ticks.size(),
               "each tick has its element");
  fuzz::expect(
    refused.told.size()
      == std::min<std::uint64_t>(refused.all, refused_ticks::max_told),
    "the first that are refused are told");
  fuzz::expect(whole.has_value() == (refused.all == 0),
               "a body is taken whole if all of it is good");
  if (whole)
    fuzz::expect(good->ticks.size() == whole->ticks.size(), "then all count");
  else
    fuzz::expect(whole.error().message == refused.told.front().message,
                 "the first fault is the same");
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto result = read_ticks(fuzz::as_text(data, size));
  expect_good_ones(fuzz::as_text(data, size), result);
  if (!result) {
    const auto& why = result.error();
    fuzz::expect(why.code == errc::malformed || why.code == errc::invalid,
                 "a body is malformed or invalid");
    fuzz::expect(!why.message.empty(), "a refusal says why");
    fuzz::expect_json(error_body(why));
    return 0;
  }
  auto& ticks = result->ticks;
  std::string array = "[";
  std::string lines;
  fuzz::tick_checker owners;
  for (const auto& x : ticks) {
    fuzz::expect_sound(x);
    auto json = fuzz::to_json(x);
    array += (array.size() > 1 ? "," : "") + json;
    lines += json + '\n';
    owners.apply(x);
  }
  expect_reads_back(ticks, array + ']');
  if (!ticks.empty())
    expect_reads_back(ticks, lines);
  tick_batch batch;
  batch.ticks = std::move(ticks);
  fuzz::expect_travels(batch);
  return 0;
}
