#define CAF_SUITE actors.market.ingress

#include "livegrid/actors/market/ingress.hpp"

#include <memory>
#include <string>
#include <vector>

#include "actor_fixture.hpp"

using namespace livegrid;
using namespace livegrid::test;
using namespace std::chrono_literals;

namespace {

/// Whoever sent ticks.
struct sender {
  std::shared_ptr<std::vector<answer>> answers =
    std::make_shared<std::vector<answer>>();

  /// Expires when nobody can answer any more.
  std::weak_ptr<replier> way_back;

  replier_ptr open() {
    auto result = std::make_shared<fake_replier>(answers);
    way_back = result;
    return result;
  }
};

class ingress_fixture : public actor_fixture {
public:
  std::shared_ptr<market_script> script = std::make_shared<market_script>();
  market_actor mkt = make_market(script);
  ingress_actor in = own(sys.spawn(ingress, mkt));

  ~ingress_fixture() override {
    script->unanswered.clear();
  }

  /// Hands ticks to the ingress, which does not run yet.
  void send(sender& x, std::vector<tick> ticks) {
    self->send(in, publish_atom_v, batch_of(std::move(ticks)), x.open());
  }

  std::string says(std::string_view key) {
    auto x = ask<actor_status>(in, status_atom_v);
    CAF_REQUIRE(x);
    CAF_CHECK_EQUAL(x->kind, "ingress");
    return fact(*x, key);
  }
};

std::uint64_t accepted_by(const sender& x) {
  CAF_REQUIRE_EQUAL(x.answers->size(), 1u);
  CAF_REQUIRE(std::holds_alternative<accepted>(x.answers->front()));
  return std::get<accepted>(x.answers->front()).ticks;
}

refusal refused_to(const sender& x) {
  CAF_REQUIRE_EQUAL(x.answers->size(), 1u);
  CAF_REQUIRE(std::holds_alternative<caf::error>(x.answers->front()));
  return to_refusal(std::get<caf::error>(x.answers->front()));
}

} // namespace

CAF_TEST_FIXTURE_SCOPE(ingress_tests, ingress_fixture)

CAF_TEST(ticks that are taken are answered once) {
  script->answer = market_script::take;
  sender x;
  send(x, {trade("AAPL", 1), trade("MSFT", 2)});
  expect((publish_atom, tick_batch, replier_ptr), from(self).to(in));
  expect((publish_atom, tick_batch), from(in).to(mkt));
  CAF_CHECK(x.answers->empty());
  expect((std::uint64_t), from(mkt).to(in).with(2u));
  CAF_CHECK_EQUAL(accepted_by(x), 2u);
  CAF_CHECK(x.way_back.expired());
  const auto& got = script->batches.at(0).second;
  CAF_CHECK(got.from == source::post);
  CAF_CHECK(got.received == timestamp{1s});
  CAF_CHECK(
    (got.ticks == std::vector<tick>{trade("AAPL", 1), trade("MSFT", 2)}));
  // The time-out finds nobody.
  pass(20s);
  CAF_CHECK_EQUAL(accepted_by(x), 2u);
}

CAF_TEST(a refusal goes back as it is) {
  refusal why{errc::invalid, 1, "symbol", "too many", "too_many_symbols"};
  script->answer = [why](const tick_batch&) { return make_error(why); };
  sender x;
  send(x, {trade("AAPL", 1)});
  consume_messages();
  CAF_CHECK(refused_to(x) == why);
  CAF_CHECK(x.way_back.expired());
  pass(20s);
  CAF_CHECK_EQUAL(x.answers->size(), 1u);
  CAF_CHECK_EQUAL(says("refused"), "1");
}

CAF_TEST(a market that is gone is an answer too) {
  end(mkt);
  sender x;
  send(x, {trade("AAPL", 1)});
  consume_messages();
  CAF_CHECK(refused_to(x).code == errc::unavailable);
  pass(20s);
  CAF_CHECK_EQUAL(x.answers->size(), 1u);
  CAF_CHECK(x.way_back.expired());
}

CAF_TEST(a market that ends before it looks is an answer too) {
  consume_messages();
  caf::anon_send_exit(mkt, caf::exit_reason::user_shutdown);
  sender x;
  send(x, {trade("AAPL", 1)});
  expect((publish_atom, tick_batch, replier_ptr), from(self).to(in));
  consume_messages();
  CAF_CHECK(script->batches.empty());
  CAF_CHECK(refused_to(x).code == errc::unavailable);
  pass(20s);
  CAF_CHECK_EQUAL(x.answers->size(), 1u);
}

