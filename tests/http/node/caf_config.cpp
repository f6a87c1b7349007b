#define CAF_SUITE http.node.caf_config

#include "livegrid/http/node/caf_config.hpp"

#include <caf/io/all.hpp>

#include "unit_test.hpp"

using namespace livegrid;

CAF_TEST(a node that is alone opens no way to others) {
  caf_config config{settings{}};
  caf::actor_system sys{config};
  CAF_CHECK(!sys.has_middleman());
}

CAF_TEST(a node of a cluster hears soon of one that has vanished) {
  settings values;
  values.cluster.join = "127.0.0.1:1";
  caf_config config{values};
  caf::actor_system sys{config};
  CAF_CHECK(sys.has_middleman());
  CAF_CHECK(
    caf::get_or(config, "middleman.connection-timeout", caf::timespan{0})
    == caf::timespan{std::chrono::seconds{2}});
}
