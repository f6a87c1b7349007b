#define CAF_SUITE actors.market.symbol

#include "livegrid/actors/market/symbol.hpp"

#include <memory>
#include <string>
#include <vector>

#include "livegrid/actors/prices/price_state.hpp"

#include "actor_fixture.hpp"

using namespace livegrid;
using namespace livegrid::test;
using namespace std::chrono_literals;

namespace {

class symbol_fixture : public actor_fixture {
public:
  symbol_fixture() {
    consume_messages();
  }

  std::shared_ptr<fanout_script> got = std::make_shared<fanout_script>();
  std::shared_ptr<fanout_script> got_too = std::make_shared<fanout_script>();
  row_sink_actor follower = make_fanout(got);
  row_sink_actor other = make_fanout(got_too);
  symbol_actor aapl =
    own(sys.spawn(symbol, symbol_origin{name_of("AAPL")}, stats, test_clock));

  void apply(std::vector<tick> ticks, source from = source::post) {
    self->send(aapl, apply_atom_v, batch_of(std::move(ticks), from));
    expect((apply_atom, tick_batch), from(self).to(aapl));
  }

  void follow(const row_sink_actor& who) {
    self->send(aapl, follow_atom_v, who);
    expect((follow_atom, row_sink_actor), from(self).to(aapl).with(_, who));
  }

