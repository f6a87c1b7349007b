#include "livegrid/actors/cluster/address_list.hpp"

#include <algorithm>
#include <utility>

namespace livegrid {

namespace {

/// So long the second of two lets the first dial after a loss: that one has to
/// notice the loss, too. If both dialed at a time, each might keep a connection
/// that the other does not use.
constexpr std::chrono::milliseconds second_pause{6000};

/// A way that lasts so long is no reason to wait longer for the next.
constexpr std::chrono::seconds steady_after{10};

} // namespace

void address_list::init(std::vector<std::string> all, const std::string& own,
                        time now) {
  std::sort(all.begin(), all.end());
  auto at = std::find(all.begin(), all.end(), own);
  own_index_ = static_cast<std::size_t>(at - all.begin());
  for (auto i = all.begin(); i != all.end(); ++i)
    if (*i != own)
      begin(all_.emplace_back(address{.text = *i, .first = i > at}), now);
}

address_list::address& address_list::at(const std::string& where) {
  return *std::find_if(all_.begin(), all_.end(),
                       [&](const address& x) { return x.text == where; });
}

void address_list::begin_anew(time now) {
  for (auto& x : all_)
    begin(x, now);
}

void address_list::begin(address& x, time now) {
  x.tried = !x.first;
  lose(x, now);
}

bool address_list::any_missing() const noexcept {
  return std::any_of(all_.begin(), all_.end(),
                     [](const address& x) { return x.reached.empty(); });
}

bool address_list::any_untried() const noexcept {
  return std::any_of(all_.begin(), all_.end(),
                     [](const address& x) { return !x.tried; });
}

std::vector<std::string> address_list::begin_dialing(time now) {
  std::vector<std::string> result;
  for (auto& x : all_)
    if (!x.dialing && x.reached.empty() && x.due <= now) {
      x.dialing = true;
      result.emplace_back(x.text);
    }
  return result;
}

void address_list::end_dialing(const std::string& where,
                               const std::string& name, time now) {
  at(where).dialing = false;
  note_reached(where, name, now);
}

bool address_list::fail_dialing(const std::string& where, time now) {
  auto& x = at(where);
  x.dialing = false;
  // The node may have come by itself meanwhile.
  if (x.reached.empty())
    lose(x, now);
  return !std::exchange(x.tried, true);
}

void address_list::note_reached(const std::string& where,
                                const std::string& name, time now) {
  for (auto& x : all_)
    if (x.text == where) {
      x.reached = name;
      x.reached_at = now;
      x.tried = true;
    }
}

void address_list::lose(const std::string& name, time now) {
  for (auto& x : all_)
    if (x.reached == name)
      lose(x, now);
}

void address_list::lose(address& x, time now) {
  if (!x.reached.empty())
    x.losses = now - x.reached_at < steady_after ? x.losses + 1 : 0;
  x.reached.clear();
  // Where both dial, each may keep a connection that the other does not use,
  // and both lose theirs in turn: the second waits longer and longer.
  x.due = now
          + (x.first ? std::chrono::milliseconds{0}
                     : second_pause * (1 << std::min(x.losses, 3u)));
}

} // namespace livegrid
