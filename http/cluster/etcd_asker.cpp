#include "livegrid/http/cluster/etcd_asker.hpp"

#include <algorithm>
#include <utility>

#include "livegrid/actors/base/log.hpp"

namespace livegrid {

namespace {

using kind = etcd::failure::kind;

/// Beyond this a longer time to live is no reason to wait longer for anything.
constexpr std::chrono::seconds unhurried{6};

/// Which part of the time to live a connection may take.
constexpr int connect_parts = 8;

} // namespace

etcd_asker::etcd_asker(const membership_config& config, etcd_port& port)
  : config_(config), port_(port), ttl_(config.ttl) {
  // nop
}

etcd_asker::milliseconds etcd_asker::share(int parts) const {
  return std::min<milliseconds>(ttl_, unhurried) / parts;
}

// -- what comes ---------------------------------------------------------------

void etcd_asker::answered(post_id id, std::string fault, std::string text) {
  auto* x = find(id);
  if (x == nullptr)
    return;
  if (fault.empty())
    x->answer = std::move(text);
  else
    x->answer = unexpected{etcd::failure{kind::refused, std::move(fault)}};
}

void etcd_asker::line(post_id id, std::string text) {
  if (auto* x = find(id))
    x->lines.emplace_back(std::move(text));
}

// -- requests -----------------------------------------------------------------

etcd_port::post_id etcd_asker::start(order what, time_point now) {
  auto id = ++last_id_;
  auto& x = requests_[id];
  x.what = std::move(what);
  if (needs_login())
    log_in(now);
  else
    post(id, x, now);
  return id;
}

void etcd_asker::post(post_id id, known_request& x, time_point now) {
  x.endpoint = endpoint_;
  x.asked = now;
  port_.post(id, {.endpoint = config_.endpoints[endpoint_],
                  .path = x.what.path,
                  .body = x.what.body,
                  .authorization = token_,
                  .by_lines = x.what.by_lines,
                  .connect_limit = share(connect_parts),
                  .limit = x.what.limit});
}

etcd_asker::request* etcd_asker::find(post_id id) {
  auto i = requests_.find(id);
  return i != requests_.end() ? &i->second : nullptr;
}

const etcd_asker::request* etcd_asker::find(post_id id) const {
  auto i = requests_.find(id);
  return i != requests_.end() ? &i->second : nullptr;
}

void etcd_asker::drop(post_id& id) {
  if (auto* x = find(id)) {
    if (x->asked && !x->answer)
      port_.cancel(id);
    requests_.erase(id);
  }
  id = 0;
}

void etcd_asker::drop_all() {
  question_.reset();
  login_ = 0;
  while (!requests_.empty()) {
    auto id = requests_.begin()->first;
    drop(id);
  }
}

// -- the question -------------------------------------------------------------

void etcd_asker::ask(std::string path, std::string body, std::size_t tries,
                     time_point now) {
  question_ =
    question{{std::move(path), std::move(body), answer_limit()}, tries};
  question_->under_way = start(question_->what, now);
}

template <class T>
std::optional<etcd::answer<T>>
etcd_asker::take_answer(etcd::answer<T> (*read)(std::string_view),
                        time_point now) {
  if (!question_)
    return std::nullopt;
  auto& x = *question_;
  auto* tried = find(x.under_way);
  if (!tried->answer)
    return std::nullopt;
  auto endpoint = tried->endpoint;
  auto text = *std::move(tried->answer);
  drop(x.under_way);
  auto found =
    text ? read(*text) : etcd::answer<T>{unexpected{std::move(text).error()}};
  if (found || found.error().what == kind::not_found) {
    praise();
    question_.reset();
    return found;
  }
  auto& why = found.error();
  auto user = !config_.access.user.empty();
  if (why.what == kind::stranger && !user)
    why.reason += " (etcd has authentication on: set cluster.etcd-user)";
  // A token ends with the etcd that gave it, which is nobody's fault.
  if (why.what == kind::stranger && user
      && std::exchange(x.may_log_in_again, false)) {
    log_out();
  } else {
    blame(endpoint, why.reason);
    if (--x.tries == 0) {
      question_.reset();
      return found;
    }
  }
  x.under_way = start(x.what, now);
  return std::nullopt;
}

template std::optional<etcd::answer<std::vector<etcd::entry>>>
  etcd_asker::take_answer(
    etcd::answer<std::vector<etcd::entry>> (*)(std::string_view), time_point);

template std::optional<etcd::answer<etcd::lease>>
  etcd_asker::take_answer(etcd::answer<etcd::lease> (*)(std::string_view),
                          time_point);

template std::optional<etcd::answer<etcd::put_result>>
  etcd_asker::take_answer(etcd::answer<etcd::put_result> (*)(std::string_view),
                          time_point);

// -- who asks -----------------------------------------------------------------

void etcd_asker::log_in(time_point now) {
  if (login_ != 0)
    return;
  const auto& access = config_.access;
  login_ = ++last_id_;
  auto& x = requests_[login_];
  x.what = {"/v3/auth/authenticate",
            etcd::login_request(access.user, access.password), answer_limit()};
  post(login_, x, now);
}

void etcd_asker::take_login(time_point now) {
  auto* x = find(login_);
  if (x == nullptr || !x->answer)
    return;
  auto endpoint = x->endpoint;
  auto done = read_login(*x);
  drop(login_);
  for (auto& [id, waiting] : requests_) {
    if (waiting.asked)
      continue;
    if (!done && question_ && question_->under_way == id) {
      waiting.endpoint = endpoint;
      waiting.answer = unexpected{done.error()};
    } else {
      post(id, waiting, now);
    }
  }
}

expected<void, etcd::failure> etcd_asker::read_login(const request& x) {
  const auto& text = *x.answer;
  if (!text)
    return unexpected{text.error()};
  auto token = etcd::read_token(*text);
  if (token) {
    token_ = *std::move(token);
    return {};
  }
  auto& why = token.error();
  if (why.reason.find("authentication is not enabled") != std::string::npos) {
    open_ = true;
    config_.log->warning("etcd_without_authentication",
                         {{"endpoint", config_.endpoints[x.endpoint]},
                          {"user", config_.access.user}});
    return {};
  }
  why.reason.insert(0, "as user " + config_.access.user + ": ");
  return unexpected{std::move(why)};
}

// -- whom to ask --------------------------------------------------------------

void etcd_asker::blame(std::size_t which, std::string_view why) {
  // What was asked there before it was blamed ends there too.
  if (which != endpoint_)
    return;
  // Once is enough until one answers again.
  if (!std::exchange(endpoint_blamed_, true))
    config_.log->warning(
      "etcd_unreachable",
      {{"endpoint", config_.endpoints[endpoint_]}, {"why", why}});
  next_endpoint();
}

void etcd_asker::praise() {
  if (std::exchange(endpoint_blamed_, false))
    config_.log->info("etcd_answers",
                      {{"endpoint", config_.endpoints[endpoint_]}});
}

} // namespace livegrid
