#define CAF_SUITE actors.cluster.links

#include "livegrid/actors/cluster/links.hpp"

#include "members.hpp"

#include "actor_fixture.hpp"

using namespace livegrid;
using namespace livegrid::test;
using namespace std::chrono_literals;

namespace {

class links_fixture : public actor_fixture {
public:
  links peers;

  /// Somebody who could be spoken to.
  peer_actor make_peer() {
    auto mute = sys.spawn([](caf::event_based_actor* me) {
      me->set_default_handler(caf::skip);
      return caf::behavior{[](caf::unit_t) {}};
    });
    return own(caf::actor_cast<peer_actor>(mute));
  }

  static caf::strong_actor_ptr ptr_of(const peer_actor& x) {
    return caf::actor_cast<caf::strong_actor_ptr>(x);
  }

  member_link& link_to(const std::string& name, bool owns = true) {
    return peers.add(make_member(name, owns)).first;
  }

  /// In milliseconds; -1 for none.
  static long pause_of(const std::string& name, bool listed,
                       std::chrono::milliseconds pause, unsigned losses = 0) {
    member_link x;
    x.losses = losses;
    auto result = links::pause_before(name, x, "b", listed, pause);
    return result ? static_cast<long>(result->count()) : -1;
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(links_tests, links_fixture)

// -- who is there -------------------------------------------------------------

CAF_TEST(a member is linked once) {
  auto [x, fresh] = peers.add(make_member("b"));
  CAF_CHECK(fresh);
  CAF_CHECK(x.owns_symbols && x.may_hold);
  CAF_CHECK(!x.up());
  CAF_CHECK(!peers.add(make_member("b", false)).second);
  CAF_CHECK(x.owns_symbols);
  CAF_CHECK(peers.find("b") == &x);
  CAF_CHECK(peers.find("c") == nullptr);
  peers.remove("b");
  CAF_CHECK(peers.find("b") == nullptr);
}

CAF_TEST(a member is found by its instance and its number) {
  link_to("b");
  auto& c = link_to("c");
  CAF_CHECK_EQUAL(c.node, 0xccccccccccccccccu);
  CAF_REQUIRE(peers.find_node(c.node) != nullptr);
  CAF_CHECK_EQUAL(peers.find_node(c.node)->first, "c");
  CAF_CHECK_EQUAL(peers.find_instance(c.instance)->first, "c");
  CAF_CHECK(peers.find_node(1) == nullptr);
  CAF_CHECK(peers.find_instance("c") == nullptr);
}

CAF_TEST(a number of a node is never that of none) {
  CAF_CHECK_EQUAL(links::node_of(std::string(32, '0')), 1u);
  CAF_CHECK_EQUAL(links::node_of("00000000000000ff" + std::string(16, '1')),
                  0xffu);
  CAF_CHECK_EQUAL(links::node_of("ff"), 0xffu);
}

CAF_TEST(it is known whether another member owns symbols) {
  CAF_CHECK(!peers.any_owner());
  link_to("g", false);
  CAF_CHECK(!peers.any_owner());
  link_to("b");
  CAF_CHECK(peers.any_owner());
}

// -- ways ---------------------------------------------------------------------

CAF_TEST(each way has a number of its own) {
  auto& b = link_to("b");
  auto& c = link_to("c");
  CAF_CHECK(!peers.way_to("b"));
  CAF_CHECK(!peers.way_to("d"));
  peers.raise(b, make_peer(), now());
  peers.raise(c, make_peer(), now());
  CAF_CHECK_EQUAL(*peers.way_to("b"), 1u);
  CAF_CHECK_EQUAL(*peers.way_to("c"), 2u);
  CAF_CHECK_EQUAL(peers.names_up(), (strings{"b", "c"}));
  links::lower(b);
  CAF_CHECK(!peers.way_to("b"));
  CAF_CHECK_EQUAL(peers.names_up(), strings{"c"});
  CAF_CHECK_EQUAL(peers.names(), (strings{"b", "c"}));
  peers.raise(b, make_peer(), now());
  CAF_CHECK_EQUAL(*peers.way_to("b"), 3u);
}

CAF_TEST(who speaks over a way is known as long as there is one) {
  auto& b = link_to("b");
  auto peer = make_peer();
  CAF_CHECK(peers.of_way(ptr_of(peer)) == nullptr);
  peers.raise(b, peer, now());
  CAF_CHECK(peers.of_way(ptr_of(peer)) == &b);
  CAF_CHECK(peers.of_way(ptr_of(make_peer())) == nullptr);
  CAF_CHECK(peers.of_way(nullptr) == nullptr);
  links::lower(b);
  CAF_CHECK(peers.of_way(ptr_of(peer)) == nullptr);
}

CAF_TEST(what was said over a way is void without it) {
  auto& b = link_to("b");
  peers.raise(b, make_peer(), now());
  b.wishes.add(name_of("X"));
  b.audited = true;
  b.differs_since = now();
  links::lower(b);
  CAF_CHECK(b.wishes == wish_digest{});
  CAF_CHECK(!b.audited);
  CAF_CHECK(!b.differs_since);
}

CAF_TEST(feeds are those of whoever has told of them) {
  auto& b = link_to("b");
  auto peer = make_peer();
  auto foreign = make_peer();
  CAF_CHECK(peers.feeds_of(ptr_of(peer)) == nullptr);
  peers.raise(b, peer, now());
  CAF_CHECK(peers.feeds_of(ptr_of(peer)) == &b.feeds);
  CAF_CHECK(peers.feeds_of(ptr_of(foreign)) == nullptr);
  peers.strangers()["c"].peer = foreign;
  CAF_CHECK(peers.feeds_of(ptr_of(foreign)) == &peers.strangers()["c"].feeds);
}

CAF_TEST(members that see others are counted after a while) {
  auto& b = link_to("b");
  link_to("c");
  b.differs_since = now();
  CAF_CHECK_EQUAL(peers.differing_for(3s, now() + 2s), 0u);
  CAF_CHECK_EQUAL(peers.differing_for(3s, now() + 3s), 1u);
}

// -- dialing ------------------------------------------------------------------

CAF_TEST(of two the one whose name comes first is dialed later) {
  CAF_CHECK_EQUAL(pause_of("c", false, 0ms), -1);
  CAF_CHECK_EQUAL(pause_of("c", false, 300ms), 300);
  CAF_CHECK_EQUAL(pause_of("a", false, 0ms), 6000);
  CAF_CHECK_EQUAL(pause_of("a", false, 300ms), 6000);
}

CAF_TEST(with a list the roll - call has time to find a member) {
  CAF_CHECK_EQUAL(pause_of("c", true, 0ms), 1000);
  CAF_CHECK_EQUAL(pause_of("c", true, 300ms), 1000);
  CAF_CHECK_EQUAL(pause_of("a", true, 0ms), 6000);
}

CAF_TEST(the second waits longer with each loss up to a limit) {
  CAF_CHECK_EQUAL(pause_of("a", false, 0ms, 1), 12000);
  CAF_CHECK_EQUAL(pause_of("a", false, 0ms, 3), 48000);
  CAF_CHECK_EQUAL(pause_of("a", false, 0ms, 4), 48000);
}

CAF_TEST(a loss counts if the way did not last) {
  auto& b = link_to("b");
  peers.raise(b, make_peer(), now());
  links::note_loss(b, now() + 9s);
  CAF_CHECK_EQUAL(b.losses, 1u);
  links::note_loss(b, now() + 9s);
  CAF_CHECK_EQUAL(b.losses, 2u);
  links::note_loss(b, now() + 10s);
  CAF_CHECK_EQUAL(b.losses, 0u);
}

CAF_TEST_FIXTURE_SCOPE_END()
