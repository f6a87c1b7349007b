#define CAF_SUITE http.connection.current_input

#include "livegrid/http/connection/current_input.hpp"

#include <memory>
#include <stdexcept>

#include <asio/io_context.hpp>

#include "livegrid/http/connection/byte_budget.hpp"
#include "livegrid/http/connection/http_input.hpp"

#include "unit_test.hpp"

using namespace livegrid;

namespace {

struct fixture {
  asio::io_context loop;
  connection_gate& gate = asio::use_service<connection_gate>(loop);
  std::shared_ptr<byte_budget> budget = std::make_shared<byte_budget>(1000);
  head_taker on_head;

  std::shared_ptr<http_input> input() {
    return std::make_shared<http_input>(10, budget, "owner", "peer", "address",
                                        on_head);
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(current_input_tests, fixture)

CAF_TEST(an input is current within its scope and none is without one) {
  auto x = input();
  CAF_CHECK(gate.current() == nullptr);
  {
    current_input scope{gate, x};
    CAF_CHECK(gate.current() == x);
  }
  CAF_CHECK(gate.current() == nullptr);
  CAF_CHECK_EQUAL(x.use_count(), 1);
}

CAF_TEST(an inner scope gives way to the outer one) {
  auto outer = input();
  auto inner = input();
  current_input first{gate, outer};
  {
    current_input second{gate, inner};
    CAF_CHECK(gate.current() == inner);
  }
  CAF_CHECK(gate.current() == outer);
}

CAF_TEST(a scope that an exception leaves ends like others) {
  try {
    current_input scope{gate, input()};
    throw std::runtime_error("a handler that fails");
  } catch (const std::runtime_error&) {
    CAF_CHECK(gate.current() == nullptr);
  }
}

CAF_TEST_FIXTURE_SCOPE_END()
