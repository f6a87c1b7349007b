#pragma once

#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "livegrid/actors/delivery/fanout.hpp"
#include "livegrid/actors/delivery/outbox.hpp"
#include "livegrid/actors/prices/subscription.hpp"
#include "livegrid/actors/prices/view.hpp"

#include "made_row.hpp"
#include "scripted_sink.hpp"

#include "actor_fixture.hpp"

// Like CAF's own test headers it needs CAF_SUITE, and comes last.

namespace livegrid::test {

/// Writes down how its connection ended.
subscriber_actor::behavior_type listening_owner(subscriber_actor::pointer,
                                                std::shared_ptr<strings> heard);

/// One who reads rows: its connection and its outbox.
struct client {
  std::shared_ptr<scripted_sink> sink;
  outbox_ptr box;

  scripted_sink* operator->() const {
    return sink.get();
  }

  /// What came through since the last call, as `A:1 B:2`.
  std::string news() const {
    auto result = sink->prices();
    sink->clear();
    return result;
  }
};

inline subscription want(std::initializer_list<std::string_view> names) {
  return {subscription::change::replace, names_of(names), {}, false};
}

inline subscription want_all() {
  return {subscription::change::all, {}, {}, false};
}

inline view_ptr make_view(strings cells, strings row_id = {"symbol"}) {
  return std::make_shared<const view>(std::move(cells), std::move(row_id));
}

/// A fan-out, a market that listens, and clients.
class fanout_fixture : public actor_fixture {
public:
  view_ptr shown = make_view({"symbol", "price"});

  std::shared_ptr<strings> asked = std::make_shared<strings>();

  fanout_actor fan;

  fanout_fixture();

  ~fanout_fixture() override;

  /// What the fan-out is made of: a market that listens, and no loop.
  fanout_config make_config();

  /// A client of whom the fan-out does not know yet.
  /// @param account what it shares with others; null for one of its own.
  client make_client(delivery_options options = {}, view_ptr which = nullptr,
                     viewer_account_ptr account = nullptr);

  /// A client that wants something.
  client connect(const subscription& what, delivery_options options = {},
                 view_ptr which = nullptr);

  void join(const client& who, const subscription& what);

  void leave(const client& who);

  /// Rows come from their owners. Until `settle` they are on their way.
  void publish(std::vector<row_ptr> rows);

  /// The socket of `who` takes all that it owes and `more` bytes.
  void unblock(const client& who, std::size_t more = scripted_sink::unlimited);

  /// Everybody does what is to do without time going by.
  void settle() {
    consume_messages();
    check_books();
  }

  /// Lets time go by in steps of at most `step`.
  void pass_by(caf::timespan span,
               caf::timespan step = std::chrono::milliseconds{5});

  /// What the market was asked since the last call.
  strings questions() {
    return std::exchange(*asked, {});
  }

  std::string status(std::string_view key);

  /// Each row is in one place, and the node's totals are the sum.
  void check_books();

private:
  std::vector<client> clients_;
};

/// `published delivered merged discarded waiting` of one client.
std::string books_of(const client& x);

} // namespace livegrid::test
