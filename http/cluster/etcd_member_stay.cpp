// A member's life: the half of the decisions that renews and watches.

#include <algorithm>
#include <utility>

#include "livegrid/actors/base/log.hpp"
#include "livegrid/http/cluster/etcd_member.hpp"
#include "livegrid/http/cluster/member_json.hpp"

namespace livegrid {

namespace {

using namespace std::chrono_literals;

/// Which part of the time to live lies between renewals, ...
constexpr int renewal_parts = 6;

/// ... which passes until the next try, ...
constexpr int retry_parts = 30;

/// ... and by which this node ceases to act before the others may think it
/// dead: clocks do not go equally fast, and there is a while between a look at
/// the clock and the act.
constexpr int margin_parts = 10;

/// A watch is asked for anew so often, since nothing else would show that it
/// silently tells no more.
constexpr auto watch_limit = 10s;

std::string fault_of(const etcd::answer<std::string>& x) {
  return x ? std::string{} : x.error().reason;
}

} // namespace

void etcd_member::stay(time_point now) {
  // What came must not be believed before the clock has been asked.
  if (expired(now))
    return lose("the lease could not be renewed in time", now);
  for (auto take : {&etcd_member::take_renewal, &etcd_member::take_news,
                    &etcd_member::take_put, &etcd_member::tell_view}) {
    (this->*take)(now);
    if (stage_ != stage::staying)
      return;
  }
  if (unsaid_ && !asker_.asking() && now >= next_put_)
    synchronise(now);
  if (stage_ != stage::staying)
    return;
  if (renewal_ == 0 && now >= next_renewal_)
    start_renewal(now);
  // One that is not answered in time is worth no more than none.
  if (now >= watch_answer_due()) {
    asker_.blame(asker_.find(watch_)->endpoint, "no answer to a watch");
    asker_.drop(watch_);
  }
  // What was asked may have shown that the endpoint is of no use.
  if (const auto* x = asker_.find(watch_);
      x != nullptr && x->asked && x->endpoint != asker_.endpoint())
    asker_.drop(watch_);
  // A put under way may tell what a watch from here would miss.
  if (watch_ == 0 && !asker_.asking() && now >= next_watch_)
    start_watch(now);
}

etcd_member::time_point etcd_member::watch_answer_due() const {
  const auto* x = asker_.find(watch_);
  return x != nullptr && x->asked && !watch_answered_
           ? *x->asked + asker_.answer_limit()
           : time_point::max();
}

etcd_member::time_point etcd_member::next_act() const {
  auto result = std::min(valid_until(), watch_answer_due());
  if (renewal_ == 0)
    result = std::min(result, next_renewal_);
  if (asker_.asking())
    return result;
  if (watch_ == 0)
    result = std::min(result, next_watch_);
  if (unsaid_)
    result = std::min(result, next_put_);
  return result;
}

// -- the lease ----------------------------------------------------------------

void etcd_member::renewed(time_point asked) {
  // etcd counts from when it got the request, which was not before this.
  boot_clock::duration ttl = lease_.ttl;
  auto until = asked + ttl - ttl / margin_parts;
  valid_until_ = until.time_since_epoch().count();
  // One fails soon at an endpoint that has fallen silent, and then the watch
  // goes elsewhere too.
  next_renewal_ = asked + asker_.share(renewal_parts);
}

void etcd_member::start_renewal(time_point now) {
  renewal_ =
    asker_.start({"/v3/lease/keepalive", etcd::renew_request(lease_.id),
                  asker_.answer_limit()},
                 now);
}

void etcd_member::take_renewal(time_point now) {
  auto* x = asker_.find(renewal_);
  if (x == nullptr || !x->answer)
    return;
  auto asked = *x->asked;
  auto endpoint = x->endpoint;
  auto answer = *std::move(x->answer);
  asker_.drop(renewal_);
  std::string fault;
  if (!answer) {
    fault = std::move(answer).error().reason;
  } else {
    auto found = etcd::read_renewal(*answer);
    if (found && found->id == lease_.id) {
      asker_.praise();
      renewed(asked);
      return;
    }
    if (!found && found.error().what == etcd::failure::kind::not_found)
      return lose("etcd has ended the lease", now);
    if (!found && found.error().what == etcd::failure::kind::stranger)
      asker_.log_out();
    fault = found ? "the answer is for another lease" : found.error().reason;
  }
  asker_.blame(endpoint, fault);
  // An endpoint that cannot renew may be cut off from the others, and then its
  // watch tells nothing.
  if (auto* y = asker_.find(watch_); y != nullptr && y->endpoint == endpoint)
    asker_.drop(watch_);
  next_renewal_ = now + asker_.share(retry_parts);
}

// -- the others ---------------------------------------------------------------

void etcd_member::start_watch(time_point now) {
  watch_answered_ = false;
  next_watch_ = now + asker_.share(retry_parts);
  // From what is known, not after it: were the next change a removal, and etcd
  // compacted to it, it would neither tell of it nor say that it cannot.
  watch_ = asker_.start({.path = "/v3/watch",
                         .body = etcd::watch_request(prefix_, table_.epoch()),
                         .limit = watch_limit,
                         .by_lines = true},
                        now);
}

void etcd_member::take_news(time_point now) {
  auto* x = asker_.find(watch_);
  if (x == nullptr)
    return;
  for (auto& line : std::exchange(x->lines, {})) {
    auto news = etcd::read_news(line);
    if (!news) {
      if (news.error().what == etcd::failure::kind::stranger)
        asker_.log_out();
      asker_.blame(x->endpoint, news.error().reason);
      asker_.drop(watch_);
      return;
    }
    watch_answered_ = true;
    table_.apply(news->changes);
    if (news->compacted != 0) {
      config_.log->info("cluster_compacted", {{"epoch", table_.epoch()}});
      asker_.drop(watch_);
      return synchronise(now);
    }
    if (news->ended) {
      // So it says that it does not know the token, while leases go on.
      if (!news->reason.empty()) {
        asker_.log_out();
        asker_.blame(x->endpoint, news->reason);
      }
      asker_.drop(watch_);
      return;
    }
  }
  if (x->answer) {
    if (!watch_answered_)
      asker_.blame(x->endpoint, fault_of(*x->answer));
    asker_.drop(watch_);
  }
}

void etcd_member::synchronise(time_point now) {
  // One under way lists all as well, or the next watch says again that changes
  // were missed.
  if (asker_.asking())
    return;
  auto expected = table_.own_revision();
  if (expected == 0)
    return lose("the entry of this node is gone", now);
  put_after_ = table_.epoch();
  put_self(expected, 1, now);
}

void etcd_member::take_put(time_point now) {
  auto found = asker_.take_answer(etcd::read_put, now);
  if (!found)
    return;
  if (!*found) {
    if (found->error().what == etcd::failure::kind::not_found)
      return lose("etcd has ended the lease", now);
    // It may have been to say something new.
    unsaid_ = true;
    next_put_ = now + asker_.share(retry_parts);
    return;
  }
  const auto& result = **found;
  if (!result.done) {
    // The answer to an earlier put may have gone astray, which no watch has
    // told of yet.
    if (!result.entries.empty() && is_own(result.entries.front())
        && result.entries.front().changed > expected_)
      return put_self(result.entries.front().changed, 1, now);
    return lose("the entry of this node is gone", now);
  }
  // What is newer than all that was known when it was put cannot be older: etcd
  // has been restored from a backup, and a watch waits for what has been.
  if (result.at <= put_after_)
    return lose("the revisions of etcd have fallen", now);
  // Else the watch has told of the put, and of all before and after it.
  if (result.at > table_.epoch())
    table_.reset(result.at, result.entries);
}

void etcd_member::tell_view(time_point now) {
  if (table_.epoch() == told_)
    return;
  for (const auto& what : table_.take_complaints())
    config_.log->warning("cluster_entry_ignored", {{"what", what}});
  if (table_.own_revision() == 0)
    return lose("the entry of this node is gone", now);
  told_ = table_.epoch();
  auto view = table_.view();
  config_.log->info("cluster_view",
                    {{"epoch", view.epoch}, {"members", view.members.size()}});
  tell_(std::move(view));
}

void etcd_member::lose(const std::string& reason, time_point now) {
  valid_until_ = 0;
  asker_.drop_all();
  renewal_ = watch_ = 0;
  config_.log->warning("cluster_lost", {{"why", reason}});
  tell_(membership_lost{reason});
  look(now);
}

} // namespace livegrid
