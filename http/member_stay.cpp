// A member's life: the half of the loop that renews and watches.

#include <algorithm>
#include <tuple>
#include <utility>

#include "livegrid/http/member_json.hpp"
#include "livegrid/http/member_loop.hpp"
#include "livegrid/log.hpp"

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

} // namespace

void member_loop::stay() {
  watch_.reset();
  renewal_.reset();
  next_watch_ = clock::now();
  while (!stopping_) {
    if (expired()) {
      lose("the lease could not be renewed in time");
      return;
    }
    auto now = clock::now();
    if (!renewal_ && now >= next_renewal_)
      start_renewal();
    // One that is not answered in time is worth no more than none.
    if (watch_ && !watch_answered_ && now >= next_watch_) {
      blame_endpoint("no answer to a watch");
      watch_again();
    }
    if (!watch_ && now >= next_watch_)
      start_watch();
    auto until = valid_until();
    if (!renewal_)
      until = std::min(until, next_renewal_);
    if (!watch_ || !watch_answered_)
      until = std::min(until, next_watch_);
    if (until > now)
      posts_.wait(std::chrono::ceil<milliseconds>(until - now));
    posts_.work();
    // The process may have been suspended at any point up to here: what came
    // meanwhile must not be believed before the clock has been asked.
    if (expired())
      continue;
    if (!take_renewal() || !take_news() || !take_restatement())
      return;
  }
}

// -- the lease ----------------------------------------------------------------

void member_loop::renewed(clock::time_point asked) {
  // etcd counts from when it got the request, which was not before this.
  clock::duration ttl = lease_.ttl;
  auto until = asked + ttl - ttl / margin_parts;
  valid_until_ = until.time_since_epoch().count();
  // One fails soon at an endpoint that has fallen silent, and then the watch
  // goes elsewhere too.
  next_renewal_ = asked + share(renewal_parts);
}

void member_loop::start_renewal() {
  log_in();
  renewal_asked_ = clock::now();
  renewal_.emplace(start("/v3/lease/keepalive", etcd::renew_request(lease_.id),
                         share(request_parts)));
}

bool member_loop::take_renewal() {
  if (!renewal_ || !renewal_->over())
    return true;
  auto fault = renewal_->fault();
  auto text = renewal_->take_bytes();
  renewal_.reset();
  if (fault.empty()) {
    auto found = etcd::read_renewal(text);
    auto why = std::get_if<etcd::failure>(&found);
    if (why == nullptr && std::get<etcd::lease>(found).id == lease_.id) {
      praise_endpoint();
      renewed(renewal_asked_);
      return true;
    }
    if (why != nullptr && why->what == etcd::failure::kind::not_found)
      return lose("etcd has ended the lease");
    if (why != nullptr && why->what == etcd::failure::kind::stranger)
      log_out();
    fault = why != nullptr ? why->reason : "the answer is for another lease";
  }
  blame_endpoint(fault);
  // An endpoint that cannot renew may be cut off from the others, and then its
  // watch tells nothing.
  watch_again();
  next_renewal_ = clock::now() + share(retry_parts);
  return true;
}

// -- the others ---------------------------------------------------------------

void member_loop::start_watch() {
  log_in();
  watch_answered_ = false;
  next_watch_ = clock::now() + share(request_parts);
  watch_.emplace(start("/v3/watch",
                       etcd::watch_request(prefix_, table_.epoch() + 1),
                       watch_limit));
}

void member_loop::watch_again() {
  watch_.reset();
  next_watch_ = clock::now() + share(retry_parts);
}

bool member_loop::take_news() {
  if (!watch_)
    return true;
  for (auto line = watch_->take_line(); !line.empty();
       line = watch_->take_line()) {
    auto found = etcd::read_news(line);
    if (auto why = std::get_if<etcd::failure>(&found)) {
      if (why->what == etcd::failure::kind::stranger)
        log_out();
      blame_endpoint(why->reason);
      watch_again();
      break;
    }
    watch_answered_ = true;
    const auto& news = std::get<etcd::news>(found);
    table_.apply(news.changes);
    if (news.compacted != 0) {
      config_.log->info("cluster_compacted", {{"epoch", table_.epoch()}});
      watch_again();
      return synchronise();
    }
    if (news.ended) {
      // So it says that it does not know the token, while leases go on.
      if (!news.reason.empty()) {
        log_out();
        blame_endpoint(news.reason);
      }
      watch_again();
      break;
    }
  }
  if (watch_ && watch_->over()) {
    if (!watch_answered_)
      blame_endpoint(watch_->fault());
    watch_again();
  }
  return tell_view();
}

bool member_loop::synchronise() {
  auto expected = table_.own_revision();
  if (expected == 0)
    return lose("the entry of this node is gone");
  auto put = put_self(expected, 1);
  if (auto why = std::get_if<etcd::failure>(&put)) {
    if (why->what == etcd::failure::kind::not_found)
      return lose("etcd has ended the lease");
    // The next watch will say again that changes were missed.
    return true;
  }
  const auto& result = std::get<etcd::put_result>(put);
  if (!result.done)
    return lose("the entry of this node is gone");
  table_.reset(result.at, result.entries);
  return tell_view();
}

bool member_loop::take_restatement() {
  {
    std::lock_guard guard{restating_};
    if (!restated_)
      return true;
    std::tie(config_.self.owns_symbols, config_.self.pinned) =
      std::move(*restated_);
    restated_.reset();
  }
  value_ = to_json(config_.self);
  return synchronise();
}

bool member_loop::tell_view() {
  if (table_.epoch() == told_)
    return true;
  for (const auto& what : table_.take_complaints())
    config_.log->warning("cluster_entry_ignored", {{"what", what}});
  if (table_.own_revision() == 0)
    return lose("the entry of this node is gone");
  if (expired())
    return lose("the lease could not be renewed in time");
  told_ = table_.epoch();
  auto view = table_.view();
  config_.log->info("cluster_view",
                    {{"epoch", view.epoch}, {"members", view.members.size()}});
  tell_(std::move(view));
  return true;
}

bool member_loop::lose(const std::string& reason) {
  valid_until_ = 0;
  renewal_.reset();
  watch_.reset();
  config_.log->warning("cluster_lost", {{"why", reason}});
  tell_(membership_lost{reason});
  return false;
}

} // namespace livegrid
