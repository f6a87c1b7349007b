#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include <asio/generic/stream_protocol.hpp>
#include <asio/steady_timer.hpp>

#include "livegrid/actors/base/error.hpp"
#include "livegrid/http/node/console_port.hpp"
#include "livegrid/http/operator/console_proof.hpp"
#include "livegrid/http/operator/console_wire.hpp"

namespace livegrid {

/// An operator's connection. It is asked one question at a time: what comes
/// meanwhile stays in the socket, so that it never holds more than a question
/// and an answer. Belongs to the loop's thread.
class console_session : public std::enable_shared_from_this<console_session> {
public:
  using socket = asio::generic::stream_protocol::socket;

  /// @param uid whose process the peer is, if the system has said so: he needs
  ///        no key.
  console_session(socket peer, const console_backend& parts,
                  std::optional<std::uint32_t> uid);

  void start();

  /// Hangs up.
  void stop();

  /// Called once, when it is over.
  std::function<void()> on_end;

private:
  using function = std::function<void()>;

  /// Goes on with the next line.
  /// @param patient whether he may think as long as he likes.
  void read_line(bool patient, std::function<void(std::string)> then);

  void write_line(const std::string& line, function then);

  /// The last word.
  void refuse(const std::string& why);

  /// Ends it if what is under way takes longer.
  void limit_time(std::chrono::milliseconds time);

  void greet();

  void check_proof(const console_line& said);

  void next_question();

  void answer_line(const std::string& line);

  void do_command(std::string line);

  /// @param error why there is no answer, or empty.
  void deliver(const console_answer& x, const std::string& error);

  /// Why he may not ask any more; empty if he may.
  std::string fault() const;

  socket socket_;
  const console_backend parts_;
  std::optional<std::uint32_t> uid_;
  asio::steady_timer timer_;
  std::string in_;
  std::string out_;
  std::string nonce_;

  /// What he has shown.
  access_key_ptr key_;

  // Of lines, once he has shown a key.
  std::optional<line_seal> questions_;
  std::optional<line_seal> answers_;
};

} // namespace livegrid
