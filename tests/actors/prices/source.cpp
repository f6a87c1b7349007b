#define CAF_SUITE actors.prices.source

#include "livegrid/actors/prices/source.hpp"

#include <string>

#include "livegrid/actors/prices/feed.hpp"

#include "wire.hpp"

#include "unit_test.hpp"

using namespace livegrid;
using livegrid::test::load;
using livegrid::test::save;

namespace {

CAF_TEST(known sources are found by their names) {
  for (std::size_t i = 0; i < known_sources.size(); ++i) {
    const auto& known = known_sources[i];
    CAF_MESSAGE(known.name);
    auto x = source::parse(known.name);
    CAF_REQUIRE(x);
    CAF_CHECK_EQUAL(x->index(), i);
    CAF_CHECK_EQUAL(x->name(), known.name);
    CAF_CHECK(x->standing() == known.standing);
  }
  CAF_CHECK(source::parse("replay") == source::replay);
  CAF_CHECK(source::simulator.standing() == standing::yields);
  CAF_CHECK(source::first_state.standing() == standing::loads);
  CAF_CHECK(source::post.standing() == standing::claims);
}

CAF_TEST(a source that is not known keeps its name and counts with the others) {
  auto x = source::parse("exchange_of_x15");
  CAF_REQUIRE(x);
  CAF_CHECK_EQUAL(x->name(), "exchange_of_x15");
  CAF_CHECK_EQUAL(x->index(), num_sources - 1);
  CAF_CHECK(x->standing() == standing::claims);
  CAF_CHECK(*x != source::parse("exchange"));
  CAF_CHECK_EQUAL((feed_id{*x, 2}.str()), "exchange_of_x15-2");
}

CAF_TEST(what cannot be the name of a source is none) {
  for (auto name :
       {"", "Post", "a b", "a-b", "\x1b[2J", "\xc3\xa4", "sixteen_letters_"}) {
    CAF_MESSAGE(name);
    CAF_CHECK(!source::parse(name));
  }
}

CAF_TEST(sources cross nodes by their names) {
  for (std::string name : {"replay", "kraken"}) {
    auto x = source::post;
    CAF_REQUIRE_EQUAL(load(save(name), x), caf::none);
    CAF_CHECK_EQUAL(x.name(), name);
    CAF_CHECK(save(x) == save(name));
  }
  auto x = source::post;
  CAF_CHECK_EQUAL(load(save(std::string{"a b"}), x),
                  caf::sec::invalid_argument);
  CAF_CHECK(x == source::post);
}

} // namespace
