#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace livegrid {

class post_loop;

/// A POST request under way, or over. Given up when it is destroyed.
class http_post {
public:
  struct order {
    std::string url; ///< `http://` or `https://`
    std::string body;
    std::string authorization; ///< a header's value; empty for none

    // Of TLS, PEM files: whom to believe, if not whom the system believes, and
    // what is shown if somebody asks.
    std::string ca;
    std::string cert;
    std::string key;

    std::chrono::milliseconds connect_limit;
    std::chrono::milliseconds limit; ///< for all of it
    std::size_t max_pending;         ///< bytes received and not yet taken
  };

  /// Must not outlive `loop`.
  http_post(post_loop& loop, order what);

  http_post(http_post&& other) noexcept;

  http_post& operator=(http_post&& other) noexcept;

  ~http_post();

  bool over() const noexcept;

  /// Once it is over: why there is no whole answer, or empty.
  const std::string& fault() const noexcept;

  /// Takes what has been received so far.
  std::string take_bytes();

  /// Takes a line with its line feed, or nothing if there is no whole one yet.
  std::string take_line();

private:
  friend class post_loop;

  struct state;

  std::unique_ptr<state> state_;
};

/// Drives requests on the one thread that calls it. Uses no proxy, whatever the
/// environment says, and follows no redirection.
class post_loop {
public:
  post_loop();

  post_loop(const post_loop&) = delete;

  post_loop& operator=(const post_loop&) = delete;

  ~post_loop();

  /// Waits until there may be work, for `limit` at most.
  void wait(std::chrono::milliseconds limit);

  /// Reads and writes what can be, without waiting.
  void work();

  /// Ends the wait under way or, if there is none, the next. Thread-safe.
  void wake() noexcept;

private:
  friend class http_post;

  void* multi_;
};

} // namespace livegrid
