#pragma once

#include <memory>
#include <utility>

#include "livegrid/http/connection/connection_gate.hpp"

namespace livegrid {

/// Makes a connection's input the gate's current one as long as this lives, and
/// puts the one before back then. RESTinio's handlers run in its scope, since
/// RESTinio does not tell them whose request they are given. Belongs to the
/// loop's thread.
class current_input {
public:
  /// @param gate must outlive this.
  current_input(connection_gate& gate, std::shared_ptr<http_input> x) noexcept
    : gate_(gate), before_(gate.set_current(std::move(x))) {
    // nop
  }

  current_input(const current_input&) = delete;

  current_input& operator=(const current_input&) = delete;

  ~current_input() {
    gate_.set_current(std::move(before_));
  }

private:
  connection_gate& gate_;
  std::shared_ptr<http_input> before_;
};

} // namespace livegrid
