#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "livegrid/actors/base/expected.hpp"
#include "livegrid/http/cluster/etcd_membership.hpp"
#include "livegrid/http/cluster/etcd_messages.hpp"
#include "livegrid/http/cluster/etcd_port.hpp"
#include "livegrid/http/system/boot_clock.hpp"

namespace livegrid {

/// Asks etcd on behalf of a member: at one endpoint until that gives no answer
/// of use, then at the next. Logs in first where etcd wants to know who asks.
///
/// There is one question at a time, which is asked again elsewhere as often as
/// it may be, and any number of requests that the member looks after itself.
class etcd_asker {
public:
  using post_id = etcd_port::post_id;
  using time_point = boot_clock::time_point;
  using milliseconds = std::chrono::milliseconds;

  /// A request that was made, and what came of it that nobody took yet.
  struct request {
    std::size_t endpoint = 0; ///< at which it was made last

    /// Not while it waits for a log-in.
    std::optional<time_point> asked;

    /// Once it is over: all of it, or why there is none.
    std::optional<etcd::answer<std::string>> answer;

    std::deque<std::string> lines;
  };

  /// What is asked.
  struct order {
    std::string path;
    std::string body;
    milliseconds limit{0};
    bool by_lines = false;
  };

  /// Neither `config` nor `port` may end before it.
  etcd_asker(const membership_config& config, etcd_port& port);

  etcd_asker(const etcd_asker&) = delete;

  etcd_asker& operator=(const etcd_asker&) = delete;

  /// For how long a lease lives, to which all limits are in proportion.
  void set_ttl(std::chrono::seconds x) noexcept {
    ttl_ = x;
  }

  /// The `parts`th part of the time to live, or of a shorter one if it is long.
  milliseconds share(int parts) const;

  /// How long an answer may take.
  milliseconds answer_limit() const {
    return share(request_parts);
  }

  // -- what comes -------------------------------------------------------------

  /// Of a request that is not known, such as one given up, both do nothing.
  void answered(post_id id, std::string fault, std::string text);

  void line(post_id id, std::string text);

  // -- requests ---------------------------------------------------------------

  /// Asks once it is logged in, or cannot be.
  post_id start(order what, time_point now);

  /// Null if there is none of that name.
  request* find(post_id id);

  const request* find(post_id id) const;

  /// Gives it up if it is not over, and forgets it: its name becomes 0.
  void drop(post_id& id);

  /// Drops all requests, and the question.
  void drop_all();

  // -- the question -----------------------------------------------------------

  /// Asks the endpoints in turn, `tries` at most. Without a log-in that is
  /// needed, a try fails.
  void ask(std::string path, std::string body, std::size_t tries,
           time_point now);

  bool asking() const noexcept {
    return question_.has_value();
  }

  /// The answer, or why there is none at last; nothing as long as neither is
  /// known, or nothing is asked. Goes on with the question until then.
  template <class T>
  std::optional<etcd::answer<T>>
  take_answer(etcd::answer<T> (*read)(std::string_view), time_point now);

  // -- who asks ---------------------------------------------------------------

  /// Takes the answer to a log-in if there is one.
  void take_login(time_point now);

  /// The token is good no longer, or was needed after all.
  void log_out() noexcept {
    token_.clear();
    open_ = false;
  }

  // -- whom to ask ------------------------------------------------------------

  /// The one that is asked now, as an index into those of the configuration.
  std::size_t endpoint() const noexcept {
    return endpoint_;
  }

  /// That endpoint gave no answer, or none of use: others are asked from now
  /// on. Does not turn away from another that is asked meanwhile.
  void blame(std::size_t which, std::string_view why);

  /// The endpoint gave an answer of use.
  void praise();

  void next_endpoint() noexcept {
    endpoint_ = (endpoint_ + 1) % config_.endpoints.size();
  }

private:
  struct question {
    order what;
    std::size_t tries = 0;
    bool may_log_in_again = true;
    post_id under_way = 0;
  };

  struct known_request : request {
    order what;
  };

  /// Which part of the time to live a request may take, so that two endpoints
  /// that do not answer cost no lease.
  static constexpr int request_parts = 4;

  bool needs_login() const {
    return !config_.access.user.empty() && token_.empty() && !open_;
  }

  void log_in(time_point now);

  /// Takes what a log-in has come to.
  expected<void, etcd::failure> read_login(const request& x);

  void post(post_id id, known_request& x, time_point now);

  const membership_config& config_;
  etcd_port& port_;
  std::chrono::seconds ttl_;
  post_id last_id_ = 0;
  std::map<post_id, known_request> requests_;

  std::optional<question> question_;

  std::size_t endpoint_ = 0;
  bool endpoint_blamed_ = false;
  std::string token_; ///< that etcd knows this node by
  bool open_ = false; ///< etcd has said that nobody needs one
  post_id login_ = 0;
};

} // namespace livegrid
