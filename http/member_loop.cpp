#include "livegrid/http/member_loop.hpp"

#include <algorithm>
#include <utility>

#include "livegrid/http/member_json.hpp"
#include "livegrid/log.hpp"

namespace livegrid {

namespace {

using namespace std::chrono_literals;

/// How long leaving may take.
constexpr auto leave_limit = 1s;

/// How much longer than its time to live a predecessor may keep the name: etcd
/// looks after leases twice a second, and may have been busy electing.
constexpr auto holder_margin = 2s;

/// Beyond this a longer time to live is no reason to wait longer for anything.
constexpr auto unhurried = 6s;

/// Which part of the time to live a connection may take, ...
constexpr int connect_parts = 8;

/// ... and the longest pause between two tries to join.
constexpr int pause_parts = 10;

} // namespace

member_loop::member_loop(membership_config config, listener tell)
  : config_(std::move(config)),
    tell_(std::move(tell)),
    prefix_("/livegrid/" + config_.cluster + "/members/"),
    key_(prefix_ + config_.self.name),
    value_(to_json(config_.self)),
    table_(prefix_, config_.self.name, config_.self.instance) {
  lease_.ttl = config_.ttl;
}

void member_loop::run() {
  while (!stopping_) {
    if (join())
      stay();
    else
      pause();
  }
  leave();
}

void member_loop::stop() noexcept {
  stopping_ = true;
  posts_.wake();
}

void member_loop::restate(bool owns_symbols, std::vector<symbol_name> pinned) {
  {
    std::lock_guard guard{restating_};
    restated_.emplace(owns_symbols, std::move(pinned));
  }
  posts_.wake();
}

// -- asking -------------------------------------------------------------------

member_loop::milliseconds member_loop::share(int parts) const {
  return std::min<milliseconds>(lease_.ttl, unhurried) / parts;
}

http_post member_loop::start(std::string_view path, std::string body,
                             milliseconds limit) {
  const auto& access = config_.access;
  return {posts_,
          {.url = config_.endpoints[endpoint_] + std::string{path},
           .body = std::move(body),
           .authorization = token_,
           .ca = access.ca,
           .cert = access.cert,
           .key = access.key,
           .connect_limit = share(connect_parts),
           .limit = limit,
           .max_pending = etcd::max_answer}};
}

etcd::answer<std::string> member_loop::exchange(std::string_view path,
                                                const std::string& body) {
  auto post = start(path, body, share(request_parts));
  while (!post.over() && !stopping_) {
    posts_.wait(share(request_parts));
    posts_.work();
  }
  if (!post.over())
    return etcd::failure{etcd::failure::kind::refused, "no answer"};
  if (!post.fault().empty())
    return etcd::failure{etcd::failure::kind::refused, post.fault()};
  return post.take_bytes();
}

std::optional<etcd::failure> member_loop::log_in() {
  const auto& access = config_.access;
  if (access.user.empty() || !token_.empty() || open_)
    return std::nullopt;
  auto text = exchange("/v3/auth/authenticate",
                       etcd::login_request(access.user, access.password));
  if (auto why = std::get_if<etcd::failure>(&text))
    return std::move(*why);
  auto found = etcd::read_token(std::get<std::string>(text));
  if (auto token = std::get_if<std::string>(&found)) {
    token_ = std::move(*token);
    return std::nullopt;
  }
  auto& why = std::get<etcd::failure>(found);
  if (why.reason.find("authentication is not enabled") != std::string::npos) {
    open_ = true;
    config_.log->warning(
      "etcd_without_authentication",
      {{"endpoint", config_.endpoints[endpoint_]}, {"user", access.user}});
    return std::nullopt;
  }
  why.reason.insert(0, "as user " + access.user + ": ");
  return std::move(why);
}

template <class T>
etcd::answer<T> member_loop::ask(std::string_view path, const std::string& body,
                                 etcd::answer<T> (*read)(std::string_view),
                                 std::size_t tries) {
  using kind = etcd::failure::kind;
  etcd::failure result{kind::refused, "no answer"};
  auto may_log_in_again = true;
  for (; tries > 0 && !stopping_; --tries) {
    auto refused = log_in();
    if (!refused) {
      auto text = exchange(path, body);
      if (stopping_)
        break;
      if (auto why = std::get_if<etcd::failure>(&text)) {
        refused = std::move(*why);
      } else {
        auto found = read(std::get<std::string>(text));
        auto bad = std::get_if<etcd::failure>(&found);
        if (bad == nullptr || bad->what == kind::not_found) {
          praise_endpoint();
          return found;
        }
        refused = std::move(*bad);
      }
    }
    result = *std::move(refused);
    if (result.what == kind::stranger) {
      if (config_.access.user.empty())
        result.reason += " (etcd has authentication on: set cluster.etcd-user)";
      // A token ends with the etcd that gave it, which is nobody's fault.
      else if (std::exchange(may_log_in_again, false)) {
        log_out();
        ++tries;
        continue;
      }
    }
    blame_endpoint(result.reason);
  }
  return result;
}

etcd::answer<etcd::put_result> member_loop::put_self(etcd::revision expected,
                                                     std::size_t tries) {
  return ask("/v3/kv/txn",
             etcd::put_request({key_, value_, lease_.id, expected, prefix_}),
             etcd::read_put, tries);
}

void member_loop::blame_endpoint(std::string_view why) {
  // Once is enough until one answers again.
  if (!std::exchange(endpoint_blamed_, true))
    config_.log->warning(
      "etcd_unreachable",
      {{"endpoint", config_.endpoints[endpoint_]}, {"why", why}});
  endpoint_ = (endpoint_ + 1) % config_.endpoints.size();
}

void member_loop::praise_endpoint() {
  if (std::exchange(endpoint_blamed_, false))
    config_.log->info("etcd_answers",
                      {{"endpoint", config_.endpoints[endpoint_]}});
}

// -- not a member -------------------------------------------------------------

bool member_loop::join() {
  auto expected = look_at_name();
  if (!expected)
    return false;
  auto all = config_.endpoints.size();
  auto asked = clock::now();
  auto granted = ask("/v3/lease/grant", etcd::grant_request(config_.ttl),
                     etcd::read_grant, all);
  if (auto why = std::get_if<etcd::failure>(&granted)) {
    wait_for(cause::etcd, why->reason);
    return false;
  }
  lease_ = std::get<etcd::lease>(granted);
  auto put = put_self(*expected, all);
  if (auto why = std::get_if<etcd::failure>(&put)) {
    wait_for(cause::etcd, why->reason);
    return false;
  }
  const auto& result = std::get<etcd::put_result>(put);
  // Another was faster: the next look at the name tells who.
  if (!result.done)
    return false;
  if (result.at <= told_)
    config_.log->warning("etcd_revisions_fell",
                         {{"from", told_}, {"to", result.at}});
  told_ = 0;
  table_.reset(result.at, result.entries);
  renewed(asked);
  if (table_.own_revision() == 0 || expired())
    return false;
  waiting_for_ = cause::none;
  held_since_.reset();
  config_.log->info("cluster_joined",
                    {{"name", config_.self.name}, {"epoch", table_.epoch()}});
  return tell_view();
}

std::optional<etcd::revision> member_loop::look_at_name() {
  auto found = ask("/v3/kv/range", etcd::get_request(key_), etcd::read_entries,
                   config_.endpoints.size());
  if (auto why = std::get_if<etcd::failure>(&found)) {
    // While etcd is away it ends no leases.
    held_since_.reset();
    wait_for(cause::etcd, why->reason);
    return std::nullopt;
  }
  const auto& entries = std::get<std::vector<etcd::entry>>(found);
  if (entries.empty())
    return 0;
  // One of our own is from before it was lost, or the answer to an earlier put
  // went astray.
  auto holder = parse_member(config_.self.name, entries.front().value);
  if (auto who = std::get_if<member>(&holder))
    if (who->instance == config_.self.instance)
      return entries.front().changed;
  name_is_held(entries.front());
  return std::nullopt;
}

void member_loop::name_is_held(const etcd::entry& by) {
  auto now = std::chrono::steady_clock::now();
  if (!held_since_ || holder_ != by.value) {
    holder_ = by.value;
    held_since_ = now;
    refused_ = false;
  }
  std::string instance;
  std::string reason = "the name " + config_.self.name + " is held by ";
  auto holder = parse_member(config_.self.name, by.value);
  if (auto who = std::get_if<member>(&holder)) {
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

void member_loop::wait_for(cause why, const std::string& reason) {
  if (stopping_ || std::exchange(waiting_for_, why) == why)
    return;
  config_.log->warning("cluster_waiting", {{"why", reason}});
  tell_(membership_waiting{reason});
}

void member_loop::pause() {
  // Nodes that lost etcd at once shall not all come back at once.
  auto longest = share(pause_parts).count();
  auto until = std::chrono::steady_clock::now()
               + milliseconds{
                 std::uniform_int_distribution{longest / 2, longest}(random_)};
  for (auto now = std::chrono::steady_clock::now(); now < until && !stopping_;
       now = std::chrono::steady_clock::now())
    posts_.wait(std::chrono::ceil<milliseconds>(until - now));
}

void member_loop::leave() {
  valid_until_ = 0;
  renewal_.reset();
  watch_.reset();
  if (lease_.id == 0)
    return;
  auto until = std::chrono::steady_clock::now() + leave_limit;
  for (std::size_t i = 0; i < config_.endpoints.size(); ++i) {
    auto post = start("/v3/lease/revoke", etcd::revoke_request(lease_.id),
                      share(request_parts));
    while (!post.over() && std::chrono::steady_clock::now() < until) {
      posts_.wait(share(request_parts));
      posts_.work();
    }
    if (!post.over() || post.fault().empty())
      return;
    endpoint_ = (endpoint_ + 1) % config_.endpoints.size();
  }
}

} // namespace livegrid
