#include "fanout_fixture.hpp"

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace livegrid::test {

namespace {

/// Writes down what a fan-out asks for: `watch A B`, `unwatch *`.
interest_actor::behavior_type listening_market(interest_actor::pointer,
                                               std::shared_ptr<strings> heard) {
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

} // namespace

subscriber_actor::behavior_type
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

fanout_fixture::fanout_fixture() {
  fan = own(sys.spawn(fanout, make_config()));
}

fanout_fixture::~fanout_fixture() {
  check_books();
  for (const auto& x : clients_)
    CAF_CHECK_EQUAL(x->misuse, strings{});
}

fanout_config fanout_fixture::make_config() {
  fanout_config config;
  config.market = own(sys.spawn(listening_market, asked));
  config.frame = frame_with_size;
  config.stats = stats;
  config.log = quiet;
  config.wall_clock = test_clock;
  return config;
}

client fanout_fixture::make_client(delivery_options options, view_ptr which,
                                   viewer_account_ptr account) {
  client result;
  result.sink = std::make_shared<scripted_sink>();
  result.box = std::make_shared<outbox>(
    result.sink, which ? which : shown, options, frame_with_size, stats,
    symbol_filter_ptr{}, std::move(account));
  clients_.emplace_back(result);
  return result;
}

client fanout_fixture::connect(const subscription& what,
                               delivery_options options, view_ptr which) {
  auto result = make_client(options, std::move(which));
  join(result, what);
  settle();
  return result;
}

void fanout_fixture::join(const client& who, const subscription& what) {
  caf::anon_send(fan, join_atom_v, who.box, what);
}

void fanout_fixture::leave(const client& who) {
  caf::anon_send(fan, leave_atom_v, who.box);
}

void fanout_fixture::publish(std::vector<row_ptr> rows) {
  caf::anon_send(fan, row_batch{std::move(rows)});
}

void fanout_fixture::unblock(const client& who, std::size_t more) {
  CAF_REQUIRE(who->take(who->unsent()));
  who->room = more;
  caf::anon_send(fan, resume_atom_v, who.box);
  settle();
}

void fanout_fixture::pass_by(caf::timespan span, caf::timespan step) {
  while (span.count() > 0) {
    pass(std::min(span, step));
    span -= std::min(span, step);
  }
  check_books();
}

std::string fanout_fixture::status(std::string_view key) {
  return fact(unbox(ask<actor_status>(fan, status_atom_v)), key);
}

void fanout_fixture::check_books() {
  ledger sum;
  for (const auto& x : clients_) {
    const auto& books = x.box->books();
    CAF_CHECK_LESS_OR_EQUAL(books.waiting(), books.published);
    if (!x.box->closed())
      CAF_CHECK_EQUAL(books.delivered + (x.box->blocked() ? x->handed_last : 0),
                      x->handed);
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

std::string books_of(const client& x) {
  const auto& books = x.box->books();
  std::string result;
  for (auto n : {books.published, books.delivered, books.merged,
                 books.discarded, books.waiting()})
    result += (result.empty() ? "" : " ") + std::to_string(n);
  return result;
}

} // namespace livegrid::test
