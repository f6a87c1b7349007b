#include "livegrid/http/message/http_request.hpp"

#include <atomic>

#include "livegrid/http/message/error_reply.hpp"

namespace livegrid {

struct responder::once {
  explicit once(function f) : send(std::move(f)) {
    // nop
  }

  ~once() {
    auto reply = error_reply(500, "the request was dropped");
    reply.dropped = true;
    fire(std::move(reply));
  }

  void fire(http_reply x) {
    if (!done.exchange(true))
      send(std::move(x));
  }

  function send;
  std::atomic<bool> done = false;
};

responder::responder(function send)
  : once_(std::make_shared<once>(std::move(send))) {
  // nop
}

void responder::operator()(http_reply x) const {
  once_->fire(std::move(x));
}

} // namespace livegrid
