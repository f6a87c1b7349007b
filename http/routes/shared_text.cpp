#include "livegrid/http/routes/shared_text.hpp"

#include <asio/post.hpp>

namespace livegrid {

shared_text::shared_text(caf::actor_system& sys, asio::io_context& loop,
                         std::function<std::string()> write)
  : sys_(sys), loop_(loop), write_(std::move(write)) {
  // nop
}

void shared_text::ask(taker to) {
  waiting_.emplace_back(std::move(to));
  if (!writing_)
    begin();
}

void shared_text::begin() {
  writing_ = true;
  // An actor without a behavior: it runs once, on the scheduler.
  sys_.spawn([me = shared_from_this(),
              all = std::exchange(waiting_, {})](caf::event_based_actor*) {
    // The next one's turn comes whatever becomes of this one.
    std::shared_ptr<void> at_end{
      nullptr, [me](void*) { asio::post(me->loop_, [me] { me->end(); }); }};
    auto text = std::make_shared<const std::string>(me->write_());
    for (const auto& to : all)
      to(text);
  });
}

void shared_text::end() {
  writing_ = false;
  if (!waiting_.empty())
    begin();
}

} // namespace livegrid
