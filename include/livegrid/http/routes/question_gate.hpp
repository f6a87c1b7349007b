#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include <asio/io_context.hpp>

#include "livegrid/fwd.hpp"
#include "livegrid/http/message/http_request.hpp"

namespace livegrid {

/// Lets few dear questions be answered at a time, so that what they have to be
/// asked of is never far behind with everything else. Whoever asks many waits
/// for himself: those who wait take turns. Belongs to the loop's thread.
class question_gate : public std::enable_shared_from_this<question_gate> {
public:
  /// Lives until the question has been answered; may go on any thread.
  using ticket = std::shared_ptr<void>;

  using question = std::function<void(ticket)>;

  /// Questions of one asker that may wait.
  static constexpr std::size_t max_waiting = 1000;

  /// @param at_once how many may be under way: enough to keep those busy who
  ///        answer them.
  explicit question_gate(asio::io_context& loop, std::size_t at_once = 4);

  /// Has the question asked when it is its turn, at once perhaps.
  /// @returns false, and nothing is asked, if too many of his wait.
  bool enter(const std::string& whose, question what);

  std::size_t waiting() const noexcept {
    return size_;
  }

private:
  void begin(const question& what);

  void leave();

  asio::io_context& loop_;
  std::size_t at_once_;
  std::size_t under_way_ = 0;
  std::size_t size_ = 0; ///< of all that wait

  /// Who waits, and with what.
  std::map<std::string, std::deque<question>> waiting_;
  std::string last_; ///< whose turn it was
};

/// Has a question for many rows or names asked when it is its asker's turn, or
/// refuses it, which is counted and logged.
void ask_in_turn(question_gate& gate, counters& stats, logger& log,
                 const http_request& request, const responder& to,
                 question_gate::question what);

} // namespace livegrid
