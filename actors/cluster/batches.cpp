#include "livegrid/actors/cluster/batches.hpp"

#include <algorithm>
#include <numeric>
#include <unordered_set>
#include <utility>

#include "livegrid/actors/market/ingress.hpp"

namespace livegrid {

namespace {

/// Whoever publishes is told after so long that it was not done, or is not
/// known. Less than what an ingress waits, so that it can be said why.
constexpr std::chrono::milliseconds publish_patience{9000};

/// Until an owner that has not seen the view yet is asked again.
constexpr std::chrono::milliseconds retry_pause{10};

/// Whether it says that the batch itself is at fault.
bool is_verdict(const caf::error& why) {
  auto x = to_refusal(why);
  return x.code == errc::invalid || x.code == errc::malformed
         || x.code == errc::too_big
         || (x.code == errc::unavailable && x.type == "paused");
}

/// Places in a part, which its owner tells, as those in the batch.
void place(refusal& x, const std::vector<std::uint32_t>& positions) {
  auto known = [&](std::uint32_t i) { return i < positions.size(); };
  if (x.element >= 0 && static_cast<std::size_t>(x.element) < positions.size())
    x.element = positions[static_cast<std::size_t>(x.element)];
  std::erase_if(x.others, [&](const auto& y) { return !known(y.element); });
  std::erase_if(x.more, [&](std::uint32_t i) { return !known(i); });
  for (auto& y : x.others)
    y.element = positions[y.element];
  for (auto& i : x.more)
    i = positions[i];
}

bool all_at(const std::vector<batch_part>& parts, batch_part::phase at) {
  return std::all_of(parts.begin(), parts.end(),
                     [at](const batch_part& x) { return x.at == at; });
}

bool any_at(const std::vector<batch_part>& parts, batch_part::phase at) {
  return std::any_of(parts.begin(), parts.end(),
                     [at](const batch_part& x) { return x.at == at; });
}

} // namespace

batches::batches(ownership& symbols, batch_port& port)
  : symbols_(symbols), port_(port) {
  // nop
}

void batches::init(std::uint64_t node, std::string name) {
  node_ = node;
  name_ = std::move(name);
}

bool batches::batch::waits() const noexcept {
  return any_at(parts, part::phase::waits);
}

bool batches::must_wait(const tick_batch& ticks) const {
  return !blocked_.empty()
         && std::any_of(
           ticks.ticks.begin(), ticks.ticks.end(),
           [this](const tick& x) { return blocked_.contains(x.symbol); });
}

// -- on its way ---------------------------------------------------------------

void batches::begin(tick_batch ticks, bool waits, reply to) {
  auto number = ++begun_;
  auto& x = all_[number];
  x.number = number;
  x.to = std::move(to);
  x.due = port_.now() + publish_patience;
  ticks.id = {node_, number};
  auto& whole = x.parts.emplace_back();
  whole.positions.resize(ticks.ticks.size());
  std::iota(whole.positions.begin(), whole.positions.end(), 0u);
  whole.ticks = std::move(ticks);
  auto due = x.due;
  if (waits || !start(x))
    block(x);
  port_.check_at(due);
}

std::optional<std::vector<batches::part>>
batches::split(std::span<const part> xs) {
  std::map<std::size_t, part> result;
  for (const auto& x : xs)
    for (std::size_t i = 0; i < x.ticks.ticks.size(); ++i) {
      const auto& tick = x.ticks.ticks[i];
      const auto& at = symbols_.place(tick.symbol);
      if (!at.placed || !symbols_.is_member())
        return std::nullopt;
      // Its owner before has it until the next one claims it.
      auto owner = at.here ? symbols_.self() : at.placed->owner;
      if (!port_.reachable(owner))
        return std::nullopt;
      auto& to = result[owner];
      if (to.ticks.ticks.empty()) {
        to.owner = symbols_.name_of(owner);
        to.ticks = x.ticks.without_ticks();
        to.committed = x.committed;
      }
      to.in_doubt |= x.in_doubt;
      to.ticks.ticks.emplace_back(tick);
      to.positions.emplace_back(x.positions[i]);
    }
  std::vector<part> all;
  for (auto& [owner, x] : result)
    all.emplace_back(std::move(x));
  return all;
}

bool batches::start(batch& x) {
  auto waiting =
    std::stable_partition(x.parts.begin(), x.parts.end(), [](const part& y) {
      return y.at != part::phase::waits;
    });
  auto parts = split({waiting, x.parts.end()});
  if (!parts)
    return false;
  auto to = waiting->committed   ? part::phase::committing
            : parts->size() == 1 ? part::phase::publishing
                                 : part::phase::preparing;
  x.parts.erase(waiting, x.parts.end());
  for (auto& y : *parts)
    x.parts.emplace_back(std::move(y));
  for (auto& y : x.parts)
    if (y.at == part::phase::waits)
      send(x, y, to);
  if (to == part::phase::preparing)
    block(x);
  else
    block_unless_sure(x);
  return true;
}

void batches::send(const batch& x, part& what, part::phase to) {
  auto by_id = what.at == part::phase::prepared;
  what.at = to;
  what.key = ++sent_;
  what.epoch = symbols_.view().epoch;
  port_.send_part(x.number, what, by_id);
}

// -- what becomes of it -------------------------------------------------------

batches::part* batches::find_part(std::uint64_t number, std::uint64_t key) {
  auto i = all_.find(number);
  if (i == all_.end())
    return nullptr;
  for (auto& x : i->second.parts)
    if (x.key == key && x.under_way())
      return &x;
  return nullptr;
}

void batches::answer(std::uint64_t number, std::uint64_t key, std::uint64_t n) {
  auto* which = find_part(number, key);
  if (which == nullptr)
    return;
  if (which->epoch == symbols_.view().epoch)
    for (const auto& tick : which->ticks.ticks)
      symbols_.place(tick.symbol).confirmed = true;
  auto& x = all_.at(number);
  if (which->at == part::phase::preparing)
    note_prepared(x, *which);
  else
    note_applied(x, *which, n);
}

void batches::note_prepared(batch& x, part& which) {
  which.at = part::phase::prepared;
  if (x.verdict && !any_at(x.parts, part::phase::preparing)) {
    finish(x, make_error(*std::move(x.verdict)));
    pump();
    return;
  }
  if (!all_at(x.parts, part::phase::prepared))
    return;
  for (auto& y : x.parts) {
    y.committed = true;
    send(x, y, part::phase::committing);
  }
  block_unless_sure(x);
  pump();
}

void batches::note_applied(batch& x, part& which, std::uint64_t n) {
  which.at = part::phase::done;
  x.taken += n;
  if (!all_at(x.parts, part::phase::done))
    return;
  x.to(x.taken);
  unblock(x);
  all_.erase(x.number);
  pump();
}

void batches::refuse(std::uint64_t number, std::uint64_t key, caf::error why,
                     bool answered) {
  auto* which = find_part(number, key);
  if (which == nullptr)
    return;
  auto& x = all_.at(number);
  if (!answered && which->at == part::phase::publishing)
    which->in_doubt = true;
  if (!which->committed && is_verdict(why)) {
    auto refused = to_refusal(why);
    place(refused, which->positions);
    return note_verdict(x, *which, std::move(refused));
  }
  if (x.verdict) {
    // It will not be taken as it is, whatever becomes of this part.
    finish(x, make_error(*std::move(x.verdict)));
    pump();
    return;
  }
  if (which->at == part::phase::preparing || which->at == part::phase::prepared)
    abort(x);
  else
    which->at = part::phase::waits;
  block(x);
  retry_soon();
}

void batches::note_verdict(batch& x, part& which, refusal why) {
  auto others_count = which.ticks.tells_all && why.element >= 0;
  if (which.at == part::phase::preparing)
    which.at = part::phase::refused;
  if (x.verdict && others_count)
    x.verdict = merge(*std::move(x.verdict), std::move(why));
  else
    x.verdict = std::move(why);
  if (others_count && any_at(x.parts, part::phase::preparing))
    return;
  finish(x, make_error(*std::move(x.verdict)));
  pump();
}

void batches::recall(const std::string& owner) {
  std::vector<std::pair<std::uint64_t, std::uint64_t>> sent;
  for (const auto& [number, x] : all_)
    for (const auto& y : x.parts)
      if (y.owner == owner && y.under_way())
        sent.emplace_back(number, y.key);
  for (const auto& [number, key] : sent)
    refuse(number, key, make_error(errc::moved, owner + " is gone"), false);
}

void batches::abort(batch& x) {
  // Nothing of it has been applied: it begins anew, in its first order.
  for (auto& y : x.parts) {
    if (y.at != part::phase::preparing && y.at != part::phase::prepared
        && y.at != part::phase::refused)
      continue;
    y.at = part::phase::waits;
    y.key = ++sent_;
    port_.abort_part(y);
  }
}

void batches::finish_late(time_point now) {
  // A batch of which a part may have been committed is never given up, though
  // whoever sent it is told after a while that it is not known.
  std::vector<std::uint64_t> late;
  for (const auto& [number, x] : all_) {
    if (x.due > now)
      break;
    if (std::none_of(x.parts.begin(), x.parts.end(),
                     [](const part& y) { return y.committed; }))
      late.emplace_back(number);
  }
  for (auto number : late) {
    auto& x = all_.at(number);
    if (x.verdict) {
      finish(x, make_error(*std::move(x.verdict)));
      continue;
    }
    auto in_doubt =
      std::any_of(x.parts.begin(), x.parts.end(), [](const part& y) {
        return y.in_doubt || y.at == part::phase::publishing;
      });
    finish(x, in_doubt ? make_error(
                unsure_of_ticks("an owner of its symbols does not answer"))
                       : make_error(errc::unavailable,
                                    "no owner of its symbols answers"));
  }
}

void batches::finish(batch& x, caf::error why) {
  abort(x);
  x.to(std::move(why));
  unblock(x);
  all_.erase(x.number);
}

// -- in order -----------------------------------------------------------------

void batches::retry_soon() {
  port_.check_at(port_.now() + retry_pause);
}

void batches::block_unless_sure(batch& x) {
  auto sure = [this](const part& y) {
    return y.at == part::phase::done
           || std::all_of(
             y.ticks.ticks.begin(), y.ticks.ticks.end(), [&](const tick& z) {
               const auto& at = symbols_.place(z.symbol);
               if (at.here)
                 return y.owner == name_;
               return at.confirmed
                      && symbols_.name_of(at.placed->owner) == y.owner;
             });
  };
  if (std::all_of(x.parts.begin(), x.parts.end(), sure))
    unblock(x);
  else
    block(x);
}

void batches::block(batch& x) {
  if (!x.blocks.empty())
    return;
  for (const auto& y : x.parts)
    if (y.at != part::phase::done)
      for (const auto& tick : y.ticks.ticks)
        x.blocks.emplace_back(tick.symbol);
  for (const auto& symbol : x.blocks)
    ++blocked_[symbol];
  blockers_.insert(x.number);
}

void batches::unblock(batch& x) {
  for (const auto& symbol : std::exchange(x.blocks, {}))
    if (auto i = blocked_.find(symbol); --i->second == 0)
      blocked_.erase(i);
  blockers_.erase(x.number);
}

void batches::hold_under_way() {
  for (auto& [number, x] : all_)
    if (std::any_of(x.parts.begin(), x.parts.end(),
                    [](const part& y) { return y.under_way(); }))
      block(x);
}

void batches::pump() {
  // What is under way comes here again when it is answered.
  auto waits = [this](std::uint64_t x) { return all_.at(x).waits(); };
  std::vector<std::uint64_t> numbers{blockers_.begin(), blockers_.end()};
  while (!numbers.empty() && !waits(numbers.back()))
    numbers.pop_back();
  std::unordered_set<symbol_name> earlier;
  auto stuck = false;
  for (auto number : numbers) {
    auto& x = all_.at(number);
    if (x.waits()
        && std::none_of(x.blocks.begin(), x.blocks.end(),
                        [&](const auto& y) { return earlier.contains(y); }))
      stuck |= !start(x);
    if (number != numbers.back())
      earlier.insert(x.blocks.begin(), x.blocks.end());
  }
  if (stuck)
    retry_soon();
}

} // namespace livegrid
