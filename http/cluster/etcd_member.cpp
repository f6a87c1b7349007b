#include "livegrid/http/cluster/etcd_member.hpp"

#include <algorithm>
#include <utility>

#include "livegrid/actors/base/log.hpp"
#include "livegrid/http/cluster/member_json.hpp"

namespace livegrid {

namespace {

using namespace std::chrono_literals;

/// How long leaving may take.
constexpr auto leave_limit = 1s;

/// How much longer than its time to live a predecessor may keep the name: etcd
/// looks after leases twice a second, and may have been busy electing.
constexpr auto holder_margin = 2s;

/// Which part of the time to live the longest pause between two tries to join
/// takes.
constexpr int pause_parts = 10;

} // namespace

etcd_member::etcd_member(membership_config config, listener tell,
                         etcd_port& port, std::uint32_t seed)
  : config_(std::move(config)),
    tell_(std::move(tell)),
    prefix_("/livegrid/" + config_.cluster + "/members/"),
    key_(prefix_ + config_.self.name),
    value_(to_json(config_.self)),
    random_(seed),
    asker_(config_, port),
    table_(prefix_, config_.self.name, config_.self.instance) {
  lease_.ttl = config_.ttl;
}

etcd_member::time_point etcd_member::step(time_point now) {
  asker_.take_login(now);
  for (auto before = stage::left; stage_ != before;) {
    before = stage_;
    switch (stage_) {
    case stage::pausing:
      if (now >= next_try_)
        look(now);
      break;
    case stage::looking:
      take_holder(now);
      break;
    case stage::granting:
      take_grant(now);
      break;
    case stage::putting:
      take_first_put(now);
      break;
    case stage::staying:
      stay(now);
      break;
    case stage::leaving:
      go_on_leaving(now);
      break;
    case stage::left:
      break;
    }
  }
  switch (stage_) {
  case stage::pausing:
    return next_try_;
  case stage::staying:
    return next_act();
  case stage::leaving:
    return leave_until_;
  default:
    return time_point::max();
  }
}

void etcd_member::restate(bool owns_symbols, std::vector<symbol_name> pinned) {
  config_.self.owns_symbols = owns_symbols;
  config_.self.pinned = std::move(pinned);
  value_ = to_json(config_.self);
  unsaid_ = true;
}

bool etcd_member::is_own(const etcd::entry& x) const {
  auto who = parse_member(config_.self.name, x.value);
  return who && who->instance == config_.self.instance;
}

void etcd_member::put_self(etcd::revision expected, std::size_t tries,
                           time_point now) {
  unsaid_ = false;
  expected_ = expected;
  asker_.ask("/v3/kv/txn",
             etcd::put_request({key_, value_, lease_.id, expected, prefix_}),
             tries, now);
}

// -- joining ------------------------------------------------------------------

void etcd_member::look(time_point now) {
  stage_ = stage::looking;
  asker_.ask("/v3/kv/range", etcd::get_request(key_), config_.endpoints.size(),
             now);
}

void etcd_member::take_holder(time_point now) {
  auto found = asker_.take_answer(etcd::read_entries, now);
  if (!found)
    return;
  if (!*found) {
    // While etcd is away it ends no leases.
    held_since_.reset();
    wait_for(cause::etcd, found->error().reason);
    pause(now);
    return;
  }
  expected_ = 0;
  const auto& entries = **found;
  if (!entries.empty()) {
    // One of our own is from before it was lost, or the answer to an earlier
    // put went astray.
    if (!is_own(entries.front())) {
      name_is_held(entries.front(), now);
      pause(now);
      return;
    }
    expected_ = entries.front().changed;
  }
  stage_ = stage::granting;
  asked_ = now;
  asker_.ask("/v3/lease/grant", etcd::grant_request(config_.ttl),
             config_.endpoints.size(), now);
}

void etcd_member::name_is_held(const etcd::entry& by, time_point now) {
  if (!held_since_ || holder_ != by.value) {
    holder_ = by.value;
    held_since_ = now;
    refused_ = false;
  }
  std::string instance;
  std::string reason = "the name " + config_.self.name + " is held by ";
  if (auto who = parse_member(config_.self.name, by.value)) {
    instance = who->instance;
    reason += "instance " + instance + " at " + who->address + " port "
              + std::to_string(who->port);
  } else {
    reason += "an entry that is no member's";
  }
  if (now - *held_since_ < config_.ttl + holder_margin) {
    wait_for(cause::name, reason);
  } else if (!std::exchange(refused_, true)) {
    config_.log->error("cluster_refused", {{"why", reason}});
    tell_(membership_refused{instance, reason});
  }
}

void etcd_member::take_grant(time_point now) {
  auto found = asker_.take_answer(etcd::read_grant, now);
  if (!found)
    return;
  if (!*found) {
    wait_for(cause::etcd, found->error().reason);
    pause(now);
    return;
  }
  lease_ = **found;
  asker_.set_ttl(lease_.ttl);
  stage_ = stage::putting;
  put_self(expected_, config_.endpoints.size(), now);
}

void etcd_member::take_first_put(time_point now) {
  auto found = asker_.take_answer(etcd::read_put, now);
  if (!found)
    return;
  // Until it has come to stay.
  pause(now);
  if (!*found) {
    wait_for(cause::etcd, found->error().reason);
    return;
  }
  const auto& result = **found;
  // Another was faster: the next look at the name tells who.
  if (!result.done)
    return;
  if (result.at <= told_)
    config_.log->warning("etcd_revisions_fell",
                         {{"from", told_}, {"to", result.at}});
  told_ = 0;
  table_.reset(result.at, result.entries);
  renewed(asked_);
  if (table_.own_revision() == 0 || expired(now))
    return;
  stage_ = stage::staying;
  waiting_for_ = cause::none;
  held_since_.reset();
  next_watch_ = now;
  next_put_ = now;
  config_.log->info("cluster_joined",
                    {{"name", config_.self.name}, {"epoch", table_.epoch()}});
}

void etcd_member::wait_for(cause why, const std::string& reason) {
  if (std::exchange(waiting_for_, why) == why)
    return;
  config_.log->warning("cluster_waiting", {{"why", reason}});
  tell_(membership_waiting{reason});
}

void etcd_member::pause(time_point now) {
  stage_ = stage::pausing;
  // Nodes that lost etcd at once shall not all come back at once.
  auto longest = asker_.share(pause_parts).count();
  next_try_ = now
              + std::chrono::milliseconds{
                std::uniform_int_distribution{longest / 2, longest}(random_)};
}

// -- leaving ------------------------------------------------------------------

void etcd_member::leave(time_point now) {
  valid_until_ = 0;
  asker_.drop_all();
  stage_ = stage::left;
  if (lease_.id == 0)
    return;
  stage_ = stage::leaving;
  leave_until_ = now + leave_limit;
  leave_tries_ = config_.endpoints.size();
  start_revoking(now);
}

void etcd_member::start_revoking(time_point now) {
  revoking_ = asker_.start({"/v3/lease/revoke", etcd::revoke_request(lease_.id),
                            asker_.answer_limit()},
                           now);
}

void etcd_member::go_on_leaving(time_point now) {
  const auto& answer = asker_.find(revoking_)->answer;
  auto failed = answer && !*answer;
  if (now >= leave_until_ || (answer && !failed)
      || (failed && --leave_tries_ == 0)) {
    asker_.drop_all();
    stage_ = stage::left;
  } else if (failed) {
    asker_.drop(revoking_);
    asker_.next_endpoint();
    start_revoking(now);
  }
}

} // namespace livegrid
