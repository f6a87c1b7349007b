#define CAF_SUITE http.routes.refusal_sums

#include "livegrid/http/routes/refusal_sums.hpp"

#include <memory>
#include <string>
#include <vector>

#include "listening_ingress.hpp"

#include "actor_fixture.hpp"

using namespace livegrid;
using namespace livegrid::test;

namespace {

struct fixture : actor_fixture {
  asio::io_context context{1};
  std::shared_ptr<ingress_script> script = std::make_shared<ingress_script>();
  std::shared_ptr<refusal_sums> sums = std::make_shared<refusal_sums>(
    context, own(sys.spawn(listening_ingress, script)));

  /// What is told in this turn of the loop.
  strings turn() {
    context.restart();
    context.poll();
    consume_messages();
    return std::exchange(script->told, {});
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
  CAF_CHECK(script->told.empty());
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
