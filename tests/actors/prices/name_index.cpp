#define CAF_SUITE actors.prices.name_index

#include "livegrid/actors/prices/name_index.hpp"

#include <memory>
#include <string>
#include <vector>

#include "ticks.hpp"

#include "unit_test.hpp"

using namespace livegrid;
using namespace livegrid::test;

namespace {

using strings = std::vector<std::string>;

symbol_filter_ptr filter_of(strings patterns) {
  return std::make_shared<const symbol_filter>(std::move(patterns));
}

struct fixture {
  name_index index;

  void add(std::initializer_list<std::string_view> names) {
    for (auto& x : names_of(names))
      index.append(std::move(x));
  }

  strings names(const name_query& x) {
    strings result;
    auto page = index.page(x);
    for (const auto& name : page->names)
      result.emplace_back(name.str());
    return result;
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(name_index_tests, fixture)

CAF_TEST(names come by age or by name) {
  add({"MSFT", "AAPL", "TSLA"});
  CAF_CHECK_EQUAL(names({.by_age = true}), (strings{"MSFT", "AAPL", "TSLA"}));
  CAF_CHECK_EQUAL(names({}), (strings{"AAPL", "MSFT", "TSLA"}));
  add({"NEW", "A"});
  CAF_CHECK_EQUAL(names({}), (strings{"A", "AAPL", "MSFT", "NEW", "TSLA"}));
  CAF_CHECK_EQUAL(names({.by_age = true}),
                  (strings{"MSFT", "AAPL", "TSLA", "NEW", "A"}));
}

CAF_TEST(pages follow each other until there are no more) {
  add({"C", "A", "E", "B", "D"});
  auto x = index.page({.limit = 2});
  CAF_CHECK(x->names == names_of({"A", "B"}));
  CAF_CHECK(x->more);
  CAF_CHECK_EQUAL(x->last, "B");
  x = index.page({.limit = 2, .after = x->last});
  CAF_CHECK(x->names == names_of({"C", "D"}));
  CAF_CHECK(x->more);
  x = index.page({.limit = 2, .after = x->last});
  CAF_CHECK(x->names == names_of({"E"}));
  CAF_CHECK(!x->more);
  // It need not be a name, nor one that is there.
  CAF_CHECK_EQUAL(names({.after = "BB"}), (strings{"C", "D", "E"}));
  CAF_CHECK_EQUAL(names({.after = "~"}), strings{});
  CAF_CHECK(!index.page({.limit = 5})->more);
}

CAF_TEST(a part is looked for whatever the case) {
  add({"BTC-USD", "ETH-USD", "btc-eur", "AAPL"});
  CAF_CHECK_EQUAL(names({.part = "BTC"}), (strings{"BTC-USD", "btc-eur"}));
  CAF_CHECK_EQUAL(names({.part = "usd"}), (strings{"BTC-USD", "ETH-USD"}));
  CAF_CHECK_EQUAL(names({.after = "BTC-USD", .part = "usd"}),
                  strings{"ETH-USD"});
  CAF_CHECK_EQUAL(names({.part = "x"}), strings{});
  add({"\xc3\x85LB", "NIFTY 50", "NIFTY  50"});
  CAF_CHECK_EQUAL(names({.part = "\xc3\xa5l"}), strings{"\xc3\x85LB"});
  CAF_CHECK_EQUAL(names({.part = "\xc3\x85"}), strings{"\xc3\x85LB"});
  CAF_CHECK_EQUAL(names({.part = "y 5"}), strings{"NIFTY 50"});
  CAF_CHECK_EQUAL(names({.limit = 1, .after = "NIFTY  50"}),
                  strings{"NIFTY 50"});
}

CAF_TEST(a filter lets pass what it allows of old names and new) {
  add({"AAPL", "BTC-USD", "AMZN"});
  auto a = filter_of({"A*"});
  CAF_CHECK_EQUAL(names({.filter = a}), (strings{"AAPL", "AMZN"}));
  add({"ABNB", "B"});
  CAF_CHECK_EQUAL(names({.filter = a}), (strings{"AAPL", "ABNB", "AMZN"}));
  CAF_CHECK_EQUAL(names({.filter = a, .limit = 2, .by_age = true}),
                  (strings{"AAPL", "AMZN"}));
  CAF_CHECK(index.page({.filter = a, .limit = 2})->more);
  // More that it does not allow is no more for it.
  CAF_CHECK(!index.page({.filter = a, .limit = 3})->more);
  CAF_MESSAGE("how many there are is said of those that it allows");
  CAF_CHECK_EQUAL(index.page({.filter = a, .limit = 2, .by_age = true})->total,
                  3u);
  // The same patterns, read again.
  CAF_CHECK_EQUAL(names({.filter = filter_of({"A*"})}).size(), 3u);
  CAF_CHECK_EQUAL(index.filters(), 1u);
}

CAF_TEST(options are made once for all who ask the same) {
  add({"B", "A"});
  auto x = index.page({.as_options = true});
  CAF_REQUIRE(x->options);
  CAF_CHECK_EQUAL(*x->options, R"([{"label":"A","value":"A"},)"
                               R"({"label":"B","value":"B"}])");
  CAF_CHECK(x->names.empty());
  CAF_CHECK(index.page({.as_options = true})->options == x->options);
  auto few = index.page({.filter = filter_of({"B"}), .as_options = true});
  CAF_CHECK_EQUAL(*few->options, R"([{"label":"B","value":"B"}])");
  add({"C"});
  auto more = index.page({.as_options = true});
  CAF_CHECK(more->options != x->options);
  CAF_CHECK(more->options->find("\"C\"") != std::string::npos);
  index.assign({});
  auto none = index.page({.as_options = true});
  CAF_CHECK_EQUAL(*none->options, "[]");
}

CAF_TEST(what is forgotten comes back as it is then) {
  add({"C", "A"});
  auto a = filter_of({"A*"});
  names({.filter = a});
  index.assign(names_of({"B", "AB", "B"}));
  CAF_CHECK_EQUAL(index.size(), 2u);
  CAF_CHECK_EQUAL(names({}), (strings{"AB", "B"}));
  CAF_CHECK_EQUAL(names({.filter = a}), strings{"AB"});
}

CAF_TEST(many filters take no more than their place) {
  add({"A", "B"});
  for (int i = 0; i < 1000; ++i) {
    auto filter = filter_of({"X" + std::to_string(i), "B"});
    CAF_CHECK_EQUAL(names({.filter = filter}), strings{"B"});
    index.page({.filter = filter, .as_options = true});
  }
  CAF_CHECK_EQUAL(index.filters(), name_index::max_filters);
}

CAF_TEST_FIXTURE_SCOPE_END()
