#define CAF_SUITE actors.delivery.subscriber

#include "livegrid/actors/delivery/subscriber.hpp"

#include <memory>
#include <string>
#include <vector>

#include "livegrid/actors/prices/view.hpp"

#include "captured_stderr.hpp"
#include "scripted_sink.hpp"

#include "actor_fixture.hpp"

using namespace livegrid;
using namespace livegrid::test;
using namespace std::chrono_literals;

namespace {

subscription replace(std::initializer_list<std::string_view> names) {
  subscription result;
  result.what = subscription::change::replace;
  result.symbols = names_of(names);
  return result;
}

class subscriber_fixture : public actor_fixture {
public:
  std::shared_ptr<fanout_script> got = std::make_shared<fanout_script>();
  fanout_actor fan = make_fanout(got);
  std::shared_ptr<scripted_sink> sink = std::make_shared<scripted_sink>();
  viewer_account_ptr account = std::make_shared<viewer_account>();
  std::weak_ptr<outbox> box;
  subscriber_actor sub;

  /// Opens a connection whose rows have an id, or not.
  void open(bool row_id = true, log_ptr log = nullptr) {
    auto ids = row_id ? strings{"symbol"} : strings{};
    auto fresh = std::make_shared<outbox>(
      sink, std::make_shared<view>(strings{"symbol", "price"}, ids),
      delivery_options{}, frame_with_size, stats, symbol_filter_ptr{}, account);
    box = fresh;
    if (!log)
      log = quiet;
    sub = own(sys.spawn(subscriber, subscriber_config{.fanout = fan,
                                                      .box = fresh,
                                                      .stats = stats,
                                                      .log = log,
                                                      .origin = "https://a.b",
                                                      .user_agent = "test/1"}));
    consume_messages();
  }

  bool alive() {
    return !caf::actor_cast<caf::abstract_actor*>(sub)->getf(
      caf::abstract_actor::is_terminated_flag);
  }

  template <class... Ts>
  void tell(Ts... what) {
    self->send(sub, std::move(what)...);
    consume_messages();
  }

  void say_nonsense() {
    tell(refuse_atom_v, std::string{"not JSON"});
  }

