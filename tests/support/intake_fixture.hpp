#pragma once

#include <memory>

#include <asio/io_context.hpp>

#include "livegrid/http/access/access_guard.hpp"
#include "livegrid/http/routes/tick_intake.hpp"

#include "listening_ingress.hpp"

// Like CAF's own test headers it needs CAF_SUITE, and comes last.

#include "actor_fixture.hpp"

namespace livegrid::test {

/// An intake, and an ingress that writes down what it gets.
class intake_fixture : public actor_fixture {
public:
  asio::io_context loop;
  access_guard guard{loop, settings{}, stats, quiet};
  std::shared_ptr<ingress_script> script = std::make_shared<ingress_script>();
  tick_intake intake{loop, own(sys.spawn(listening_ingress, script)), guard,
                     stats, quiet};
};

} // namespace livegrid::test
