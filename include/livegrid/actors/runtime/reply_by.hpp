#pragma once

#include <utility>

#include <caf/all.hpp>

namespace livegrid {

/// A function that answers by that promise, for objects that know no actors.
template <class T>
auto reply_by(caf::typed_response_promise<T> to) {
  return [to = std::move(to)](caf::expected<T> x) mutable {
    if (x)
      to.deliver(std::move(*x));
    else
      to.deliver(std::move(x.error()));
  };
}

} // namespace livegrid
