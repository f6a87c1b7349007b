#include "feeds_fixture.hpp"

#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace livegrid::test {

namespace {

/// A feed that writes down what it is told.
feed_actor::behavior_type listening_feed(feed_actor::pointer,
                                         std::shared_ptr<strings> heard) {
  return {
    [](const row_batch&) {},
    [](step_atom) {},
    [heard](pause_atom, bool on) {
      heard->emplace_back(on ? "pause" : "go on");
    },
    [](status_atom) { return actor_status{}; },
  };
}

} // namespace

void feeds_fixture::open(std::initializer_list<std::string_view> symbols,
                         std::uint64_t max_symbols) {
  std::vector<tick> first_states;
  for (auto x : symbols)
    first_states.emplace_back(trade(x, 100));
  mkt = own(sys.spawn(market, market_of(std::move(first_states), max_symbols)));
  tell(watch_atom_v, fan);
  news();
}

caf::expected<std::uint64_t> feeds_fixture::publish(std::vector<tick> ticks,
                                                    feed_id from) {
  auto batch = batch_of(std::move(ticks), from.kind);
  batch.feed = from.number;
  return ask<std::uint64_t>(mkt, publish_atom_v, std::move(batch));
}

void feeds_fixture::set_up(feed_id which, bool up, std::string peer) {
  tell(feed_atom_v, which, up, std::move(peer));
}

feed_actor feeds_fixture::join(feed_id which, std::shared_ptr<strings> heard) {
  auto result = own(sys.spawn(listening_feed, std::move(heard)));
  tell(join_atom_v, which, result);
  return result;
}

std::string feeds_fixture::news() {
  std::string result;
  for (const auto& batch : got->batches)
    for (const auto& x : batch.rows) {
      std::string fresh{x->text(cell::freshness)};
      result += (result.empty() ? "" : ", ") + x->symbol().str() + ' '
                + std::string{x->text(cell::price)} + ' '
                + fresh.substr(1, fresh.size() - 2)
                + (x->is_restated() ? "*" : "");
    }
  got->batches.clear();
  return result;
}

std::string feeds_fixture::fresh_counts() {
  std::string result;
  for (const auto& x : stats->fresh)
    result += (result.empty() ? "" : " ") + std::to_string(get(x));
  return result;
}

std::string feeds_fixture::fresh(std::string_view name) {
  auto refs =
    unbox(ask<std::vector<symbol_ref>>(mkt, resolve_atom_v, names_of({name})));
  std::string result{to_string(static_cast<freshness>(refs.at(0).fresh))};
  CAF_CHECK_EQUAL(says(name, "freshness"), result);
  if (refs[0].owner) {
    auto now = unbox(ask<row_batch>(refs[0].owner, row_atom_v));
    CAF_CHECK_EQUAL(now.rows.at(0)->text(cell::freshness), '"' + result + '"');
  }
  return result;
}

std::string feeds_fixture::says(std::string_view name, std::string_view key) {
  return fact(unbox(ask<actor_status>(mkt, status_atom_v, name_of(name))), key);
}

std::vector<feed_summary> feeds_fixture::feeds() {
  auto result = unbox(ask<std::vector<feed_summary>>(mkt, feed_atom_v));
  std::erase_if(result, [](const feed_summary& x) {
    return x.id == feed_id{source::post} && x.ticks == 0 && x.refused == 0
           && x.state == "up";
  });
  return result;
}

std::string feeds_fixture::feed_lines() {
  std::string result;
  for (const auto& x : feeds())
    result += (result.empty() ? "" : ", ") + x.id.str() + ' ' + x.state + ' '
              + std::to_string(x.symbols);
  return result;
}

std::string feeds_fixture::pause(const std::string& which, bool on) {
  auto x = ask<std::uint64_t>(mkt, pause_atom_v, which, on);
  return x ? std::to_string(*x) : to_refusal(x.error()).message;
}

} // namespace livegrid::test