CAF_TEST(a market that takes too long is an answer too) {
  sender x;
  send(x, {trade("AAPL", 1)});
  consume_messages();
  pass(9999ms);
  CAF_CHECK(x.answers->empty());
  pass(1ms);
  CAF_CHECK(refused_to(x) == unsure_of_ticks("no answer in time"));
  CAF_CHECK_EQUAL(says("refused"), "1");
  CAF_CHECK(x.way_back.expired());
  // An answer that is late has nobody to go to.
  answer_late(mkt, script->unanswered.at(0), std::uint64_t{1});
  CAF_CHECK_EQUAL(x.answers->size(), 1u);
}

CAF_TEST(what says nothing of the ticks leaves it open whether they count) {
  for (const auto& why :
       {caf::make_error(caf::sec::request_timeout),
        caf::make_error(caf::sec::runtime_error, std::string{"out of luck"}),
        caf::make_error(caf::exit_reason::user_shutdown)}) {
    CAF_MESSAGE(to_string(why));
    script->answer = [why](const tick_batch&) { return why; };
    sender x;
    send(x, {trade("AAPL", 1)});
    consume_messages();
    auto told = refused_to(x);
    CAF_CHECK(told.code == errc::unsure);
    CAF_CHECK_EQUAL(told.type, "unsure");
    CAF_CHECK(told == unsure_of_ticks(to_refusal(why).message));
  }
}

CAF_TEST(everybody gets the answer to what they sent) {
  sender a;
  sender b;
  sender c;
  send(a, {trade("A", 1)});
  send(b, {trade("A", 1), trade("B", 1)});
  send(c, {trade("C", 1)});
  consume_messages();
  CAF_REQUIRE_EQUAL(script->unanswered.size(), 3u);
  answer_late(mkt, script->unanswered[2],
              make_error(errc::invalid, "not that one"));
  CAF_CHECK(refused_to(c).message == "not that one");
  CAF_CHECK(a.answers->empty());
  answer_late(mkt, script->unanswered[1], std::uint64_t{2});
  answer_late(mkt, script->unanswered[0], std::uint64_t{1});
  CAF_CHECK_EQUAL(accepted_by(a), 1u);
  CAF_CHECK_EQUAL(accepted_by(b), 2u);
  CAF_CHECK_EQUAL(says("batches"), "3");
  CAF_CHECK_EQUAL(says("refused"), "1");
}

CAF_TEST(who is left without an answer learns it by that) {
  sender x;
  send(x, {trade("AAPL", 1)});
  consume_messages();
  CAF_CHECK(!x.way_back.expired());
  end(in);
  CAF_CHECK(x.answers->empty());
  CAF_CHECK(x.way_back.expired());
}

CAF_TEST(the market hears what happens to feeds) {
  self->send(in, feed_atom_v, feed_id{source::socket, 3}, true,
             std::string{"192.0.2.1:5000"});
  self->send(in, refuse_atom_v, feed_id{source::post}, std::string{"A"},
             std::string{"no price"}, std::uint64_t{7});
  self->send(in, feed_atom_v, feed_id{source::socket, 3}, false, std::string{});
  self->send(in, gone_atom_v, feed_id{source::socket, 4});
  consume_messages();
  CAF_CHECK_EQUAL(script->heard,
                  (strings{"socket-3 up", "post refused A: no price (7)",
                           "socket-3 down", "socket-4 gone"}));
}

CAF_TEST(too many ticks under way are refused at once) {
  sender first;
  // However many they are, there are none but these.
  send(first,
       std::vector<tick>(ingress_state::max_under_way + 1, trade("A", 1)));
  consume_messages();
  CAF_CHECK(first.answers->empty());
  sender second;
  send(second, {trade("AAPL", 1)});
  consume_messages();
  auto why = refused_to(second);
  CAF_CHECK(why.code == errc::unavailable);
  CAF_CHECK_EQUAL(why.type, "busy");
  CAF_CHECK(second.way_back.expired());
  // Who has waited too long is answered; his ticks are under way still.
  pass(10s);
  CAF_CHECK_EQUAL(first.answers->size(), 1u);
  sender third;
  send(third, {trade("AAPL", 1)});
  consume_messages();
  CAF_CHECK_EQUAL(refused_to(third).type, "busy");
  answer_late(mkt, script->unanswered.at(0), std::uint64_t{1});
  CAF_CHECK_EQUAL(says("ticks_under_way"), "0");
  sender fourth;
  send(fourth, {trade("AAPL", 1)});
  consume_messages();
  CAF_CHECK(fourth.answers->empty());
}

CAF_TEST_FIXTURE_SCOPE_END()
