#define CAF_SUITE http.routes.refusal_sums

#include "livegrid/http/routes/refusal_sums.hpp"

#include <memory>
#include <string>
#include <vector>

#include "actor_fixture.hpp"

using namespace livegrid;
using namespace livegrid::test;

namespace {

ingress_actor::behavior_type listener(ingress_actor::pointer,
                                      std::shared_ptr<strings> heard) {
  return {
    [](publish_atom, tick_batch&, const replier_ptr&) {},
    [](feed_atom, const feed_id&, bool, const std::string&) {},
    [](gone_atom, const feed_id&) {},
    [heard](refuse_atom, const feed_id& from, const std::string& symbol,
            const std::string& why, std::uint64_t n) {
      heard->emplace_back(from.str() + ' ' + symbol + ' ' + why + ' '
                          + std::to_string(n));
    },
    [](check_atom) {},
    [](load_atom) { return actor_load{}; },
    [](status_atom) { return actor_status{}; },
  };
}

struct fixture : actor_fixture {
  asio::io_context context{1};
  std::shared_ptr<strings> heard = std::make_shared<strings>();
  std::shared_ptr<refusal_sums> sums =
    std::make_shared<refusal_sums>(context, own(sys.spawn(listener, heard)));

  /// What is told in this turn of the loop.
  strings turn() {
    context.restart();
    context.poll();
    consume_messages();
    return std::exchange(*heard, {});
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(refusal_sums_tests, fixture)

CAF_TEST(however many are refused in one turn it is told once) {
  feed_id post{source::post};
  feed_id socket{source::socket, 7};
  for (int i = 0; i < 10'000; ++i)
    sums->note(socket, "", "no JSON " + std::to_string(i));
  sums->note(post, "A", "no price");
  sums->note(socket, "A", "no price");
  consume_messages();
  CAF_CHECK(heard->empty());
  CAF_CHECK_EQUAL(turn(),
                  (strings{"post A no price 1", "socket-7  no JSON 9999 10000",
                           "socket-7 A no price 1"}));
  CAF_CHECK(turn().empty());
  sums->note(post, "B", "no price");
  CAF_CHECK_EQUAL(turn(), strings{"post B no price 1"});
}

CAF_TEST(of many symbols in one turn the first are told apart) {
  for (int i = 0; i < 1000; ++i)
    sums->note({source::post}, "S" + std::to_string(i), "no price");
  auto all = turn();
  CAF_CHECK_EQUAL(all.size(), 65u);
  CAF_CHECK_EQUAL(all.front(), "post  no price 936");
}

CAF_TEST_FIXTURE_SCOPE_END()
