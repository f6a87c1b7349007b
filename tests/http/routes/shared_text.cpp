#define CAF_SUITE http.routes.shared_text

#include "livegrid/http/routes/shared_text.hpp"

#include <atomic>
#include <future>
#include <new>
#include <string>
#include <thread>
#include <vector>

#include <asio/post.hpp>

#include "unit_test.hpp"

using namespace livegrid;

CAF_TEST(a text that takes long holds up nobody and is written for many) {
  caf::actor_system_config cfg;
  caf::actor_system sys{cfg};
  asio::io_context loop;
  std::vector<std::promise<void>> go(2);
  std::atomic<int> written = 0;
  std::atomic<std::thread::id> writer{};
  auto text = std::make_shared<shared_text>(sys, loop, [&] {
    auto n = written++;
    writer = std::this_thread::get_id();
    go[static_cast<std::size_t>(n)].get_future().wait();
    return std::to_string(n);
  });
  std::vector<std::promise<bytes_ptr>> got(4);
  auto ask = [&](std::size_t i) {
    text->ask([&, i](const bytes_ptr& x) { got[i].set_value(x); });
  };
  // The loop's thread is this one: it would not come back if it wrote.
  ask(0);
  for (std::size_t i = 1; i < 4; ++i)
    ask(i);
  go[0].set_value();
  auto first = got[0].get_future().get();
  CAF_CHECK_EQUAL(*first, "0");
  // Whoever asked later than it was begun gets the next, all of them one.
  auto keep = asio::make_work_guard(loop);
  std::thread runner{[&] { loop.run(); }};
  go[1].set_value();
  auto second = got[1].get_future().get();
  CAF_CHECK_EQUAL(*second, "1");
  CAF_CHECK(got[2].get_future().get() == second);
  CAF_CHECK(got[3].get_future().get() == second);
  CAF_CHECK(writer.load() != std::this_thread::get_id());
  sys.await_all_actors_done();
  keep.reset();
  runner.join();
  CAF_CHECK_EQUAL(written.load(), 2);
}

CAF_TEST(one that cannot be written does not keep the next from its turn) {
  caf::actor_system_config cfg;
  caf::actor_system sys{cfg};
  asio::io_context loop;
  auto keep = asio::make_work_guard(loop);
  std::thread runner{[&] { loop.run(); }};
  std::atomic<int> written = 0;
  auto text = std::make_shared<shared_text>(sys, loop, [&]() -> std::string {
    if (written++ == 0)
      throw std::bad_alloc{};
    return "x";
  });
  std::promise<void> gone;
  std::promise<bytes_ptr> got;
  asio::post(loop, [&] {
    std::shared_ptr<void> asker{nullptr, [&](void*) { gone.set_value(); }};
    text->ask([asker](const bytes_ptr&) {});
    text->ask([&](const bytes_ptr& x) { got.set_value(x); });
  });
  gone.get_future().wait();
  auto text_got = got.get_future().get();
  CAF_CHECK_EQUAL(*text_got, "x");
  sys.await_all_actors_done();
  keep.reset();
  runner.join();
}
