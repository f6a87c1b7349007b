#define CAF_SUITE actors.cluster.batches

#include "livegrid/actors/cluster/batches.hpp"

#include <algorithm>

#include "livegrid/actors/base/error.hpp"

#include "members.hpp"

#include "unit_test.hpp"

using namespace livegrid;
using namespace livegrid::test;
using namespace std::chrono_literals;

namespace {

using strings = std::vector<std::string>;

/// Node `g` of a cluster in which `a` and `b` own symbols. What it sends is
/// written down, and answered as the test says.
class batches_fixture : public batch_port {
public:
  struct sent_part {
    std::uint64_t number = 0;
    std::uint64_t key = 0;
  };

  ownership symbols;
  batches under_way{symbols, *this};
  std::set<std::string> cut;           ///< members that cannot be reached
  strings said;                        ///< what is sent, and answered
  std::map<std::string, sent_part> at; ///< the last part that one was sent
  time_point time{1h};
  std::optional<time_point> due; ///< when it wants to look
  std::string x = symbol_of("a", {"a", "b"});
  std::string y = symbol_of("b", {"a", "b"});

  batches_fixture() {
    symbols.init(1, [] { return std::size_t{0}; });
    under_way.init(7, "g");
    enter({"a", "b"});
  }

  /// These are the owners from now on.
  void enter(std::initializer_list<std::string> owners) {
    auto now = make_view(++epoch_, owners);
    now.members.emplace_back(make_member("g", false));
    symbols.enter(now, now.members.size() - 1);
  }

  bool reachable(std::size_t member) const override {
    return !cut.contains(symbols.name_of(member));
  }

  void send_part(std::uint64_t number, const batch_part& what,
                 bool by_id) override {
    using phase = batch_part::phase;
    auto verb = what.at == phase::publishing  ? "publish"
                : what.at == phase::preparing ? "prepare"
                : by_id                       ? "commit"
                                              : "apply";
    said.emplace_back(what.owner + ' ' + verb + symbols_in(what.ticks));
    CAF_CHECK(what.ticks.id == (batch_id{7, number}));
    at[what.owner] = {number, what.key};
  }

  void abort_part(const batch_part& what) override {
    said.emplace_back(what.owner + " abort" + symbols_in(what.ticks));
  }

  time_point now() const override {
    return time;
  }

  void check_at(time_point when) override {
    due = due ? std::min(*due, when) : when;
  }

  /// A batch of ticks comes in, whose answer is written down under that name.
  void publish(const std::string& name, const strings& which,
               bool tells_all = false) {
    tick_batch batch;
    batch.tells_all = tells_all;
    for (const auto& z : which)
      batch.ticks.emplace_back(trade(z, 1));
    under_way.begin(
      batch, under_way.must_wait(batch),
      [this, name](caf::expected<std::uint64_t> n) {
        said.emplace_back(
          name + ": "
          + (n ? std::to_string(*n) : to_string(to_refusal(n.error()).code)));
        refused = n ? refusal{} : to_refusal(n.error());
      });
  }

  void answer(const std::string& owner, std::uint64_t n = 1) {
    under_way.answer(at[owner].number, at[owner].key, n);
  }

  void refuse(const std::string& owner, errc why, std::int64_t element = -1) {
    under_way.refuse(
      at[owner].number, at[owner].key,
      make_error(refusal{.code = why, .element = element, .message = "no"}),
      true);
  }

  /// An owner has no room for several ticks of its part.
  void refuse_all(const std::string& owner,
                  const std::vector<std::uint32_t>& elements) {
    refusal why{.element = elements.at(0), .message = "no room at " + owner};
    for (std::size_t i = 1; i < elements.size(); ++i)
      why.add({elements[i], "symbol", "no room at " + owner, "t"});
    under_way.refuse(at[owner].number, at[owner].key,
                     make_error(std::move(why)), true);
  }

  /// What has been said since that was asked.
  strings take_said() {
    return std::exchange(said, {});
  }

  /// Lets the time pass that it waits before it tries again.
  void retry() {
    CAF_REQUIRE(due);
    CAF_CHECK(*due - time <= 10ms);
    time = *std::exchange(due, std::nullopt);
    under_way.pump();
  }

  refusal refused; ///< the last one

private:
  /// Without the digits that choose an owner.
  std::string symbols_in(const tick_batch& batch) const {
    std::string result;
    for (const auto& z : batch.ticks)
      result += z.symbol.str() == x ? " x" : z.symbol.str() == y ? " y" : " z";
    return result;
  }

