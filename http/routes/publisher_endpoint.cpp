#include "livegrid/http/routes/publisher_endpoint.hpp"

#include <chrono>
#include <deque>
#include <optional>
#include <utility>

#include "livegrid/actors/base/log.hpp"
#include "livegrid/http/message/error_reply.hpp"

namespace livegrid {

namespace {

/// Messages under way beyond this are left in the socket.
constexpr std::size_t max_waiting = 64;

/// Whether a publisher that closes with that code is done; others broke off.
constexpr bool is_goodbye(std::uint16_t code) noexcept {
  constexpr std::uint16_t no_code = 1005;
  constexpr std::uint16_t first_own = 3000;
  return code == 1000 || code == 1001 || code == no_code || code >= first_own;
}

std::string body_of(const tick_answer& x) {
  return x ? accepted_body(*x) : error_body(x.error());
}

} // namespace

/// Answers in the order of their messages; outlives the connection until the
/// last one is in. What is refused is answered when the turn of the loop is
/// over, so that it is work under way until then, as what is taken is.
struct publisher_endpoint::answers {
  std::weak_ptr<ws_session> session;
  std::deque<std::optional<std::string>> waiting;
  std::uint64_t first = 0; ///< the number of the message at the front

  std::uint64_t expect() {
    waiting.emplace_back();
    return first + waiting.size() - 1;
  }

  void put(std::uint64_t number, std::string text) {
    waiting[number - first] = std::move(text);
  }

  /// Sends those that are there, up to the first that is not.
  void give() {
    auto s = session.lock();
    while (!waiting.empty() && waiting.front()) {
      if (s)
        s->send_text(*waiting.front());
      waiting.pop_front();
      ++first;
    }
    if (s)
      s->read_on();
  }
};

publisher_endpoint::publisher_endpoint(tick_intake& intake, log_ptr log,
                                       caller who, publisher_seats::seat seat,
                                       std::uint64_t number, taking which)
  : intake_(intake),
    log_(std::move(log)),
    who_(std::move(who)),
    publisher_(publisher_of(who_)),
    seat_(std::move(seat)),
    feed_{source::socket, number},
    which_(which),
    answers_(std::make_shared<answers>()) {
  // nop
}

counters::endpoint publisher_endpoint::kind() const noexcept {
  return counters::endpoint::publisher;
}

void publisher_endpoint::on_open(const std::shared_ptr<ws_session>& way_out) {
  session_ = way_out;
  answers_->session = way_out;
  log_->info("publisher_opened",
             {{"peer", way_out->peer()}, {"key", who_.name()}});
  // So that the operator's list of feeds says whose each is.
  auto whose = who_.key ? who_.key->name + ' ' : std::string{};
  intake_.tell(feed_, true, whose + way_out->peer());
}

std::string publisher_endpoint::on_text(std::string&& text) {
  auto from = peer();
  auto read =
    intake_.read(text, {feed_, who_, from, publisher_, seat_.seq_of}, which_);
  if (!read)
    return answer_refused(std::move(read).error());
  if (read->all_bad())
    return answer_bad(accepted_body({0, std::move(read->refused)}), {});
  // Answers come on the loop of the connection: the ingress lives there.
  intake_.publish(
    *std::move(read),
    [to = answers_, number = answers_->expect()](const tick_answer& x) {
      to->put(number, body_of(x));
      to->give();
    });
  return {};
}

std::string publisher_endpoint::on_binary() {
  auto from = peer();
  return answer_refused(
    intake_.refuse({feed_, who_, from},
                   {.code = errc::malformed,
                    .message = "a binary message; only text is understood"}));
}

void publisher_endpoint::on_writable() {
  // Answers are sent with `send_text`, which needs no credit.
}

void publisher_endpoint::on_gone(std::uint16_t code, std::string_view reason) {
  auto from = peer();
  log_->info("publisher_closed",
             {{"peer", from}, {"code", code}, {"reason", reason}});
  if (is_goodbye(code))
    intake_.tell(feed_, false, std::move(from));
  else
    intake_.tell_broken(feed_);
}

bool publisher_endpoint::busy() const noexcept {
  return answers_->waiting.size() >= max_waiting;
}

void publisher_endpoint::on_turn_end() {
  answers_->give();
}

bool publisher_endpoint::settled() const noexcept {
  return answers_->waiting.empty();
}

std::string publisher_endpoint::peer() const {
  auto s = session_.lock();
  return s ? s->peer() : std::string{};
}

std::string publisher_endpoint::answer_refused(tick_intake::refused x) {
  auto text = error_body(x.why);
  // Whoever only sends too many is told so each time, and may go on.
  if (x.over_limit) {
    answers_->put(answers_->expect(), std::move(text));
    return {};
  }
  return answer_bad(std::move(text), x.why.code == errc::limited
                                       ? std::move(x.why.message)
                                       : std::string{});
}

std::string publisher_endpoint::answer_bad(std::string text,
                                           std::string too_many) {
  answers_->put(answers_->expect(), std::move(text));
  if (recently_bad_.note(std::chrono::steady_clock::now()))
    too_many = bad_messages::reason;
  if (!too_many.empty())
    answers_->give();
  return too_many;
}

} // namespace livegrid
