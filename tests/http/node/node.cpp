#define CAF_SUITE http.node.node

#include "livegrid/http/node/node.hpp"

#include <memory>
#include <string>

#include "livegrid/actors/base/log.hpp"
#include "livegrid/actors/stats/counters.hpp"
#include "livegrid/http/node/caf_config.hpp"
#include "temp_file.hpp"

#include "unit_test.hpp"

using namespace livegrid;
using namespace livegrid::test;

namespace {

struct fixture {
  settings values;
  caf_config config{values};
  caf::actor_system sys{config};

  fixture() {
    values.log.level = "off";
    values.http.port = 0;
    values.console.port = 0;
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(node_tests, fixture)

CAF_TEST(a file that is wrong keeps a node from starting) {
  values.http.widgets_file = "/nowhere/widgets.json";
  CAF_CHECK_EQUAL(run_node(sys, values), 2);
}

CAF_TEST(an address that cannot be had ends a node with all its actors) {
  values.http.address = "192.0.2.1";
  CAF_CHECK_EQUAL(run_node(sys, values), 1);
  CAF_CHECK_EQUAL(sys.registry().running(), 0u);
}

CAF_TEST(a file that is wrong when it is read again ends a node) {
  values.market.feed = "none";
  values.http.tls_cert = "/nowhere/cert.pem";
  values.http.tls_key = "/nowhere/key.pem";
  CAF_CHECK_EQUAL(run_node(sys, values), 2);
  CAF_CHECK_EQUAL(sys.registry().running(), 0u);
}

CAF_TEST(a node that never runs ends all that it has started) {
  auto log = std::make_shared<logger>(log_level::error);
  auto input = read_inputs(values, log);
  CAF_REQUIRE(input);
  {
    node x{sys, values, *std::move(input), std::make_shared<counters>(), log};
    CAF_CHECK(sys.registry().running() > 0);
  }
  CAF_CHECK_EQUAL(sys.registry().running(), 0u);
}

CAF_TEST_FIXTURE_SCOPE_END()
