#define CAF_SUITE http.message.error_reply

#include "livegrid/http/message/error_reply.hpp"

#include <string>
#include <string_view>

#include "unit_test.hpp"

using namespace livegrid;

namespace {

CAF_TEST(error bodies) {
  refusal x;
  x.code = errc::malformed;
  x.message = "say \"what\"";
  CAF_CHECK_EQUAL(error_body(x), R"({"detail":"say \"what\""})");
  x.code = errc::too_big;
  x.element = 3;
  x.field = "price";
  CAF_CHECK_EQUAL(error_body(x), R"({"detail":"say \"what\""})");
  x.code = errc::invalid;
  x.message = "m";
  x.type = "greater_than";
  CAF_CHECK_EQUAL(
    error_body(x),
    R"({"detail":[{"loc":["body",3,"price"],"msg":"m","type":"greater_than"}]})");
  x.element = -1;
  CAF_CHECK_EQUAL(
    error_body(x, "query"),
    R"({"detail":[{"loc":["query","price"],"msg":"m","type":"greater_than"}]})");
  x.element = 0;
  x.field = "";
  CAF_CHECK_EQUAL(
    error_body(x),
    R"({"detail":[{"loc":["body",0],"msg":"m","type":"greater_than"}]})");
  x.code = errc::unsure;
  CAF_CHECK_EQUAL(error_body(x), R"({"detail":"m","type":"unsure"})");
}

} // namespace
