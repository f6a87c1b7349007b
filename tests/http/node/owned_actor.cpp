#define CAF_SUITE http.node.owned_actor

#include "livegrid/http/node/owned_actor.hpp"

#include <memory>

#include "listening_ingress.hpp"

#include "actor_fixture.hpp"

using namespace livegrid;
using namespace livegrid::test;

CAF_TEST_FIXTURE_SCOPE(owned_actor_tests, actor_fixture)

CAF_TEST(an actor ends with its owner though others have handles of it) {
  auto script = std::make_shared<ingress_script>();
  auto actor = sys.spawn(listening_ingress, script);
  auto tell = [&] {
    caf::anon_send(actor, gone_atom_v, feed_id{source::post});
    consume_messages();
  };
  {
    owned_actor<ingress_actor> owner{actor};
    CAF_CHECK(owner.get() == actor);
    tell();
    CAF_CHECK_EQUAL(script->told.size(), 1u);
  }
  consume_messages();
  tell();
  CAF_CHECK_EQUAL(script->told.size(), 1u);
}

CAF_TEST_FIXTURE_SCOPE_END()