  actor_status status() {
    auto x = ask<actor_status>(sub, status_atom_v);
    CAF_REQUIRE(x);
    return *x;
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(subscriber_tests, subscriber_fixture)

CAF_TEST(a new one makes itself known) {
  open();
  CAF_REQUIRE_EQUAL(got->joins.size(), 1u);
  CAF_CHECK(got->joins[0].first == box.lock());
  CAF_CHECK(got->joins[0].second == subscription{});
  CAF_CHECK(box.lock()->owner == sub);
  CAF_CHECK_EQUAL(get(stats->subscribers_opened), 1u);
  CAF_CHECK_EQUAL(get(stats->subscribers_closed), 0u);
}

CAF_TEST(what the client asks for is passed on) {
  open();
  auto what = replace({"MSFT", "AAPL"});
  self->send(sub, what);
  expect((subscription), from(self).to(sub).with(what));
  expect((join_atom, outbox_ptr, subscription),
         from(sub).to(fan).with(_, box.lock(), what));
  subscription all;
  all.what = subscription::change::all;
  tell(all);
  CAF_CHECK(got->joins.back().second == all);
  CAF_CHECK(sink->errors.empty());
  CAF_CHECK_EQUAL(get(stats->bad_messages), 0u);
  CAF_CHECK_EQUAL(fact(status(), "subscriptions"), "2");
}

CAF_TEST(one who goes back and forth has to wait and gets the last set) {
  add(stats->symbols, 150'000);
  open();
  subscription all;
  all.what = subscription::change::all;
  subscription none;
  none.what = subscription::change::replace;
  auto changes = [this] { return got->joins.size() - 1; };
  for (int i = 0; i < 100; ++i) {
    tell(all);
    tell(none);
  }
  CAF_CHECK_EQUAL(changes(), 2u);
  auto last = replace({"AAPL"});
  tell(last);
  CAF_CHECK_EQUAL(changes(), 2u);
  CAF_MESSAGE("what asks for no change does not wait, nor does it take over");
  tell(subscription{});
  pass(199ms);
  CAF_CHECK_EQUAL(changes(), 2u);
  pass(2ms);
  CAF_REQUIRE_EQUAL(changes(), 3u);
  CAF_CHECK(got->joins.back().second == last);
  CAF_MESSAGE("and then it is as free as before");
  pass(10s);
  tell(all);
  CAF_CHECK_EQUAL(changes(), 4u);
}

CAF_TEST(who closes and comes back owes what he owed) {
  add(stats->symbols, 150'000);
  subscription all;
  all.what = subscription::change::all;
  open();
  tell(all);
  CAF_CHECK_EQUAL(got->joins.size(), 2u);
  tell(gone_atom_v, std::uint16_t{1000}, std::string{});
  // To come and to go costs 300,000, of which 250,000 were there.
  open();
  tell(all);
  CAF_CHECK_EQUAL(got->joins.size(), 3u);
  // Who gives up gets back what he has not used.
  tell(gone_atom_v, std::uint16_t{1000}, std::string{});
  open();
  tell(all);
  CAF_CHECK_EQUAL(got->joins.size(), 4u);
  pass(199ms);
  CAF_CHECK_EQUAL(got->joins.size(), 4u);
  pass(2ms);
  CAF_CHECK_EQUAL(got->joins.size(), 5u);
  // Another's account is another.
  account = std::make_shared<viewer_account>();
  open();
  tell(all);
  CAF_CHECK_EQUAL(got->joins.size(), 7u);
}

CAF_TEST(names without rows are waited for and then cut) {
  open();
  account->awaited = viewer_account::max_awaited - 1;
  tell(replace({"A", "B", "C"}));
  CAF_CHECK_EQUAL(got->joins.size(), 1u);
  CAF_MESSAGE("those of others have turned out to be symbols");
  account->awaited -= 2;
  pass(100ms);
  CAF_REQUIRE_EQUAL(got->joins.size(), 2u);
  CAF_CHECK_EQUAL(got->joins.back().second.symbols.size(), 3u);
  CAF_CHECK(sink->errors.empty());
  CAF_MESSAGE("these do not");
  tell(replace({"D", "E", "F", "G", "H"}));
  for (int i = 0; i < 20; ++i)
    pass(100ms);
  CAF_REQUIRE_EQUAL(got->joins.size(), 3u);
  CAF_CHECK(got->joins.back().second.symbols == names_of({"D", "E", "F"}));
  CAF_CHECK_EQUAL(sink->errors.size(), 1u);
  CAF_MESSAGE("nothing at all can always be had");
  account->awaited = 2 * viewer_account::max_awaited;
  tell(replace({}));
  CAF_CHECK_EQUAL(got->joins.size(), 4u);
  account->awaited = 0;
}

CAF_TEST(the connection is read on when all was looked at) {
  open();
  box.lock()->requests = 3;
  tell(replace({"AAPL"}));
  say_nonsense();
  CAF_CHECK_EQUAL(sink->times_read_on, 0u);
  tell(replace({"MSFT"}));
  CAF_CHECK_EQUAL(sink->times_read_on, 1u);
}

CAF_TEST(bad names are answered and the good ones count) {
  open();
  auto what = replace({"AAPL"});
  what.bad = {"A B", ""};
  tell(what);
  CAF_CHECK(got->joins.back().second.symbols == names_of({"AAPL"}));
  CAF_CHECK_EQUAL(sink->errors, strings{"no symbol name: 'A B', ''"});
  CAF_CHECK_EQUAL(get(stats->bad_messages), 1u);
}

CAF_TEST(of many bad names ten are told) {
  open();
  auto what = replace({});
  what.bad = strings(10, "!");
  tell(what);
  CAF_CHECK_EQUAL(sink->errors.at(0).find("more"), std::string::npos);
  what.bad = strings(12, "!");
  tell(what);
  CAF_CHECK_EQUAL(sink->errors.at(1),
                  "no symbol name: '!', '!', '!', '!', '!', '!', '!', '!', "
                  "'!', '!', and 2 more");
}

CAF_TEST(too many names are answered) {
  open();
  auto what = replace({"AAPL"});
  what.too_many = true;
  tell(what);
  CAF_CHECK_EQUAL(got->joins.size(), 2u);
  CAF_CHECK_EQUAL(sink->errors,
                  strings{"over 1000 symbols: the first 1000 count"});
}

CAF_TEST(bad input is counted and answered where rows have an id) {
  for (auto row_id : {true, false}) {
    CAF_MESSAGE("row id: " << row_id);
    sink->errors.clear();
    open(row_id);
    auto before = get(stats->bad_messages);
    tell(refuse_atom_v, std::string{"not JSON"});
    CAF_CHECK_EQUAL(sink->errors, row_id ? strings{"not JSON"} : strings{});
    CAF_CHECK_EQUAL(get(stats->bad_messages), before + 1);
    CAF_CHECK_EQUAL(fact(status(), "bad_messages"), "1");
    CAF_CHECK(alive());
  }
}

CAF_TEST(over 100 bad messages in 10 s close with 1008) {
  open();
  auto known_to_all = got->joins[0].first;
  for (int i = 0; i < 100; ++i) {
    say_nonsense();
    advance_time(99ms);
  }
  CAF_CHECK(alive());
  CAF_CHECK(sink->closes.empty());
  say_nonsense();
  CAF_CHECK_EQUAL(sink->closes, strings{"1008 over 100 bad messages in 10 s"});
  CAF_CHECK_EQUAL(sink->errors.size(), 100u);
  CAF_CHECK(got->leaves == std::vector<outbox_ptr>{known_to_all});
  CAF_CHECK(known_to_all->closed());
  CAF_CHECK(!alive());
  CAF_CHECK_EQUAL(get(stats->subscribers_closed), 1u);
  CAF_CHECK_EQUAL(get(stats->bad_messages), 101u);
  // What was on its way changes nothing.
  say_nonsense();
  tell(gone_atom_v, std::uint16_t{1006}, std::string{});
  CAF_CHECK_EQUAL(sink->closes.size(), 1u);
  CAF_CHECK_EQUAL(get(stats->subscribers_closed), 1u);
  CAF_CHECK(sink->misuse.empty());
}

CAF_TEST(100 bad messages at once close nothing) {
  open();
  for (int i = 0; i < 100; ++i)
    say_nonsense();
  CAF_CHECK(alive());
  CAF_CHECK(sink->closes.empty());
  CAF_CHECK_EQUAL(sink->errors.size(), 100u);
  // After 10 s they are forgotten.
  advance_time(10s + 1ms);
  for (int i = 0; i < 100; ++i)
    say_nonsense();
  CAF_CHECK(alive());
  say_nonsense();
  CAF_CHECK(!alive());
}

CAF_TEST(any number of bad messages over a longer time closes nothing) {
  open();
  for (int i = 0; i < 1000; ++i) {
    say_nonsense();
    advance_time(101ms);
  }
  CAF_CHECK(alive());
  CAF_CHECK(sink->closes.empty());
  CAF_CHECK_EQUAL(sink->errors.size(), 1000u);
  CAF_CHECK_EQUAL(fact(status(), "bad_messages"), "1000");
}

CAF_TEST(without a row id too many bad messages close as well) {
  open(false);
  for (int i = 0; i < 101; ++i)
    say_nonsense();
  CAF_CHECK(!alive());
  CAF_CHECK_EQUAL(sink->closes, strings{"1008 over 100 bad messages in 10 s"});
  CAF_CHECK(sink->errors.empty());
}

CAF_TEST(subscriptions with bad names are bad messages) {
  open();
  auto what = replace({"AAPL"});
  what.bad = {"A B"};
  for (int i = 0; i < 101; ++i)
    tell(what);
  CAF_CHECK(!alive());
  CAF_CHECK_EQUAL(sink->closes.size(), 1u);
}

CAF_TEST(one message that is bad twice over does not end it twice) {
  open();
  for (int i = 0; i < 100; ++i)
    say_nonsense();
  auto what = replace({"AAPL"});
  what.bad = {"A B"};
  what.too_many = true;
  tell(what);
  CAF_CHECK(!alive());
  CAF_CHECK_EQUAL(sink->closes.size(), 1u);
  CAF_CHECK_EQUAL(sink->errors.size(), 100u);
  CAF_CHECK_EQUAL(got->leaves.size(), 1u);
  CAF_CHECK_EQUAL(get(stats->subscribers_closed), 1u);
}

CAF_TEST(it ends with its connection) {
  captured_stderr err;
  open(true, std::make_shared<logger>(log_level::info));
  auto id = std::to_string(sub->id());
  tell(replace({"AAPL"}));
  self->send(sub, gone_atom_v, std::uint16_t{1006}, std::string{"re\"set"});
  expect((gone_atom, std::uint16_t, std::string), from(self).to(sub));
  CAF_CHECK(!alive());
  CAF_CHECK(box.lock()->closed());
  expect((leave_atom, outbox_ptr), from(sub).to(fan).with(_, box.lock()));
  CAF_CHECK_EQUAL(get(stats->subscribers_closed), 1u);
  // Its connection is over: nothing is sent or closed there.
  CAF_CHECK(sink->closes.empty());
  CAF_CHECK_EQUAL(err.count("subscriber_closed subscriber=" + id
                            + " peer=\"192.0.2.1:50000\" code=1006 "
                              "reason=\"re\\\"set\" delivered=0"),
                  1u);
  // Nobody keeps the way out once it has left.
  got->joins.clear();
  got->leaves.clear();
  CAF_CHECK(box.expired());
}

CAF_TEST(that its connection has taken all is passed on) {
  open();
  self->send(sub, resume_atom_v);
  expect((resume_atom), from(self).to(sub));
  expect((resume_atom, outbox_ptr), from(sub).to(fan).with(_, box.lock()));
  CAF_CHECK_EQUAL(got->resumes.size(), 1u);
}

CAF_TEST(it says how it is) {
  open();
  auto known_to_all = box.lock();
  known_to_all->send(std::make_shared<const std::string>("four"), 3, now());
  sink->room = 1;
  known_to_all->send(std::make_shared<const std::string>("more"), 2, now());
  tell(replace({"AAPL"}));
  say_nonsense();
  advance_time(1500ms);
  auto x = status();
  CAF_CHECK_EQUAL(x.kind, "subscriber");
  CAF_CHECK_EQUAL(x.name, std::to_string(sub->id()));
  CAF_CHECK_EQUAL(fact(x, "peer"), "192.0.2.1:50000");
  CAF_CHECK_EQUAL(fact(x, "age_ms"), "1500");
  CAF_CHECK_EQUAL(fact(x, "subscriptions"), "1");
  CAF_CHECK_EQUAL(fact(x, "bad_messages"), "1");
  CAF_CHECK_EQUAL(fact(x, "published"), "5");
  CAF_CHECK_EQUAL(fact(x, "delivered"), "3");
  CAF_CHECK_EQUAL(fact(x, "merged"), "0");
  CAF_CHECK_EQUAL(fact(x, "discarded"), "0");
  CAF_CHECK_EQUAL(fact(x, "waiting"), "2");
  CAF_CHECK_EQUAL(fact(x, "unsent_bytes"), "3");
}

CAF_TEST_FIXTURE_SCOPE_END()