  row_ptr current() {
    auto x = ask<row_batch>(aapl, row_atom_v);
    CAF_REQUIRE(x);
    CAF_REQUIRE_EQUAL(x->rows.size(), 1u);
    return x->rows[0];
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(symbol_tests, symbol_fixture)

CAF_TEST(a batch is one message to each follower with a row for each tick) {
  follow(follower);
  follow(other);
  CAF_CHECK(!sched.has_job());
  apply({trade("AAPL", 150), trade("AAPL", 151), trade("AAPL", 151)});
  expect((row_batch), from(aapl).to(follower));
  expect((row_batch), from(aapl).to(other));
  CAF_CHECK(!sched.has_job());
  for (const auto& x : {got, got_too}) {
    CAF_CHECK_EQUAL(x->batches.size(), 1u);
    CAF_CHECK_EQUAL(x->rows(), (strings{"AAPL 150", "AAPL 151", "AAPL 151"}));
    for (std::size_t i = 0; i < 3; ++i)
      CAF_CHECK_EQUAL(x->batches[0].rows[i]->version(), i + 1);
  }
  // Rendered once for all.
  CAF_CHECK(got->batches[0].rows[2] == got_too->batches[0].rows[2]);
}

CAF_TEST(a repeat gives no row and is counted) {
  follow(follower);
  apply({trade("AAPL", 150, 7)});
  expect((row_batch), from(aapl).to(follower));
  apply({trade("AAPL", 1, 7), trade("AAPL", 2, 6)});
  CAF_CHECK(!sched.has_job());
  apply({trade("AAPL", 3, 5), trade("AAPL", 152, 8), trade("AAPL", 4, 8)});
  expect((row_batch), from(aapl).to(follower));
  CAF_CHECK_EQUAL(got->rows(), (strings{"AAPL 150", "AAPL 152"}));
  CAF_CHECK_EQUAL(stats->total(&counters::tick_counts::applied), 2u);
  CAF_CHECK_EQUAL(stats->total(&counters::tick_counts::repeated), 4u);
}

CAF_TEST(who follows gets the current row at once) {
  apply({trade("AAPL", 150), trade("AAPL", 151)});
  CAF_CHECK(!sched.has_job());
  follow(follower);
  expect((row_batch), from(aapl).to(follower));
  CAF_CHECK_EQUAL(got->rows(), strings{"AAPL 151"});
  // What nobody saw was never made.
  CAF_CHECK_EQUAL(got->batches[0].rows[0]->version(), 1u);
}

CAF_TEST(who follows a symbol without a state gets nothing yet) {
  follow(follower);
  disallow((row_batch), from(aapl).to(follower));
  CAF_CHECK(!sched.has_job());
  apply({trade("AAPL", 150)});
  expect((row_batch), from(aapl).to(follower));
  CAF_CHECK_EQUAL(got->rows(), strings{"AAPL 150"});
}

CAF_TEST(who follows twice gets each row once) {
  follow(follower);
  follow(follower);
  apply({trade("AAPL", 150)});
  expect((row_batch), from(aapl).to(follower));
  CAF_CHECK(!sched.has_job());
  follow(follower);
  expect((row_batch), from(aapl).to(follower));
  apply({trade("AAPL", 151)});
  expect((row_batch), from(aapl).to(follower));
  CAF_CHECK(!sched.has_job());
  CAF_CHECK_EQUAL(got->rows(), (strings{"AAPL 150", "AAPL 150", "AAPL 151"}));
}

CAF_TEST(first states are no ticks) {
  follow(follower);
  apply({make_tick("AAPL", {{field::price, 150},
                            {field::prev_close, 145.54},
                            {field::volume, 1'000'000}})},
        source::first_state);
  expect((row_batch), from(aapl).to(follower));
  const auto& x = *got->batches.at(0).rows.at(0);
  CAF_CHECK_EQUAL(x.text(cell::price), "150");
  CAF_CHECK_EQUAL(x.text(cell::change), "4.46");
  CAF_CHECK_EQUAL(x.text(cell::volume), "1000000");
  CAF_CHECK_EQUAL(x.text(cell::date), "null");
  CAF_CHECK_EQUAL(stats->total(&counters::tick_counts::applied), 0u);
  auto status = ask<actor_status>(aapl, status_atom_v);
  CAF_REQUIRE(status);
  CAF_CHECK_EQUAL(fact(*status, "applied"), "0");
  CAF_CHECK_EQUAL(fact(*status, "received_time"), "no such fact");
}

CAF_TEST(who no longer follows gets no more) {
  follow(follower);
  follow(other);
  self->send(aapl, unfollow_atom_v, follower);
  expect((unfollow_atom, row_sink_actor), from(self).to(aapl));
  apply({trade("AAPL", 150)});
  expect((row_batch), from(aapl).to(other));
  CAF_CHECK(!sched.has_job());
  CAF_CHECK(got->batches.empty());
  self->send(aapl, unfollow_atom_v, follower);
  self->send(aapl, unfollow_atom_v, other);
  consume_messages();
  apply({trade("AAPL", 151)});
  CAF_CHECK(!sched.has_job());
  CAF_CHECK_EQUAL(stats->total(&counters::tick_counts::applied), 2u);
  CAF_CHECK_EQUAL(current()->text(cell::price), "151");
}

CAF_TEST(followers hear of silence and of its end) {
  auto hear = [&](std::uint8_t x) {
    self->send(aapl, fresh_atom_v, x);
    consume_messages();
  };
  auto news = [&] {
    std::string result;
    for (const auto& batch : got->batches)
      for (const auto& x : batch.rows)
        result += std::string{x->text(cell::freshness)}
                  + (x->is_restated() ? "* " : " ");
    got->batches.clear();
    return result;
  };
  constexpr auto silent = static_cast<std::uint8_t>(freshness::quiet);
  apply({trade("AAPL", 150, 7)});
  follow(follower);
  consume_messages();
  CAF_CHECK_EQUAL(news(), "\"live\" ");
  hear(silent);
  CAF_CHECK_EQUAL(news(), "\"quiet\"* ");
  // What is known already is no news, and what cannot be neither.
  hear(silent);
  hear(num_freshness);
  CAF_CHECK_EQUAL(news(), "");
  // A repeat is no tick, but shows that the feed is at work.
  apply({trade("AAPL", 150, 7)});
  consume_messages();
  CAF_CHECK_EQUAL(news(), "\"live\"* ");
  hear(silent);
  news();
  apply({trade("AAPL", 150, 8)});
  consume_messages();
  CAF_CHECK_EQUAL(news(), "\"live\" ");
}

CAF_TEST(a row says by which tick and when it was made) {
  auto x = batch_of({trade("AAPL", 150)}, source::socket);
  x.feed = 3;
  x.ticks[0].time = timestamp{5ns};
  self->send(aapl, apply_atom_v, x);
  consume_messages();
  CAF_CHECK(current()->stamp()
            == (row_stamp{source::socket, 3, 5, 1'000'000'000,
                          test_clock().time_since_epoch().count()}));
}

CAF_TEST(the current row is there for the asking) {
  auto vacant = current();
  CAF_CHECK_EQUAL(vacant->version(), 0u);
  CAF_CHECK_EQUAL(vacant->text(cell::symbol), "\"AAPL\"");
  CAF_CHECK_EQUAL(vacant->text(cell::price), "null");
  apply({trade("AAPL", 150)});
  auto first = current();
  CAF_CHECK(first->version() > 0);
  CAF_CHECK_EQUAL(first->text(cell::price), "150");
  CAF_CHECK_EQUAL(first->text(cell::date), "\"1970-01-01\"");
  CAF_CHECK(current() == first);
}

CAF_TEST(followers see what another owner knew) {
  follow(follower);
  apply({trade("AAPL", 150)});
  consume_messages();
  got->batches.clear();
  // Of an owner since a later view, who had begun with nothing.
  price_state there{name_of("AAPL")};
  there.set_epoch(5);
  there.load(trade("AAPL", 160));
  auto dropped = ask<row_batch>(aapl, merge_atom_v, row_batch{{there.render()}},
                                std::uint64_t{6});
  CAF_REQUIRE(dropped);
  CAF_REQUIRE_EQUAL(dropped->rows.size(), 1u);
  CAF_CHECK_EQUAL(dropped->rows[0]->text(cell::price), "150");
  CAF_CHECK_EQUAL(got->rows(), strings{"AAPL 160"});
  auto shown = got->batches.at(0).rows.at(0);
  CAF_CHECK_EQUAL(shown->text(cell::freshness), "\"down\"");
  CAF_CHECK_EQUAL(shown->order().epoch, 6u);
  CAF_CHECK(current() == shown);
  CAF_MESSAGE("and nothing new of what is known");
  got->batches.clear();
  dropped = ask<row_batch>(aapl, merge_atom_v, row_batch{{there.render()}},
                           std::uint64_t{6});
  CAF_REQUIRE(dropped);
  CAF_CHECK(dropped->rows.empty());
  CAF_CHECK(got->batches.empty());
  CAF_CHECK_EQUAL(current()->text(cell::price), "160");
}

CAF_TEST(it says how it is) {
  auto before = ask<actor_status>(aapl, status_atom_v);
  CAF_REQUIRE(before);
  CAF_CHECK_EQUAL(before->kind, "symbol");
  CAF_CHECK_EQUAL(before->name, "AAPL");
  CAF_CHECK_EQUAL(fact(*before, "applied"), "0");
  CAF_CHECK_EQUAL(fact(*before, "received_time"), "no such fact");
  follow(follower);
  follow(other);
  apply({trade("AAPL", 150, 3), trade("AAPL", 150, 4), trade("AAPL", 1, 4)});
  auto after = ask<actor_status>(aapl, status_atom_v);
  CAF_REQUIRE(after);
  CAF_CHECK_EQUAL(fact(*after, "applied"), "2");
  CAF_CHECK_EQUAL(fact(*after, "repeats"), "1");
  CAF_CHECK_EQUAL(fact(*after, "followers"), "2");
  CAF_CHECK_EQUAL(fact(*after, "source_time"), "-");
  CAF_CHECK_EQUAL(fact(*after, "received_time"),
                  "1970-01-01 00:00:01.000000 UTC");
  CAF_CHECK_EQUAL(fact(*after, "applied_time"),
                  "2023-11-14 22:13:20.000000 UTC, 19675d later");
}

CAF_TEST_FIXTURE_SCOPE_END()
