#define CAF_SUITE actors.cluster.estates

#include "livegrid/actors/cluster/estates.hpp"

#include "livegrid/actors/base/error.hpp"

#include "made_row.hpp"
#include "ticks.hpp"

#include "unit_test.hpp"

using namespace livegrid;
using namespace livegrid::test;

namespace {

/// Writes down what the members are told.
class estates_fixture {
public:
  estates left;
  std::vector<std::string> told;

  estates::reply reply_to(const std::string& whom) {
    return [this, whom](caf::expected<handover> x) {
      told.emplace_back(whom + ' '
                        + (x ? std::to_string(x->rows.rows.size())
                                 + (x->last ? " last" : " and more")
                             : to_refusal(x.error()).message));
    };
  }

  std::vector<std::string> take_told() {
    return std::exchange(told, {});
  }

  static std::vector<row_ptr> rows(std::size_t n) {
    std::vector<row_ptr> result;
    for (std::size_t i = 0; i < n; ++i)
      result.emplace_back(make_row("S" + std::to_string(i), 1));
    return result;
  }
};

using strings = std::vector<std::string>;

} // namespace

CAF_TEST_FIXTURE_SCOPE(estates_tests, estates_fixture)

CAF_TEST(who asks before an estate is complete is answered then) {
  left.begin("b", 5);
  CAF_CHECK(!left.ask("b", reply_to("b")));
  CAF_CHECK(take_told().empty());
  CAF_CHECK(!left.all_fetched());
  CAF_CHECK(left.any_open());
  left.complete("b", rows(2));
  CAF_CHECK_EQUAL(take_told(), strings{"b 2 last"});
  CAF_CHECK(left.all_fetched());
  CAF_CHECK(!left.any_open());
}

CAF_TEST(an estate is fetched part by part) {
  left.begin("b", 5);
  left.complete("b", rows(2500));
  CAF_CHECK(left.ask("b", reply_to("b")));
  CAF_CHECK(left.ask("b", reply_to("b")));
  CAF_CHECK(!left.all_fetched());
  CAF_CHECK(left.ask("b", reply_to("b")));
  CAF_CHECK(left.all_fetched());
  CAF_CHECK_EQUAL(
    take_told(), (strings{"b 1000 and more", "b 1000 and more", "b 500 last"}));
  CAF_MESSAGE("and nothing is left to whoever asks again");
  left.ask("b", reply_to("b"));
  CAF_CHECK_EQUAL(take_told(), strings{"b 0 last"});
}

CAF_TEST(an estate is of one view) {
  CAF_CHECK(!left.begun("b", 5));
  left.begin("b", 5);
  left.begin("c", 5);
  CAF_CHECK(left.begun("b", 5));
  CAF_CHECK(!left.begun("b", 6));
  left.ask("b", reply_to("b"));
  left.begin("b", 6);
  CAF_CHECK_EQUAL(take_told(), strings{"b there is a newer view than that"});
  CAF_CHECK_EQUAL(left.incomplete(5), strings{"c"});
  CAF_CHECK_EQUAL(left.incomplete(6), strings{"b"});
}

CAF_TEST(a newer view ends all estates) {
  left.begin("b", 5);
  left.begin("c", 5);
  left.ask("b", reply_to("b"));
  left.complete("c", rows(1));
  left.refuse_all();
  CAF_CHECK_EQUAL(take_told(), strings{"b there is a newer view than that"});
  CAF_CHECK(left.all_fetched());
  CAF_CHECK(!left.begun("c", 5));
}

CAF_TEST(who is gone is not answered) {
  left.begin("b", 5);
  left.ask("b", reply_to("b"));
  left.forget("b");
  left.refuse_all();
  CAF_CHECK(take_told().empty());
}

CAF_TEST(claims are kept until their view has come) {
  left.keep(7, {"c", reply_to("c")});
  left.keep(6, {"b", reply_to("b")});
  left.keep(6, {"d", reply_to("d")});
  CAF_CHECK(!left.next_kept(5));
  auto first = left.next_kept(7);
  CAF_REQUIRE(first);
  CAF_CHECK_EQUAL(first->first, 6u);
  CAF_REQUIRE_EQUAL(first->second.size(), 2u);
  CAF_CHECK_EQUAL(first->second[0].whose, "b");
  CAF_CHECK_EQUAL(first->second[1].whose, "d");
  CAF_CHECK(left.keeps_claims());
  CAF_CHECK_EQUAL(left.next_kept(7)->first, 7u);
  CAF_CHECK(!left.next_kept(7));
  CAF_CHECK(!left.keeps_claims());
}

CAF_TEST(a row that comes while its symbol is leaving is kept) {
  left.begin_leaving(names_of({"X", "Y"}));
  CAF_CHECK(left.leaving());
  auto x = make_row("X", 3);
  auto z = make_row("Z", 1);
  CAF_CHECK(left.keep_early(9, x));
  CAF_CHECK(!left.keep_early(9, z));
  CAF_CHECK(z != nullptr);
  auto kept = left.end_leaving(name_of("X"));
  CAF_CHECK_EQUAL(kept.node, 9u);
  CAF_CHECK_EQUAL(kept.row->version(), 3u);
  CAF_MESSAGE("the newest of them, and once");
  CAF_CHECK(!left.end_leaving(name_of("X")).row);
  CAF_CHECK(!left.end_leaving(name_of("Y")).row);
  CAF_CHECK(left.end_round());
  CAF_CHECK(!left.leaving());
}

CAF_TEST(symbols may leave several times at once) {
  left.begin_leaving(names_of({"X"}));
  left.begin_leaving(names_of({"Y"}));
  CAF_CHECK(!left.end_round());
  CAF_CHECK(left.leaving());
  CAF_CHECK(left.end_round());
}

CAF_TEST_FIXTURE_SCOPE_END()
