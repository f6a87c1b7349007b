#define CAF_SUITE actors.operator.console_close

#include "livegrid/actors/operator/console_close.hpp"

#include <string>

#include "console_fixture.hpp"

using namespace livegrid;
using namespace livegrid::test;

CAF_TEST_FIXTURE_SCOPE(console_close_tests, console_fixture)

CAF_TEST(a subscriber can be closed) {
  open();
  auto reasons = add_subscriber();
  CAF_CHECK_EQUAL(note_of("close 7"),
                  "1 viewer affected; closing subscriber 7: closed by the "
                  "operator");
  CAF_CHECK_EQUAL(note_of("close 7 too much for us"),
                  "1 viewer affected; closing subscriber 7: too much for us");
  CAF_CHECK_EQUAL(*reasons,
                  (strings{"closed by the operator", "too much for us"}));
  CAF_CHECK_EQUAL(refusal_of("close 8"), "there is no subscriber 8");
  CAF_CHECK_EQUAL(refusal_of("close 7 " + std::string(124, 'x')),
                  "the reason is over 123 bytes");
}

CAF_TEST(whom a close would affect can be asked) {
  open();
  auto reasons = add_subscriber();
  CAF_CHECK_EQUAL(note_of("close 7 too much --ask"), "1 viewer affected");
  CAF_CHECK_EQUAL(*reasons, strings{});
  CAF_CHECK_EQUAL(refusal_of("close 8 --ask"), "there is no subscriber 8");
}

CAF_TEST_FIXTURE_SCOPE_END()
