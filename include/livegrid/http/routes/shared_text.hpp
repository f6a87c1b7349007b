#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <asio/io_context.hpp>
#include <caf/all.hpp>

#include "livegrid/fwd.hpp"

namespace livegrid {

/// A text that takes long to write, and that many may want at once. It is
/// written on another thread than the loop's, one at a time; whoever asks
/// meanwhile gets the next one, all of them the same. Belongs to the loop.
class shared_text : public std::enable_shared_from_this<shared_text> {
public:
  using taker = std::function<void(const bytes_ptr&)>;

  /// @param write called on another thread, but never twice at a time.
  shared_text(caf::actor_system& sys, asio::io_context& loop,
              std::function<std::string()> write);

  /// Calls back with a text that was begun after this call, on any thread; not
  /// at all if it cannot be written.
  void ask(taker to);

private:
  void begin();

  void end();

  caf::actor_system& sys_;
  asio::io_context& loop_;
  std::function<std::string()> write_;
  std::vector<taker> waiting_;
  bool writing_ = false;
};

} // namespace livegrid
