#define CAF_SUITE http.routes.question_gate

#include "livegrid/http/routes/question_gate.hpp"

#include <string>
#include <utility>
#include <vector>

#include "unit_test.hpp"

using namespace livegrid;

namespace {

struct fixture {
  asio::io_context loop;
  std::shared_ptr<question_gate> gate =
    std::make_shared<question_gate>(loop, 2);
  std::string begun;
  std::vector<question_gate::ticket> tickets;

  bool ask(const std::string& whose, char what) {
    return gate->enter(whose, [this, what](question_gate::ticket x) {
      begun += what;
      tickets.emplace_back(std::move(x));
    });
  }

  /// One of those under way has its answer.
  void answer() {
    tickets.erase(tickets.begin());
    loop.restart();
    loop.poll();
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(question_gate_tests, fixture)

CAF_TEST(few questions are under way at a time) {
  for (auto what : {'1', '2', '3', '4'})
    CAF_CHECK(ask("a", what));
  CAF_CHECK_EQUAL(begun, "12");
  CAF_CHECK_EQUAL(gate->waiting(), 2u);
  answer();
  CAF_CHECK_EQUAL(begun, "123");
  answer();
  answer();
  answer();
  CAF_CHECK_EQUAL(begun, "1234");
  CAF_CHECK(ask("a", '5'));
  CAF_CHECK_EQUAL(begun, "12345");
}

CAF_TEST(who asks much waits for himself) {
  for (auto what : {'1', '2', '3', '4', '5', '6'})
    ask("a", what);
  ask("b", 'B');
  ask("c", 'C');
  ask("c", 'c');
  for (int i = 0; i < 7; ++i)
    answer();
  CAF_CHECK_EQUAL(begun, "123BC4c56");
}

CAF_TEST(no more wait than may) {
  ask("a", '1');
  ask("a", '2');
  for (std::size_t i = 0; i < question_gate::max_waiting; ++i)
    CAF_CHECK(ask("a", 'x'));
  CAF_CHECK(!ask("a", 'y'));
  CAF_CHECK(ask("b", 'B'));
  answer();
  CAF_CHECK(ask("a", 'z'));
}

CAF_TEST(an answer may come after the gate is gone) {
  ask("a", '1');
  gate.reset();
  answer();
  CAF_CHECK_EQUAL(begun, "1");
}

CAF_TEST_FIXTURE_SCOPE_END()
