#define CAF_SUITE actors.delivery.catching_up

#include <map>
#include <string>
#include <vector>

#include "fanout_fixture.hpp"

using namespace livegrid;
using namespace livegrid::test;
using namespace std::chrono_literals;

namespace {

constexpr int many = 1500;

std::string symbol(int i) {
  return "S" + std::to_string(i);
}

struct fixture : fanout_fixture {
  viewer_account_ptr account = std::make_shared<viewer_account>();

  /// A client that shares the account.
  client sharer() {
    return make_client({}, nullptr, account);
  }

  /// Rows of that version of all symbols from `first` on.
  void publish_all(std::uint64_t version, int first = 0) {
    std::vector<row_ptr> rows;
    for (int i = first; i < many; ++i)
      rows.emplace_back(make_row(symbol(i), version));
    caf::anon_send(fan, row_batch{std::move(rows)});
    consume_messages();
  }

  /// Somebody who wants all and keeps up, so that the fan-out knows them.
  client keen() {
    auto result = make_client();
    join(result, want_all());
    publish_all(1);
    result->clear();
    return result;
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(catching_up_tests, fixture)

CAF_TEST(all symbols are not kept for a socket that takes none) {
  auto other = keen();
  auto lazy = make_client();
  lazy->room = 0;
  join(lazy, want_all());
  consume_messages();
  CAF_CHECK(lazy.box->blocked());
  CAF_CHECK_LESS(lazy.box->held_rows(), 600u);
  CAF_CHECK_EQUAL(status("behind"), "1");
  // What changes meanwhile is not kept either, unless it was given before.
  publish_all(2);
  publish_all(3);
  CAF_CHECK_LESS(lazy.box->held_rows(), 600u);
  CAF_CHECK_EQUAL(lazy.box->books().waiting(), lazy.box->held_rows());
  // It takes all: the latest row of each symbol, none before an older one.
  while (lazy->unsent() > 0) {
    lazy->take();
    caf::anon_send(fan, resume_atom_v, lazy.box);
    consume_messages();
  }
  CAF_CHECK_EQUAL(status("behind"), "0");
  std::map<std::string, std::string> last;
  for (const auto& row : lazy->rows) {
    auto& price = last[row.at("symbol")];
    CAF_CHECK(price < row.at("price"));
    price = row.at("price");
  }
  CAF_CHECK_EQUAL(last.size(), std::size_t{many});
  for (const auto& [which, price] : last)
    CAF_CHECK_EQUAL(price, "3");
  // From then on it is one of the others.
  lazy->clear();
  publish_all(4, many - 1);
  CAF_CHECK_EQUAL(lazy.news(), symbol(many - 1) + ":4");
  leave(other);
  leave(lazy);
  consume_messages();
}

CAF_TEST(who keeps up gets all of it at once) {
  auto other = keen();
  auto late = make_client();
  join(late, want_all());
  consume_messages();
  CAF_CHECK_EQUAL(late->rows.size(), std::size_t{many});
  CAF_CHECK(late.box->ready());
  CAF_CHECK_EQUAL(status("behind"), "0");
}

CAF_TEST(what waits for one account is bounded) {
  auto other = keen();
  auto first = sharer();
  join(first, want_all());
  consume_messages();
  first->clear();
  first->room = 0;
  publish_all(2);
  publish_all(3);
  CAF_CHECK_GREATER(first.box->held_rows(), std::size_t{many} - 600);
  // Others of the account have all that it may have.
  account->held += viewer_account::max_held;
  publish_all(4);
  // But for what its socket has.
  CAF_CHECK_EQUAL(account->held, viewer_account::max_held);
  CAF_CHECK_EQUAL(first.box->books().waiting(), first.box->held_rows());
  account->held -= viewer_account::max_held;
  while (first->unsent() > 0) {
    first->take();
    caf::anon_send(fan, resume_atom_v, first.box);
    consume_messages();
  }
  std::map<std::string, std::string> last;
  for (const auto& row : first->rows)
    last[row.at("symbol")] = row.at("price");
  CAF_CHECK_EQUAL(last.size(), std::size_t{many});
  for (const auto& [which, price] : last)
    CAF_CHECK_EQUAL(price, "4");
  leave(first);
  consume_messages();
  CAF_CHECK_EQUAL(account->held, 0u);
}

CAF_TEST(who is behind gets the last rows before the node goes down) {
  auto other = keen();
  auto lazy = make_client();
  lazy->room = 0;
  join(lazy, want_all());
  consume_messages();
  caf::anon_send(fan, drain_atom_v);
  consume_messages();
  while (lazy->unsent() > 0) {
    lazy->take();
    caf::anon_send(fan, resume_atom_v, lazy.box);
    consume_messages();
  }
  CAF_CHECK_EQUAL(lazy->rows.size(), std::size_t{many});
  CAF_CHECK_EQUAL(lazy->closes, strings{"1001 the node is going down"});
}

CAF_TEST(a set that changes meanwhile is given as it is then) {
  auto other = keen();
  auto lazy = make_client();
  lazy->room = 0;
  join(lazy, want_all());
  consume_messages();
  join(lazy, want({symbol(7), symbol(1400), "NEW"}));
  consume_messages();
  lazy->take();
  lazy->clear();
  caf::anon_send(fan, resume_atom_v, lazy.box);
  consume_messages();
  // S7 was on its way already.
  CAF_CHECK_EQUAL(lazy.news(), symbol(1400) + ":1");
  CAF_CHECK_EQUAL(status("behind"), "0");
}

CAF_TEST(names without rows are counted until they have some) {
  auto one = sharer();
  auto two = sharer();
  join(one, want({"A", "B"}));
  join(two, want({"B", "C"}));
  consume_messages();
  CAF_CHECK_EQUAL(account->awaited, 4u);
  caf::anon_send(fan, row_batch{{row::vacant(name_of("B"))}});
  consume_messages();
  CAF_CHECK_EQUAL(account->awaited, 4u);
  publish({make_row("B", 1)});
  consume_messages();
  CAF_CHECK_EQUAL(account->awaited, 2u);
  join(one, want({"B", "D", "E"}));
  consume_messages();
  CAF_CHECK_EQUAL(account->awaited, 3u);
  leave(one);
  consume_messages();
  CAF_CHECK_EQUAL(account->awaited, 1u);
  leave(two);
  consume_messages();
  CAF_CHECK_EQUAL(account->awaited, 0u);
}

CAF_TEST(who appends rows is given none of before) {
  auto rows = make_view({"symbol", "price"}, {});
  auto tape = connect(want({"A"}), {}, rows);
  // The answer to its question, of a tick that was before that.
  publish({make_row("A", 3)});
  settle();
  CAF_CHECK_EQUAL(tape.news(), "");
  publish({make_row("A", 4)});
  settle();
  CAF_CHECK_EQUAL(tape.news(), "A:4");
  auto later = connect(want({"A"}), {}, rows);
  CAF_CHECK_EQUAL(later.news(), "");
  auto grid = connect(want({"A"}));
  CAF_CHECK_EQUAL(grid.news(), "A:4");
  publish({make_row("A", 5)});
  settle();
  CAF_CHECK_EQUAL(later.news(), "A:5");
}

CAF_TEST_FIXTURE_SCOPE_END()
