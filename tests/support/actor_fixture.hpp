#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "livegrid/actors.hpp"
#include "livegrid/actors/base/log.hpp"
#include "livegrid/actors/market/market.hpp"
#include "livegrid/actors/stats/counters.hpp"

#include "actor_config.hpp"
#include "fakes.hpp"
#include "ticks.hpp"

// Like CAF's own test headers it needs CAF_SUITE, and comes last: the lower
// case macros of the DSL would spoil whatever follows.

#ifndef FAIL
#define FAIL CAF_FAIL
#endif

#include "caf/test/dsl.hpp"

#include "unit_test.hpp"

// Each suite would make it anew otherwise.
extern template class test_coordinator_fixture<livegrid::test::actor_config>;

namespace livegrid::test {

/// A time of day that stands still.
inline timestamp test_clock() {
  return timestamp{std::chrono::seconds{1'700'000'000}};
}

/// Runs actors one message at a time, and time only as the test says.
class actor_fixture : public test_coordinator_fixture<actor_config> {
public:
  counters_ptr stats = std::make_shared<counters>();

  /// Says nothing but errors.
  log_ptr quiet = std::make_shared<logger>(log_level::error);

  actor_fixture();

  ~actor_fixture() override;

  /// Ends the actor with the test: one that always waits for its next turn
  /// would go on for ever.
  template <class Handle>
  Handle own(Handle x) {
    ours_.emplace_back(caf::actor_cast<caf::strong_actor_ptr>(x));
    return x;
  }

  market_config market_of(std::vector<tick> first, std::uint64_t max_symbols);

  fanout_actor make_fanout(const std::shared_ptr<fanout_script>& script);

  market_actor make_market(const std::shared_ptr<market_script>& script);

  symbol_actor make_symbol(const std::shared_ptr<symbol_script>& script);

  /// Ends an actor, and lets everybody hear of it.
  template <class Handle>
  void end(const Handle& x) {
    caf::anon_send_exit(x, caf::exit_reason::user_shutdown);
    consume_messages();
  }

  /// Lets that much time go by at once, and everybody do what is due then.
  void pass(caf::timespan x) {
    advance_time(x);
    consume_messages();
  }

  std::chrono::steady_clock::time_point now() {
    return sched.clock().now();
  }

  /// Asks, and returns the answer, which must come without time going by.
  template <class T, class Handle, class... Ts>
  caf::expected<T> ask(const Handle& whom, Ts... what) {
    auto asked = self->request(whom, caf::infinite, std::move(what)...);
    consume_messages();
    return fetch<T>(asked);
  }

  /// The answer to what was asked before, which must have come.
  template <class T, class Asked>
  caf::expected<T> fetch(Asked& asked) {
    CAF_REQUIRE(!self->mailbox().empty());
    caf::expected<T> result{caf::sec::runtime_error};
    asked.receive([&](T& x) { result = std::move(x); },
                  [&](caf::error& x) { result = std::move(x); });
    return result;
  }

  /// Answers a question that `whom` has kept open.
  template <class Handle, class Promise, class T>
  void answer_late(const Handle& whom, Promise& to, T what) {
    // It does not run now: the unit that it ran on last is no more.
    deref<caf::local_actor>(whom).context(nullptr);
    to.deliver(std::move(what));
    consume_messages();
  }

  /// Whether an answer or a message waits for the test itself.
  bool heard() {
    return !self->mailbox().empty();
  }

private:
  std::vector<caf::strong_actor_ptr> ours_;
};

/// The value of a fact, or `no such fact`.
std::string fact(const actor_status& x, std::string_view key);

using strings = std::vector<std::string>;

} // namespace livegrid::test
