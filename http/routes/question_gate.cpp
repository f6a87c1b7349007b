#include "livegrid/http/routes/question_gate.hpp"

#include <string_view>
#include <utility>

#include <asio/post.hpp>

#include "livegrid/actors/stats/bad_input.hpp"
#include "livegrid/http/access/client_identity.hpp"
#include "livegrid/http/message/error_reply.hpp"

namespace livegrid {

question_gate::question_gate(asio::io_context& loop, std::size_t at_once)
  : loop_(loop), at_once_(at_once) {
  // nop
}

bool question_gate::enter(const std::string& whose, question what) {
  if (under_way_ < at_once_) {
    begin(what);
    return true;
  }
  auto& his = waiting_[whose];
  if (his.size() == max_waiting)
    return false;
  his.emplace_back(std::move(what));
  ++size_;
  return true;
}

void question_gate::begin(const question& what) {
  ++under_way_;
  what(
    {static_cast<void*>(this), [weak = weak_from_this(), &loop = loop_](void*) {
       asio::post(loop, [weak] {
         if (auto me = weak.lock())
           me->leave();
       });
     }});
}

void question_gate::leave() {
  --under_way_;
  if (waiting_.empty())
    return;
  // The next one behind whose turn it was, and the first behind the last.
  auto i = waiting_.upper_bound(last_);
  if (i == waiting_.end())
    i = waiting_.begin();
  last_ = i->first;
  auto what = std::move(i->second.front());
  i->second.pop_front();
  --size_;
  if (i->second.empty())
    waiting_.erase(i);
  begin(what);
}

void ask_in_turn(question_gate& gate, counters& stats, logger& log,
                 const http_request& request, const responder& to,
                 question_gate::question what) {
  if (gate.enter(client_name(request.who), std::move(what)))
    return;
  constexpr std::string_view why = "too many questions for many rows or names";
  note_bad_input(stats, log, counters::fault::limit, request.peer,
                 "GET " + request.path, why);
  to(error_reply(
    {.code = errc::limited, .message = std::string{why}, .type = "too_many"}));
}

} // namespace livegrid
