#include "livegrid/http/cluster/member_table.hpp"

#include <utility>

#include "livegrid/actors/base/text.hpp"
#include "livegrid/http/cluster/member_json.hpp"
#include "livegrid/http/json/json_rules.hpp"

namespace livegrid {

namespace {

/// How many entries that are no members are remembered.
constexpr std::size_t max_bad = 100;

constexpr std::size_t max_key_told = 100;

} // namespace

member_table::member_table(std::string prefix, std::string name,
                           std::string instance)
  : prefix_(std::move(prefix)),
    name_(std::move(name)),
    instance_(std::move(instance)) {
  // nop
}

void member_table::reset(etcd::revision at,
                         const std::vector<etcd::entry>& entries) {
  slots_.clear();
  for (const auto& x : entries)
    put(x);
  epoch_ = at;
}

void member_table::apply(const std::vector<etcd::change>& changes) {
  for (const auto& x : changes) {
    // A watch starts after what is known, and each revision is complete, but
    // one revision may bring several.
    if (x.what.changed < epoch_)
      continue;
    epoch_ = x.what.changed;
    if (!x.removed) {
      put(x.what);
    } else if (x.what.key.starts_with(prefix_)) {
      auto name = std::string_view{x.what.key}.substr(prefix_.size());
      if (auto i = slots_.find(name); i != slots_.end())
        slots_.erase(i);
    }
  }
}

etcd::revision member_table::own_revision() const noexcept {
  auto i = slots_.find(name_);
  auto own = i != slots_.end() && i->second.who.instance == instance_;
  return own ? i->second.changed : 0;
}

cluster_view member_table::view() const {
  cluster_view result{epoch_, {}};
  for (const auto& [name, x] : slots_)
    result.members.emplace_back(x.who);
  return result;
}

std::vector<std::string> member_table::take_complaints() {
  return std::exchange(complaints_, {});
}

void member_table::put(const etcd::entry& x) {
  if (!x.key.starts_with(prefix_))
    return;
  auto name = x.key.substr(prefix_.size());
  auto who = parse_member(name, x.value);
  if (who) {
    if (slots_.size() < max_members || slots_.contains(name)) {
      slots_[name] = slot{x.changed, *std::move(who)};
      return;
    }
    who = unexpected{"there are " + std::to_string(max_members)
                     + " members already"};
  }
  // Whatever it was before, this is not what it says now.
  slots_.erase(name);
  if (bad_.size() >= max_bad && !bad_.contains(name))
    return;
  if (std::exchange(bad_[name], x.changed) != x.changed)
    complaints_.emplace_back(json_rules::quoted(cut_text(name, max_key_told))
                             + ": " + who.error());
}

} // namespace livegrid
