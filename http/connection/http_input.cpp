#include "livegrid/http/connection/http_input.hpp"

#include "livegrid/http/message/error_reply.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace livegrid {

http_input::http_input(std::uint64_t max_body,
                       std::shared_ptr<byte_budget> budget, std::string owner,
                       std::string peer, std::string address,
                       const head_taker& on_head)
  : screen_(max_body),
    budget_(std::move(budget)),
    on_head_(on_head),
    peer_(std::move(peer)),
    address_(std::move(address)),
    owner_(std::move(owner)),
    share_(budget_, owner_) {
  // nop
}

http_input::turn http_input::next() {
  if (cleared_ > 0)
    return turn::give;
  auto waits = !refusal_ && screen_.between() && must_wait();
  if (!waits && !looked_) {
    looked_ = true;
    cleared_ = inspect(kept_);
    if (cleared_ > 0)
      return turn::give;
  }
  // Answers that are due come first.
  if (refusal_)
    return in_flight_ > 0 ? turn::wait : turn::refuse;
  if (waits && !kept_.empty())
    return turn::wait;
  if (ended_)
    return in_flight_ > 0 ? turn::wait : turn::end;
  return turn::read;
}

std::size_t http_input::take(std::string_view bytes) {
  count(share_.size() + bytes.size());
  if (!kept_.empty() || (screen_.between() && must_wait())) {
    kept_ += bytes;
    looked_ = false;
    return 0;
  }
  auto n = inspect(bytes);
  kept_ = bytes.substr(n);
  // An unfinished head has been looked at, the next request has not.
  looked_ = n == 0;
  return n;
}

std::size_t http_input::give(char* to, std::size_t size) {
  auto n = std::min(size, cleared_);
  std::memcpy(to, kept_.data(), n);
  kept_.erase(0, n);
  cleared_ -= n;
  if (cleared_ == 0)
    looked_ = kept_.empty();
  return n;
}

std::size_t http_input::inspect(std::string_view bytes) {
  if (refusal_)
    return 0;
  auto at_head = screen_.between();
  auto n = screen_.look(bytes);
  if (at_head && screen_.fault())
    note_origin(screen_.head());
  if (n > 0 && screen_.at_body()) {
    announce(screen_.head());
    if (!refusal_ && screen_.head().has_body()) {
      continue_due_ = screen_.head().expects_continue && n == bytes.size();
      n += screen_.look(bytes.substr(n));
    }
  }
  if (const auto& fault = screen_.fault(); fault && !refusal_)
    refuse(*fault);
  return refusal_ ? 0 : n;
}

void http_input::note_origin(const request_head& x) {
  origin_.reset();
  if (x.has("origin"))
    origin_ = x.field("origin");
}

void http_input::announce(const request_head& x) {
  note_origin(x);
  // Else the parser has taken something else for the last request.
  if (announced_)
    refusal_ = error_reply(400, "two requests that cannot be told apart");
  else if (auto refused = on_head_(*this, x))
    refusal_ = std::move(refused);
  if (x.last)
    no_more_ = true;
}

std::optional<announced_request> http_input::take_request() {
  auto result = std::exchange(announced_, std::nullopt);
  if (!result)
    return result;
  result->share = std::exchange(share_, byte_share{budget_, owner_});
  count(kept_.size());
  ++in_flight_;
  if (!result->small_answer())
    ++unanswered_;
  return result;
}

void http_input::note_answer(std::size_t size, bool small) {
  unsent_ += size;
  if (!small)
    --unanswered_;
  wake();
}

void http_input::note_sent(std::size_t size) {
  unsent_ -= size;
  --in_flight_;
  wake();
}

void http_input::refuse(const request_fault& x) {
  fault_ = x;
  refusal_ = error_reply(x.status, x.why);
  if (x == too_much)
    refusal_->headers.emplace_back("Retry-After", "1");
}

void http_input::count(std::uint64_t bytes) {
  if (!share_.resize(bytes) && !refusal_)
    refuse(too_much);
}

void http_input::give_to(std::string owner) {
  if (!owner.empty() && !share_.give_to(std::move(owner)) && !refusal_)
    refuse(too_much);
}

void http_input::stop() {
  stopped_ = true;
  wake();
}

void http_input::wake() {
  if (pause_)
    pause_->cancel();
}

} // namespace livegrid
