#pragma once

#include <memory>
#include <utility>

#include <asio/io_context.hpp>

#include "livegrid/actors/base/log.hpp"
#include "livegrid/actors/stats/counters.hpp"
#include "livegrid/http/access/access_guard.hpp"

namespace livegrid::test {

/// What a group of routes needs that asks nobody but a guard, who lets in
/// everybody: a request, and its answer.
struct guarded_routes {
  asio::io_context loop;
  access_guard guard{loop, settings{}, std::make_shared<counters>(),
                     std::make_shared<logger>(log_level::error)};
  http_request request;
  http_reply reply;

  responder to() {
    return responder{[this](http_reply x) { reply = std::move(x); }};
  }
};

} // namespace livegrid::test
