#include "livegrid/actors/cluster/links.hpp"

#include <algorithm>
#include <charconv>

#include "livegrid/actors/runtime/same_way.hpp"

namespace livegrid {

namespace {

/// With a list, a member that the roll-call has not found is dialed after so
/// long.
constexpr std::chrono::milliseconds relief_pause{1000};

/// So long the second of two lets the first dial: that one has to notice, too,
/// that the way is lost.
constexpr std::chrono::milliseconds second_pause{6000};

/// A way that lasts so long is no reason to wait longer for the next.
constexpr std::chrono::seconds steady_after{10};

} // namespace

std::uint64_t links::node_of(const std::string& instance) {
  constexpr std::size_t digits = 16;
  std::uint64_t result = 0;
  std::from_chars(instance.data(),
                  instance.data() + std::min(digits, instance.size()), result,
                  16);
  return std::max<std::uint64_t>(result, 1);
}

// -- who is there -------------------------------------------------------------

member_link* links::find(const std::string& name) {
  auto i = all_.find(name);
  return i != all_.end() ? &i->second : nullptr;
}

const member_link* links::find(const std::string& name) const {
  auto i = all_.find(name);
  return i != all_.end() ? &i->second : nullptr;
}

std::vector<std::string> links::names() const {
  std::vector<std::string> result;
  for (const auto& [name, x] : all_)
    result.emplace_back(name);
  return result;
}

std::vector<std::string> links::names_up() const {
  std::vector<std::string> result;
  for (const auto& [name, x] : all_)
    if (x.up())
      result.emplace_back(name);
  return result;
}

links::map::value_type* links::find_instance(const std::string& instance) {
  auto i = std::find_if(all_.begin(), all_.end(), [&](const auto& x) {
    return x.second.instance == instance;
  });
  return i != all_.end() ? &*i : nullptr;
}

links::map::value_type* links::find_node(std::uint64_t node) {
  auto i = std::find_if(all_.begin(), all_.end(),
                        [&](const auto& x) { return x.second.node == node; });
  return i != all_.end() ? &*i : nullptr;
}

bool links::any_owner() const noexcept {
  return std::any_of(all_.begin(), all_.end(),
                     [](const auto& x) { return x.second.owns_symbols; });
}

std::uint64_t links::differing_for(std::chrono::seconds time,
                                   time_point now) const {
  return static_cast<std::uint64_t>(
    std::count_if(all_.begin(), all_.end(), [&](const auto& x) {
      return x.second.differs_since && now - *x.second.differs_since >= time;
    }));
}

std::pair<member_link&, bool> links::add(const member& x) {
  auto [i, fresh] = all_.try_emplace(x.name);
  if (fresh) {
    i->second.instance = x.instance;
    i->second.node = node_of(x.instance);
    i->second.owns_symbols = x.owns_symbols;
    i->second.may_hold = x.owns_symbols;
  }
  return {i->second, fresh};
}

// -- ways ---------------------------------------------------------------------

std::optional<std::uint32_t> links::way_to(const std::string& name) const {
  const auto* x = find(name);
  if (x == nullptr || !x->up())
    return std::nullopt;
  return x->generation;
}

member_link* links::of_way(const caf::strong_actor_ptr& way) {
  for (auto& [name, x] : all_)
    if (x.up() && same_way(x.peer, way))
      return &x;
  return nullptr;
}

void links::raise(member_link& x, const peer_actor& peer, time_point now) {
  x.peer = peer;
  x.up_at = now;
  x.generation = ++generation_;
}

void links::lower(member_link& x) {
  x.peer = peer_actor{};
  x.wishes = {};
  x.differs_since.reset();
  x.audited = false;
}

void links::note_loss(member_link& x, time_point now) {
  x.losses = now - x.up_at < steady_after ? x.losses + 1 : 0;
}

// -- dialing ------------------------------------------------------------------

std::optional<std::chrono::milliseconds>
links::pause_before(const std::string& name, const member_link& x,
                    const std::string& own, bool listed,
                    std::chrono::milliseconds pause) {
  // Where both dial, each may keep a connection that the other does not use,
  // and both lose theirs in turn: the second waits longer and longer.
  if (name < own)
    return second_pause * (1 << std::min(x.losses, 3u));
  // The roll-call finds who is there, but if it has not lost the way itself it
  // does not look.
  if (listed)
    return relief_pause;
  if (pause == pause.zero())
    return std::nullopt;
  return pause;
}

// -- strangers ----------------------------------------------------------------

std::set<feed_id>* links::feeds_of(const caf::strong_actor_ptr& way) {
  for (auto& [name, x] : all_)
    if (x.up() && x.peer == way)
      return &x.feeds;
  for (auto& [instance, x] : strangers_)
    if (x.peer == way)
      return &x.feeds;
  return nullptr;
}

} // namespace livegrid
