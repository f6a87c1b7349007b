#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <sys/types.h>

#include "http_client.hpp"

namespace livegrid::test {

/// Collects what a process writes to a pipe, so that it never blocks on it.
class capture {
public:
  /// Takes over `fd`.
  explicit capture(int fd);

  ~capture();

  std::string text() const;

  /// Waits for a text; gives up at the end of the stream or at the deadline.
  void wait_for(std::string_view what, clock::time_point deadline);

  /// Waits until the writer is gone; returns false at the deadline.
  bool wait_for_end(clock::time_point deadline);

private:
  mutable std::mutex mutex_;
  std::condition_variable grown_;
  std::string text_;
  bool ended_ = false;
  std::thread reader_;
};

/// The setting that gives a node the five symbols of OpenBB's example with
/// their first states. Beside `--market.feed=none` nothing moves but what a
/// test publishes.
std::string example_symbols();

/// How to start the program.
struct node_options {
  std::vector<std::string> args = {};
  std::map<std::string, std::string> env = {};

  /// Whether free ports are asked for on the command line.
  bool free_ports = true;

  /// RLIMIT_NOFILE of the process; 0 for the test's own.
  std::uint64_t max_descriptors = 0;
};

/// The program under test, running. Killed when the test ends, however it does.
class node_process {
public:
  /// Starts it without waiting for anything.
  explicit node_process(node_options options);

  /// Starts it and waits until it listens.
  explicit node_process(std::vector<std::string> args);

  node_process(const node_process&) = delete;

  node_process& operator=(const node_process&) = delete;

  ~node_process();

  /// Waits for the startup line and reads the ports from it.
  void wait_until_listening();

  /// The startup line without its line feed.
  const std::string& startup_line() const noexcept {
    return line_;
  }

  pid_t pid() const noexcept {
    return pid_;
  }

  std::uint16_t port() const noexcept {
    return port_;
  }

  void signal(int number);

  /// Waits for the end; returns the exit code, or 128 and the signal's number.
  int wait_for_exit(clock::duration limit = patience);

  std::string standard_output() const {
    return out_->text();
  }

  std::string standard_error() const {
    return err_->text();
  }

  /// Waits until standard error holds that text.
  void wait_for_error_text(std::string_view what);

  /// Whether the process has not ended.
  bool running() const;

  /// Resident memory in bytes.
  std::size_t resident() const;

  /// A connection to the port; with TLS if the node speaks that.
  /// @param receive_buffer see tcp_socket.
  tcp_socket connect(int receive_buffer = 0) const;

  // -- requests, each on a connection of its own ------------------------------

  http_response get(std::string_view target, const header_list& headers = {});

  http_response post(std::string_view body, const header_list& headers = {});

  /// Posts ticks that must be taken.
  void publish(std::string_view body);

  /// The rows of the built-in widget for that comma string.
  json_value rows(std::string_view symbols);

private:
  pid_t pid_ = -1;
  std::string line_;
  std::uint16_t port_ = 0;
  bool secure_ = false;
  std::unique_ptr<capture> out_;
  std::unique_ptr<capture> err_;
};

} // namespace livegrid::test
