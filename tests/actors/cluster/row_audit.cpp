#define CAF_SUITE actors.cluster.row_audit

#include "livegrid/actors/cluster/row_audit.hpp"

#include <set>

#include "held_rows.hpp"

using namespace livegrid;
using namespace livegrid::test;
using namespace std::chrono_literals;

namespace {

class audit_fixture : public held_rows_fixture {
public:
  row_audit audit{symbols, rows};
  row_sink_actor viewer = make_fanout(std::make_shared<fanout_script>());
  std::size_t next = 0;

  void watch(const std::string& symbol) {
    rows.watch(names_of({symbol}), viewer);
  }

  /// The owner has that version of the symbol, in epoch 5. Returns whether the
  /// row has to be asked for again.
  bool note(const std::string& symbol, std::uint64_t version) {
    return !audit.note(names_of({symbol}), {5, version}, now()).empty();
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(row_audit_tests, audit_fixture)

CAF_TEST(its owner is asked for what somebody looks at) {
  watch(x);
  watch(y);
  rows.hold(row_of(symbols_of("a", 2)[1], 5, 1));
  CAF_CHECK(audit.next_for("a", next) == names_of({x}));
  CAF_CHECK(audit.next_for("b", next) == names_of({y}));
  rows.watch_all(viewer);
  CAF_CHECK_EQUAL(audit.next_for("a", next).size(), 2u);
  CAF_MESSAGE("but not for what is here");
  symbols.bring({.ticks = {trade(x, 1)}});
  CAF_CHECK_EQUAL(audit.next_for("a", next).size(), 1u);
}

CAF_TEST(a row that does not come is asked for again once) {
  watch(x);
  CAF_CHECK(!note(x, 1));
  CAF_CHECK_EQUAL(audit.size(), 1u);
  CAF_CHECK(!note(x, 1));
  pass(1s);
  CAF_CHECK(note(x, 1));
  CAF_CHECK(!note(x, 1));
  CAF_CHECK_EQUAL(audit.missing_for(3s, now()), 0u);
  pass(2s);
  CAF_CHECK_EQUAL(audit.missing_for(3s, now()), 1u);
  audit.clear();
  CAF_CHECK_EQUAL(audit.size(), 0u);
}

CAF_TEST(a row that has come is not missing) {
  watch(x);
  rows.hold(row_of(x, 5, 2));
  CAF_CHECK(!note(x, 2));
  CAF_CHECK_EQUAL(audit.size(), 0u);
  note(x, 3);
  CAF_CHECK_EQUAL(audit.size(), 1u);
  rows.hold(row_of(x, 5, 3));
  note(x, 3);
  CAF_CHECK_EQUAL(audit.size(), 0u);
  CAF_MESSAGE("while a later one may be from then on");
  note(x, 4);
  pass(1s);
  rows.hold(row_of(x, 5, 4));
  CAF_CHECK(!note(x, 5));
  CAF_CHECK_EQUAL(audit.size(), 1u);
}

CAF_TEST(a row that nobody wants or that there is not is not missing) {
  note(x, 1);
  watch(x);
  note(x, 0);
  CAF_CHECK_EQUAL(audit.size(), 0u);
  note(x, 1);
  rows.unwatch(names_of({x}), viewer);
  note(x, 1);
  CAF_CHECK_EQUAL(audit.size(), 0u);
}

CAF_TEST(what is missing is asked about each time and the others in turn) {
  enter({"a"});
  constexpr int many = 2000;
  for (int i = 0; i < many; ++i)
    watch("X" + std::to_string(i));
  note("X7", 1);
  std::set<std::string> seen;
  int times = 0;
  while (seen.size() < many && times < 2 * many / 256 + 2) {
    auto asked = audit.next_for("a", next);
    CAF_CHECK_EQUAL(asked.front().str(), "X7");
    for (const auto& z : asked)
      seen.insert(z.str());
    ++times;
  }
  CAF_CHECK_EQUAL(seen.size(), static_cast<std::size_t>(many));
}

CAF_TEST_FIXTURE_SCOPE_END()
