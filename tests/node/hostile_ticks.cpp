#define CAF_SUITE node.hostile_ticks

// What ticks cost that the node has taken in and not answered.

#include <string>
#include <vector>

#include "console_program.hpp"
#include "tcp_socket.hpp"

#include "unit_test.hpp"

using namespace livegrid::test;

namespace {

/// More than half of what may be under way.
constexpr int many = 60'000;

std::string many_ticks() {
  std::string result;
  for (int i = 0; i < many; ++i)
    result += "{\"symbol\":\"S" + std::to_string(i) + "\",\"price\":1}\n";
  return result;
}

std::string free_port() {
  return std::to_string(port_holder{}.port());
}

/// A node of a cluster that is not there: its ticks wait for an owner.
struct waiting_node : console_fixture {
  waiting_node()
    : console_fixture({"--market.feed=none", example_symbols(),
                       "--http.max-body=16MiB", "--market.max-symbols=1000000",
                       "--cluster.etcd=http://127.0.0.1:1",
                       "--cluster.port=" + free_port()}) {
    // nop
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(hostile_ticks_tests, waiting_node)

CAF_TEST(more ticks than may be under way are refused at once) {
  auto body = many_ticks();
  http_client first{node.port()};
  first.send(request_bytes("POST", "/ticks", {}, body));
  wait_until("the first ones to be under way", [&] {
    return fact(answer("status"), "ingress", "ticks_under_way")
           == std::to_string(many);
  });
  auto second = node.post(body);
  CAF_CHECK_EQUAL(second.status, 503);
  CAF_CHECK_EQUAL(second.header("Retry-After"), "1");
  CAF_CHECK(contains(second.body, "ticks under way"));
  // The first ones were not, and are told what became of them.
  CAF_CHECK_EQUAL(first.read().status, 503);
  CAF_CHECK_EQUAL(fact(answer("status"), "ingress", "ticks_under_way"), "0");
}

CAF_TEST(where nobody owns a symbol it is not said to be unknown) {
  auto x = node.get("/live_grid_data?symbol=AAPL");
  CAF_CHECK_EQUAL(x.status, 503);
  CAF_CHECK(contains(x.body, "no node owns AAPL now"));
}

CAF_TEST_FIXTURE_SCOPE_END()
