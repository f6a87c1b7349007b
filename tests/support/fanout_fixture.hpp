#pragma once

#include <algorithm>
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

/// Writes down what a fan-out asks for: `watch A B`, `unwatch *`.
inline interest_actor::behavior_type
listening_market(interest_actor::pointer, std::shared_ptr<strings> heard) {
  auto note = [heard](std::string what, const std::vector<symbol_name>& names) {
    std::vector<std::string> sorted;
    for (const auto& x : names)
      sorted.emplace_back(x.str());
    std::sort(sorted.begin(), sorted.end());
    for (const auto& x : sorted)
      what += ' ' + x;
    heard->emplace_back(std::move(what));
  };
  return {
    [note](watch_atom, const std::vector<symbol_name>& names,
           const row_sink_actor&) { note("watch", names); },
    [note](unwatch_atom, const std::vector<symbol_name>& names,
           const row_sink_actor&) { note("unwatch", names); },
    [heard](watch_atom, const row_sink_actor&) {
      heard->emplace_back("watch *");
    },
    [heard](unwatch_atom, const row_sink_actor&) {
      heard->emplace_back("unwatch *");
    },
  };
}

/// Writes down how its connection ended.
inline subscriber_actor::behavior_type
listening_owner(subscriber_actor::pointer, std::shared_ptr<strings> heard) {
  return {
    [](const subscription&) {},
    [](refuse_atom, const std::string&) {},
    [](resume_atom) {},
    [heard](gone_atom, std::uint16_t code, const std::string& reason) {
      heard->emplace_back(std::to_string(code) + ' ' + reason);
    },
    [](step_atom) {},
    [](close_atom, const std::string&) {},
    [](status_atom) { return actor_status{}; },
  };
}

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

  fanout_fixture() {
    fan = own(sys.spawn(fanout, make_config()));
  }

  ~fanout_fixture() override {
    check_books();
    for (const auto& x : clients_)
      CAF_CHECK_EQUAL(x->misuse, strings{});
  }

  /// What the fan-out is made of: a market that listens, and no loop.
  fanout_config make_config() {
    fanout_config config;
    config.market = own(sys.spawn(listening_market, asked));
    config.frame = frame_with_size;
    config.stats = stats;
    config.log = quiet;
    config.wall_clock = test_clock;
    return config;
  }

  /// A client of whom the fan-out does not know yet.
  /// @param account what it shares with others; null for one of its own.
  client make_client(delivery_options options = {}, view_ptr which = nullptr,
                     viewer_account_ptr account = nullptr) {
    client result;
    result.sink = std::make_shared<scripted_sink>();
    result.box = std::make_shared<outbox>(
      result.sink, which ? which : shown, options, frame_with_size, stats,
      symbol_filter_ptr{}, std::move(account));
    clients_.emplace_back(result);
    return result;
  }

  /// A client that wants something.
  client connect(const subscription& what, delivery_options options = {},
                 view_ptr which = nullptr) {
    auto result = make_client(options, std::move(which));
    join(result, what);
    settle();
    return result;
  }

  void join(const client& who, const subscription& what) {
    caf::anon_send(fan, join_atom_v, who.box, what);
  }

  void leave(const client& who) {
    caf::anon_send(fan, leave_atom_v, who.box);
  }

  /// Rows come from their owners. Until `settle` they are on their way.
  void publish(std::vector<row_ptr> rows) {
    caf::anon_send(fan, row_batch{std::move(rows)});
  }

  /// The socket of `who` takes all that it owes and `more` bytes.
  void unblock(const client& who, std::size_t more = scripted_sink::unlimited) {
    CAF_REQUIRE(who->take(who->unsent()));
    who->room = more;
    caf::anon_send(fan, resume_atom_v, who.box);
    settle();
  }

  /// Everybody does what is to do without time going by.
  void settle() {
    consume_messages();
    check_books();
  }

  /// Lets time go by in steps of at most `step`.
  void pass_by(caf::timespan span,
               caf::timespan step = std::chrono::milliseconds{5}) {
    while (span.count() > 0) {
      pass(std::min(span, step));
      span -= std::min(span, step);
    }
    check_books();
  }

  /// What the market was asked since the last call.
  strings questions() {
    return std::exchange(*asked, {});
  }

  std::string status(std::string_view key) {
    return fact(unbox(ask<actor_status>(fan, status_atom_v)), key);
  }

  /// Each row is in one place, and the node's totals are the sum.
  void check_books() {
    ledger sum;
    for (const auto& x : clients_) {
      const auto& books = x.box->books();
      CAF_CHECK_LESS_OR_EQUAL(books.waiting(), books.published);
      if (!x.box->closed())
        CAF_CHECK_EQUAL(
          books.delivered + (x.box->blocked() ? x->handed_last : 0), x->handed);
      if (x.box->closed() || (!x.box->blocked() && !x.box->next_due()))
        CAF_CHECK_EQUAL(books.waiting(), 0u);
      sum.published += books.published;
      sum.delivered += books.delivered;
      sum.merged += books.merged;
      sum.discarded += books.discarded;
    }
    CAF_CHECK_EQUAL(get(stats->rows_published), sum.published);
    CAF_CHECK_EQUAL(get(stats->rows_delivered), sum.delivered);
    CAF_CHECK_EQUAL(get(stats->rows_merged), sum.merged);
    CAF_CHECK_EQUAL(get(stats->rows_discarded), sum.discarded);
  }

private:
  std::vector<client> clients_;
};

/// `published delivered merged discarded waiting` of one client.
inline std::string books_of(const client& x) {
  const auto& books = x.box->books();
  std::string result;
  for (auto n : {books.published, books.delivered, books.merged,
                 books.discarded, books.waiting()})
    result += (result.empty() ? "" : " ") + std::to_string(n);
  return result;
}

} // namespace livegrid::test
