#define CAF_SUITE actors.cluster.relay

#include "livegrid/actors/cluster/relay.hpp"

#include <string>
#include <vector>

#include "actor_fixture.hpp"
#include "made_row.hpp"

using namespace livegrid;
using namespace livegrid::test;

namespace {

/// What came over, and answers that are still owed.
struct inlet_script {
  std::vector<row_batch> batches;
  std::vector<caf::typed_response_promise<std::uint64_t>> owed;
};

inlet_actor::behavior_type slow_inlet(inlet_actor::pointer self,
                                      std::shared_ptr<inlet_script> script) {
  return {
    [self, script](relay_atom, std::uint64_t, const row_batch& rows) {
      script->batches.emplace_back(rows);
      auto to = self->make_response_promise<std::uint64_t>();
      script->owed.emplace_back(to);
      return to;
    },
  };
}

class relay_fixture : public actor_fixture {
public:
  std::shared_ptr<inlet_script> far = std::make_shared<inlet_script>();
  inlet_actor inlet = own(sys.spawn(slow_inlet, far));
  relay_actor out = own(sys.spawn(relay, inlet, std::uint64_t{7}, stats));

  relay_fixture() {
    consume_messages();
  }

  void give(std::string_view symbol, std::uint64_t version) {
    self->send(out, row_batch{{make_row(symbol, version, {})}});
  }

  void answer_all() {
    for (auto& to : std::exchange(far->owed, {}))
      answer_late(inlet, to, std::uint64_t{1});
  }

  std::size_t rows_over() const {
    std::size_t result = 0;
    for (const auto& x : far->batches)
      result += x.rows.size();
    return result;
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(relay_tests, relay_fixture)

CAF_TEST(what comes together goes in one message) {
  for (std::uint64_t i = 1; i <= 5; ++i)
    give("A", i);
  consume_messages();
  CAF_REQUIRE_EQUAL(far->batches.size(), 1u);
  CAF_CHECK_EQUAL(far->batches[0].rows.size(), 5u);
  CAF_CHECK_EQUAL(stats->relay_rows, 5u);
  CAF_CHECK_EQUAL(stats->relay_batches, 1u);
}

CAF_TEST(no more messages are under way than are answered) {
  for (std::uint64_t i = 1; i <= 40; ++i) {
    give("A", i);
    consume_messages();
  }
  CAF_CHECK_EQUAL(far->batches.size(), 16u);
  answer_all();
  // The rest in one, since it had come together.
  CAF_CHECK_EQUAL(far->batches.size(), 17u);
  CAF_CHECK_EQUAL(rows_over(), 40u);
  for (std::size_t i = 1; i < far->batches.size(); ++i)
    CAF_CHECK(far->batches[i - 1].rows.back()->version()
              < far->batches[i].rows.front()->version());
}

CAF_TEST(far behind only the newest row of a symbol waits) {
  constexpr std::uint64_t many = 70'000;
  for (std::uint64_t i = 1; i <= 16; ++i) {
    give("A", i);
    consume_messages();
  }
  row_batch big;
  for (std::uint64_t i = 17; i <= many; ++i)
    big.rows.emplace_back(make_row(i % 2 ? "A" : "B", i, {}));
  self->send(out, big);
  consume_messages();
  CAF_CHECK_EQUAL(stats->relay_merged, many - 16 - 2);
  answer_all();
  CAF_REQUIRE_EQUAL(far->batches.size(), 17u);
  CAF_REQUIRE_EQUAL(far->batches.back().rows.size(), 2u);
  CAF_CHECK_EQUAL(far->batches.back().rows[0]->version(), many - 1);
  CAF_CHECK_EQUAL(far->batches.back().rows[1]->version(), many);
}

CAF_TEST_FIXTURE_SCOPE_END()
