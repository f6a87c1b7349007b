#define CAF_SUITE http.node.feeds

#include "livegrid/http/node/feeds.hpp"

#include <memory>

#include "livegrid/actors/base/log.hpp"

#include "unit_test.hpp"

using namespace livegrid;

namespace {

auto prepare(std::string_view feed) {
  settings values;
  values.market.feed = feed;
  values.replay.file = "/nonexistent/ticks.csv";
  return prepare_feed(
    values, std::make_shared<logger>(log_level::error, log_format::text));
}

CAF_TEST(every source that may be chosen can be made) {
  for (const auto& known : known_sources) {
    CAF_MESSAGE(known.name);
    auto x = prepare(known.name);
    // What needs a file says that there is none.
    auto found = !x || x->has_value();
    CAF_CHECK_EQUAL(found, known.chosen);
    if (x && found)
      CAF_CHECK_EQUAL((*x)->kind.name(), known.name);
  }
}

CAF_TEST(a recording that cannot be read is told before anything starts) {
  auto x = prepare("replay");
  CAF_REQUIRE(!x);
  CAF_CHECK(x.error().find("/nonexistent/ticks.csv") != std::string::npos);
}

CAF_TEST(no source is one as well) {
  auto x = prepare("none");
  CAF_REQUIRE(x);
  CAF_CHECK(!*x);
}

} // namespace
