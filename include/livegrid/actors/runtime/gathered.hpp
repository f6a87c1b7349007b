#pragma once

#include <cstddef>
#include <utility>

#include <caf/all.hpp>

namespace livegrid {

/// An answer that comes together from what several say. The one who asks them
/// shares it with the handlers of their answers.
template <class T>
struct gathered {
  T all{};
  std::size_t missing = 0; ///< of those who were asked
  caf::typed_response_promise<T> to;

  /// One of them has answered, which is in `all`.
  void one_done() {
    if (--missing == 0 && to.pending())
      to.deliver(std::move(all));
  }

  /// The first error answers the question.
  void fail(caf::error why) {
    if (to.pending())
      to.deliver(std::move(why));
  }
};

} // namespace livegrid
