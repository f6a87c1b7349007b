#define CAF_SUITE actors.base.error

#include "livegrid/actors/base/error.hpp"

#include <string>
#include <vector>

#include <caf/exit_reason.hpp>

#include "wire.hpp"

#include "unit_test.hpp"

using namespace livegrid;
using livegrid::test::load;
using livegrid::test::save;

namespace {

refusal sample() {
  return {errc::invalid, 3, "price", "must be greater than 0", "greater_than"};
}

CAF_TEST(codes have names) {
  CAF_CHECK_EQUAL(to_string(errc::malformed), "malformed");
  CAF_CHECK_EQUAL(to_string(errc::invalid), "invalid");
  CAF_CHECK_EQUAL(to_string(errc::too_big), "too_big");
  CAF_CHECK_EQUAL(to_string(errc::unavailable), "unavailable");
  CAF_CHECK_EQUAL(to_string(errc::timed_out), "timed_out");
  CAF_CHECK_EQUAL(to_string(errc::moved), "moved");
  CAF_CHECK_EQUAL(to_string(errc::forbidden), "forbidden");
  CAF_CHECK_EQUAL(to_string(errc::limited), "limited");
  CAF_CHECK_EQUAL(to_string(errc::unsure), "unsure");
}

CAF_TEST(an error carries its refusal) {
  auto err = make_error(sample());
  CAF_CHECK(err.category() == caf::atom("livegrid"));
  CAF_CHECK_EQUAL(err.code(), static_cast<std::uint8_t>(errc::invalid));
  CAF_CHECK(to_refusal(err) == sample());
}

CAF_TEST(an error of a code and a message) {
  auto x = to_refusal(make_error(errc::too_big, "over 1 MiB"));
  CAF_CHECK(x.code == errc::too_big);
  CAF_CHECK_EQUAL(x.message, "over 1 MiB");
  CAF_CHECK_EQUAL(x.element, -1);
  CAF_CHECK_EQUAL(x.field, "");
  CAF_CHECK_EQUAL(x.type, "value_error");
}

CAF_TEST(errors of others become refusals) {
  struct {
    caf::error err;
    errc code;
    const char* part; // of the message
  } cases[] = {
    {caf::sec::request_timeout, errc::timed_out, "no answer in time"},
    {caf::sec::request_receiver_down, errc::unavailable,
     "request_receiver_down"},
    {caf::make_error(caf::sec::runtime_error, std::string{"out of luck"}),
     errc::unavailable, "out of luck"},
    {caf::exit_reason::user_shutdown, errc::unavailable, "user_shutdown"},
    {caf::error{7, caf::atom("other")}, errc::unavailable, "other"},
    {caf::error{2, caf::atom("livegrid")}, errc::unavailable, "livegrid"},
  };
  for (const auto& c : cases) {
    auto x = to_refusal(c.err);
    CAF_MESSAGE(x.message);
    CAF_CHECK(x.code == c.code);
    CAF_CHECK_NOT_EQUAL(x.message.find(c.part), std::string::npos);
    CAF_CHECK_EQUAL(x.element, -1);
  }
}

CAF_TEST(refusals cross nodes) {
  refusal x;
  CAF_REQUIRE_EQUAL(load(save(sample()), x), caf::none);
  CAF_CHECK(x == sample());
}

CAF_TEST(a refusal of an unknown code does not load) {
  for (int code : {0, 10, 255}) {
    auto x = sample();
    x.code = static_cast<errc>(code);
    refusal y;
    CAF_CHECK_EQUAL(load(save(x), y), caf::sec::invalid_argument);
  }
}

} // namespace
