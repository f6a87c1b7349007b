#include "livegrid/http/routes/tick_intake.hpp"

#include <chrono>
#include <optional>
#include <unordered_set>

#include "livegrid/actors/base/log.hpp"
#include "livegrid/actors/stats/counters.hpp"
#include "livegrid/http/access/access_guard.hpp"
#include "livegrid/http/readers/tick_reader.hpp"

namespace livegrid {

namespace {

refusal not_entitled(const symbol_name& symbol, std::int64_t element) {
  return {.code = errc::forbidden,
          .element = element,
          .field = "symbol",
          .message = "this API key may not publish " + symbol.str(),
          .type = "not_entitled",
          .symbol = symbol.str()};
}

/// The first tick of a symbol that the caller may not publish, as what it is
/// refused with.
std::optional<refusal> denied_tick(const parsed_ticks& x, const caller& who) {
  auto filter = who.symbols();
  if (!filter)
    return std::nullopt;
  // Many ticks may be of one symbol, and many patterns tried for each.
  std::unordered_set<std::string_view> allowed;
  for (std::size_t i = 0; i < x.ticks.size(); ++i)
    if (const auto& symbol = x.ticks[i].symbol;
        allowed.insert(symbol.str()).second && !filter->allows(symbol))
      return not_entitled(symbol, x.single ? -1 : static_cast<std::int64_t>(i));
  return std::nullopt;
}

tick_batch batch_of(std::vector<tick> ticks, const tick_sender& from) {
  return {from.feed.kind,
          std::chrono::time_point_cast<std::chrono::nanoseconds>(
            std::chrono::system_clock::now()),
          std::move(ticks),
          from.feed.number,
          {},
          from.publisher,
          from.seq_of};
}

} // namespace

tick_intake::tick_intake(asio::io_context& loop, ingress_actor to,
                         access_guard& guard, counters_ptr stats, log_ptr log)
  : to_(std::move(to)),
    guard_(guard),
    stats_(std::move(stats)),
    log_(std::move(log)),
    sums_(std::make_shared<refusal_sums>(loop, to_)) {
  // nop
}

expected<tick_intake::checked, tick_intake::refused>
tick_intake::read(std::string_view text, const tick_sender& from,
                  taking which) {
  auto parsed = read_ticks(text, which);
  if (!parsed)
    return unexpected{refuse(from, std::move(parsed).error())};
  auto& x = *parsed;
  // What is refused counts, too: it has to be looked at.
  auto why =
    guard_.limit_ticks(from.who, x.ticks.size() + x.refused.all, from.peer);
  if (!why && which == taking::all_or_none)
    why = denied_tick(x, from.who);
  if (why)
    return unexpected{refuse(from, *std::move(why))};
  if (which == taking::good_ones)
    return take_good(std::move(x), from);
  return checked{batch_of(std::move(x.ticks), from), x.single, {}, {}};
}

expected<tick_intake::checked, tick_intake::refused>
tick_intake::take_good(parsed_ticks x, const tick_sender& from) {
  auto filter = from.who.symbols();
  std::size_t kept = 0;
  for (std::size_t i = 0; i < x.ticks.size(); ++i) {
    if (x.single)
      x.elements[i] = -1;
    if (!allows(filter, x.ticks[i].symbol)) {
      x.refused.add(not_entitled(x.ticks[i].symbol, x.elements[i]));
      continue;
    }
    if (kept != i) {
      x.ticks[kept] = std::move(x.ticks[i]);
      x.elements[kept] = x.elements[i];
    }
    ++kept;
  }
  x.ticks.resize(kept);
  x.elements.resize(kept);
  if (x.refused.all > 0) {
    const auto& first = x.refused.told.front();
    add(stats_->of(from.feed.kind).refused, x.refused.all);
    add(stats_->of(counters::fault::tick_invalid));
    note_refused(from, first, x.refused.all);
    for (const auto& why : x.refused.told)
      sums_->note(from.feed, why.symbol, why.message);
    // Nothing in it is good: it is a bad message as any other.
    if (kept == 0)
      if (auto too_many = guard_.limit_bad_message(from.who, from.peer))
        return unexpected{refused{*std::move(too_many)}};
  }
  return checked{batch_of(std::move(x.ticks), from), x.single,
                 std::move(x.refused), std::move(x.elements)};
}

tick_intake::refused tick_intake::refuse(const tick_sender& from, refusal why) {
  add(stats_->of(from.feed.kind).refused);
  add(stats_->of(why.code == errc::malformed ? counters::fault::tick_malformed
                                             : counters::fault::tick_invalid));
  note_refused(from, why, 0);
  sums_->note(from.feed, why.symbol, why.message);
  auto over_limit = why.code == errc::limited;
  if (!over_limit)
    if (auto too_many = guard_.limit_bad_message(from.who, from.peer))
      why = *std::move(too_many);
  return {std::move(why), over_limit};
}

void tick_intake::note_refused(const tick_sender& from, const refusal& why,
                               std::uint64_t all) {
  // A tick that came alone has no place among others.
  std::optional<std::int64_t> element;
  if (why.element >= 0)
    element = why.element;
  std::optional<std::uint64_t> left_out;
  if (all > 0)
    left_out = all;
  log_->info("ticks_refused", {{"feed", from.feed.str()},
                               {"peer", from.peer},
                               {"symbol", why.symbol},
                               {"element", element},
                               {"field", why.field},
                               {"why", why.message},
                               {"all", left_out}});
}

void tick_intake::tell(const feed_id& feed, bool up, std::string whose) {
  caf::anon_send(to_, feed_atom_v, feed, up, std::move(whose));
}

void tick_intake::tell_broken(const feed_id& feed) {
  caf::anon_send(to_, gone_atom_v, feed);
}

void tick_intake::publish_to(tick_batch batch, replier_ptr to) {
  caf::anon_send(to_, publish_atom_v, std::move(batch), std::move(to));
}

} // namespace livegrid