  std::uint64_t epoch_ = 0;
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(batches_tests, batches_fixture)

// -- one owner ----------------------------------------------------------------

CAF_TEST(a batch of one owner is published there) {
  publish("1", {x, x});
  CAF_CHECK_EQUAL(take_said(), strings{"a publish x x"});
  CAF_CHECK_EQUAL(under_way.size(), 1u);
  answer("a", 2);
  CAF_CHECK_EQUAL(take_said(), strings{"1: 2"});
  CAF_CHECK_EQUAL(under_way.size(), 0u);
  CAF_CHECK(under_way.blocks_nothing());
}

CAF_TEST(what its owner says of the batch itself is the answer) {
  publish("1", {x, x});
  refuse("a", errc::invalid, 1);
  CAF_CHECK_EQUAL(take_said().back(), "1: invalid");
  CAF_CHECK_EQUAL(refused.element, 1);
  CAF_CHECK(under_way.blocks_nothing());
}

CAF_TEST(what has another owner by now is sent there) {
  publish("1", {x});
  take_said();
  enter({"b"});
  refuse("a", errc::moved);
  CAF_CHECK(take_said().empty());
  retry();
  CAF_CHECK_EQUAL(take_said(), strings{"b publish x"});
  answer("b");
  CAF_CHECK_EQUAL(take_said(), strings{"1: 1"});
}

CAF_TEST(what cannot be sent waits until it can) {
  cut = {"a"};
  publish("1", {x});
  CAF_CHECK(take_said().empty());
  under_way.pump();
  CAF_CHECK(take_said().empty());
  cut = {};
  retry();
  CAF_CHECK_EQUAL(take_said(), strings{"a publish x"});
}

CAF_TEST(an answer to what was taken back does not count) {
  publish("1", {x});
  auto before = at["a"];
  under_way.recall("a");
  under_way.answer(before.number, before.key, 1);
  CAF_CHECK_EQUAL(take_said(), strings{"a publish x"});
  retry();
  under_way.answer(before.number, before.key, 1);
  CAF_CHECK_EQUAL(take_said(), strings{"a publish x"});
  answer("a");
  CAF_CHECK_EQUAL(take_said(), strings{"1: 1"});
}

// -- several owners -----------------------------------------------------------

CAF_TEST(a batch of two owners is committed when both have prepared it) {
  publish("1", {x, y, x});
  CAF_CHECK_EQUAL(take_said(), (strings{"a prepare x x", "b prepare y"}));
  answer("a", 2);
  CAF_CHECK(take_said().empty());
  answer("b");
  CAF_CHECK_EQUAL(take_said(), (strings{"a commit x x", "b commit y"}));
  answer("b");
  answer("a", 2);
  CAF_CHECK_EQUAL(take_said(), strings{"1: 3"});
  CAF_CHECK(under_way.blocks_nothing());
}

CAF_TEST(a batch that one of two refuses is taken by none) {
  publish("1", {x, x, y});
  answer("a", 2);
  take_said();
  refuse("b", errc::too_big, 0);
  CAF_CHECK_EQUAL(take_said(),
                  (strings{"a abort x x", "b abort y", "1: too_big"}));
  // Told by its place in the whole batch.
  CAF_CHECK_EQUAL(refused.element, 2);
  CAF_CHECK(under_way.blocks_nothing());
}

CAF_TEST(what each of two refuses is told together if that is wanted) {
  publish("1", {y, x, x, y, x, y}, true);
  take_said();
  refuse_all("b", {0, 2});
  CAF_CHECK(take_said().empty());
  refuse_all("a", {1, 2});
  CAF_CHECK_EQUAL(take_said(),
                  (strings{"a abort x x x", "b abort y y y", "1: invalid"}));
  CAF_CHECK_EQUAL(refused.element, 0);
  CAF_CHECK_EQUAL(refused.message, "no room at b");
  CAF_REQUIRE_EQUAL(refused.others.size(), 3u);
  CAF_CHECK_EQUAL(refused.others[0].element, 2u);
  CAF_CHECK_EQUAL(refused.others[0].message, "no room at a");
  CAF_CHECK_EQUAL(refused.others[1].element, 4u);
  CAF_CHECK_EQUAL(refused.others[2].element, 5u);
  CAF_CHECK(under_way.blocks_nothing());
}

CAF_TEST(what one refuses is told when the other would take its part) {
  publish("1", {x, y}, true);
  take_said();
  refuse_all("b", {0});
  CAF_CHECK(take_said().empty());
  answer("a");
  CAF_CHECK_EQUAL(take_said(),
                  (strings{"a abort x", "b abort y", "1: invalid"}));
  CAF_CHECK_EQUAL(refused.element, 1);
  CAF_CHECK(under_way.blocks_nothing());
}

CAF_TEST(what one refuses is told when the other is gone or too late) {
  publish("1", {x, y}, true);
  refuse_all("b", {0});
  take_said();
  refuse("a", errc::moved);
  CAF_CHECK_EQUAL(take_said().back(), "1: invalid");
  publish("2", {x, y}, true);
  refuse_all("b", {0});
  take_said();
  under_way.finish_late(time + 1h);
  CAF_CHECK_EQUAL(take_said().back(), "2: invalid");
  CAF_CHECK(under_way.blocks_nothing());
}

CAF_TEST(a batch that one of two cannot take now begins anew) {
  publish("1", {x, y});
  answer("a");
  take_said();
  refuse("b", errc::moved);
  CAF_CHECK_EQUAL(take_said(), (strings{"a abort x", "b abort y"}));
  enter({"b"});
  retry();
  CAF_CHECK_EQUAL(take_said(), strings{"b publish x y"});
}

CAF_TEST(a part whose other one is committed is applied whoever owns it) {
  publish("1", {x, y});
  answer("a");
  answer("b");
  answer("a");
  take_said();
  under_way.recall("b");
  enter({"a"});
  retry();
  CAF_CHECK_EQUAL(take_said(), strings{"a apply y"});
  CAF_MESSAGE("though that one says that it is wrong");
  refuse("a", errc::invalid);
  CAF_CHECK(take_said().empty());
  retry();
  CAF_CHECK_EQUAL(take_said(), strings{"a apply y"});
  answer("a");
  CAF_CHECK_EQUAL(take_said(), strings{"1: 2"});
}

// -- in time ------------------------------------------------------------------

CAF_TEST(who waits too long is told that nothing was done) {
  cut = {"a"};
  publish("1", {x});
  time += 8999ms;
  under_way.finish_late(time);
  CAF_CHECK(take_said().empty());
  time += 1ms;
  under_way.finish_late(time);
  CAF_CHECK_EQUAL(take_said(), strings{"1: unavailable"});
  CAF_CHECK(under_way.blocks_nothing());
}

CAF_TEST(who waits too long is told if something may have been done) {
  publish("1", {x});
  publish("2", {x});
  under_way.recall("a");
  cut = {"a"};
  take_said();
  time += 9s;
  under_way.finish_late(time);
  CAF_CHECK_EQUAL(take_said(), (strings{"1: unsure", "2: unavailable"}));
}

CAF_TEST(what was prepared in vain is given back) {
  publish("1", {x, y});
  answer("a");
  take_said();
  time += 9s;
  under_way.finish_late(time);
  CAF_CHECK_EQUAL(take_said(),
                  (strings{"a abort x", "b abort y", "1: unavailable"}));
}

CAF_TEST(what is committed is not given up) {
  publish("1", {x, y});
  answer("a");
  answer("b");
  take_said();
  time += 1h;
  under_way.finish_late(time);
  CAF_CHECK(take_said().empty());
  answer("a");
  answer("b");
  CAF_CHECK_EQUAL(take_said(), strings{"1: 2"});
}

// -- in order -----------------------------------------------------------------

CAF_TEST(ticks of a symbol wait for those before that may come back) {
  publish("1", {x});
  publish("2", {x});
  publish("3", {y});
  CAF_CHECK_EQUAL(take_said(), (strings{"a publish x", "b publish y"}));
  answer("a");
  CAF_CHECK_EQUAL(take_said(), (strings{"1: 1", "a publish x"}));
  CAF_CHECK(!under_way.must_wait({.ticks = {trade("Z", 1)}}));
}

CAF_TEST(ticks follow at once where their owner has taken some by this view) {
  publish("1", {x});
  answer("a");
  publish("2", {x});
  publish("3", {x});
  CAF_CHECK(under_way.blocks_nothing());
  CAF_CHECK_EQUAL(take_said(), (strings{"a publish x", "1: 1", "a publish x",
                                        "a publish x"}));
  CAF_MESSAGE("until there is another view");
  under_way.hold_under_way();
  CAF_CHECK(under_way.must_wait({.ticks = {trade(x, 1)}}));
  CAF_CHECK(!under_way.must_wait({.ticks = {trade(y, 1)}}));
}

CAF_TEST(what waits for one symbol is not overtaken in another) {
  cut = {"a"};
  publish("1", {x});
  publish("2", {x, y});
  publish("3", {y});
  CAF_CHECK(take_said().empty());
  cut = {};
  under_way.pump();
  CAF_CHECK_EQUAL(take_said(), strings{"a publish x"});
  answer("a");
  CAF_CHECK_EQUAL(take_said(), (strings{"1: 1", "a prepare x", "b prepare y"}));
  answer("a");
  answer("b");
  CAF_CHECK_EQUAL(take_said(),
                  (strings{"a commit x", "b commit y", "b publish y"}));
}

CAF_TEST(what is here goes to this node whoever owns it) {
  symbols.bring({.ticks = {trade(x, 1)}});
  publish("1", {x});
  CAF_CHECK_EQUAL(take_said(), strings{"g publish x"});
  CAF_CHECK(under_way.blocks_nothing());
}

CAF_TEST(without members ticks wait) {
  symbols.leave();
  publish("1", {x});
  CAF_CHECK(take_said().empty());
  enter({"a", "b"});
  under_way.pump();
  CAF_CHECK_EQUAL(take_said(), strings{"a publish x"});
}

CAF_TEST_FIXTURE_SCOPE_END()
