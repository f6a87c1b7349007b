#pragma once

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "livegrid/http/websocket/frame_io.hpp"

namespace livegrid::test {

/// What a test sees of a `scripted_io`, and does to it, also once its session
/// is gone.
struct io_script {
  frame_io::clock::time_point now = frame_io::clock::now();

  std::string input;  ///< what the client has sent and nobody has read
  bool ended = false; ///< the client sends no more
  int read_error = 0; ///< errno of the next read without input
  std::string output; ///< what the client has got
  std::size_t room = std::numeric_limits<std::size_t>::max(); ///< in the socket
  int write_error = 0;    ///< errno of every write
  std::size_t writes = 0; ///< that took something

  std::string tls_fault;
  tcp_status link;

  frame_io::user_ptr reader; ///< waits for bytes
  bool at_once = false;      ///< the reader has some left
  frame_io::user_ptr writer; ///< waits for room
  frame_io::user_ptr posted;

  bool output_ended = false;
  bool closed = false;

  /// One turn of the loop: calls whoever waits and need not wait any longer.
  /// Returns whether there was one.
  bool turn() {
    auto any = false;
    if (writer && (room > 0 || write_error != 0)) {
      any = true;
      std::exchange(writer, nullptr)->on_writable(true);
    }
    if (posted) {
      any = true;
      std::exchange(posted, nullptr)->on_posted();
    }
    if (reader && (at_once || !input.empty() || ended || read_error != 0)) {
      any = true;
      std::exchange(reader, nullptr)->on_readable(true);
    }
    return any;
  }

  /// Turns of the loop until all wait.
  void run() {
    while (turn()) {
      // nop
    }
  }

  /// The client sends that, and all is done that can be.
  void receive(std::string_view bytes) {
    input += bytes;
    run();
  }

  std::string take_output() {
    return std::exchange(output, {});
  }
};

/// The socket of a WebSocket session by a script, without a socket or a loop.
class scripted_io final : public frame_io {
public:
  explicit scripted_io(std::shared_ptr<io_script> script)
    : script_(std::move(script)) {
    // nop
  }

  ssize_t read(char* to, std::size_t n) override {
    auto& x = *script_;
    if (x.input.empty() && x.read_error == 0 && x.ended)
      return 0;
    if (x.input.empty())
      return fail(x.read_error != 0 ? x.read_error : EAGAIN);
    n = std::min(n, x.input.size());
    std::copy_n(x.input.begin(), n, to);
    x.input.erase(0, n);
    return static_cast<ssize_t>(n);
  }

  ssize_t write(const char* data, std::size_t n) override {
    auto& x = *script_;
    if (x.write_error != 0)
      return fail(x.write_error);
    n = std::min(n, x.room);
    if (n == 0)
      return fail(EAGAIN);
    x.output.append(data, n);
    x.room -= n;
    ++x.writes;
    return static_cast<ssize_t>(n);
  }

  void wait_readable(user_ptr whom, bool at_once) override {
    script_->reader = std::move(whom);
    script_->at_once = at_once;
  }

  void wait_writable(user_ptr whom) override {
    script_->writer = std::move(whom);
  }

  void post(user_ptr whom) override {
    script_->posted = std::move(whom);
  }

  void end_output() noexcept override {
    script_->output_ended = true;
  }

  void close() noexcept override {
    script_->closed = true;
    script_->reader = nullptr;
    script_->writer = nullptr;
  }

  const std::string& tls_fault() const noexcept override {
    return script_->tls_fault;
  }

  tcp_status link() noexcept override {
    return script_->link;
  }

  clock::time_point now() const noexcept override {
    return script_->now;
  }

private:
  static ssize_t fail(int why) noexcept {
    errno = why;
    return -1;
  }

  std::shared_ptr<io_script> script_;
};

} // namespace livegrid::test
