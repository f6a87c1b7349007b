#define CAF_SUITE http.connection.io_loop

#include "livegrid/http/connection/io_loop.hpp"

#include <future>
#include <thread>

#include <asio/post.hpp>

#include "unit_test.hpp"

using namespace livegrid;

namespace {

struct fixture {
  caf::actor_system_config cfg;
  caf::actor_system sys{cfg};
  io_loop loop{sys};

  /// Whether what is posted runs on the loop.
  bool runs_here() {
    std::promise<bool> here;
    asio::post(loop.context(), [&] { here.set_value(loop.here()); });
    return here.get_future().get();
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(io_loop_tests, fixture)

CAF_TEST(a loop runs what it is given on a thread of its own) {
  loop.start();
  CAF_CHECK(!loop.here());
  CAF_CHECK(runs_here());
}

CAF_TEST(an actor that is woken on a loop runs there and wakes others there) {
  loop.start();
  std::promise<std::pair<bool, bool>> ran;
  // Lazy ones do not begin on a thread of CAF's before they are woken.
  auto second = sys.spawn<caf::lazy_init>(
    [&](caf::event_based_actor* self) -> caf::behavior {
      return {[&, self](bool first_was_here) {
        ran.set_value({first_was_here, loop.here()});
        self->quit();
      }};
    });
  auto first = sys.spawn<caf::lazy_init>(
    [&](caf::event_based_actor* self) -> caf::behavior {
      return {[&, self](int) {
        self->send(second, loop.here());
        self->quit();
      }};
    });
  asio::post(loop.context(), [&, first] {
    caf::actor_cast<caf::strong_actor_ptr>(first)->enqueue(
      nullptr, caf::make_message_id(), caf::make_message(1), &loop);
  });
  auto [first_here, second_here] = ran.get_future().get();
  CAF_CHECK(first_here);
  CAF_CHECK(second_here);
  sys.await_all_actors_done();
}

CAF_TEST(a loop may be stopped twice and without a start) {
  loop.stop();
  loop.start();
  CAF_CHECK(runs_here());
  loop.stop();
  loop.stop();
}

CAF_TEST_FIXTURE_SCOPE_END()
