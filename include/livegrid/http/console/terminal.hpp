#pragma once

#include <chrono>
#include <cstddef>
#include <string_view>

#include <signal.h>
#include <termios.h>

namespace livegrid {

/// Columns and lines of the terminal on stdout; 0 if there is none.
struct terminal_size {
  std::size_t width = 0;
  std::size_t height = 0;

  static terminal_size now();
};

/// Whether the terminal on stdout can be cleared and written anew.
bool can_redraw();

/// While it lives, SIGINT is noted instead of ending the program. There may be
/// one at a time; a `key_watch` may live within.
class interrupt_watch {
public:
  interrupt_watch();

  interrupt_watch(const interrupt_watch&) = delete;
  interrupt_watch& operator=(const interrupt_watch&) = delete;

  ~interrupt_watch();

  /// Forgets what has come so far.
  static void clear() noexcept;

  /// Whether one has come since.
  static bool seen() noexcept;

  /// Waits until stdin has something to be read or has ended. Returns false if
  /// SIGINT came first.
  static bool wait_for_input() noexcept;

private:
  struct sigaction old_ {};
};

/// Waits for the operator to have seen enough. While it lives, keys come one by
/// one and unseen, SIGINT, SIGTERM, SIGHUP and SIGQUIT are noticed instead of
/// ending the program, and so is a reader of stdout that goes; its destructor
/// restores all of that. There may be one at a time.
class key_watch {
public:
  enum class event {
    time,      ///< nothing happened
    key,       ///< one was pressed; only where stdin is a terminal of ours
    interrupt, ///< SIGINT: what is shown shall end
    signal,    ///< the program shall end
    closed,    ///< nobody reads stdout any more, or the terminal is gone
  };

  key_watch();

  key_watch(const key_watch&) = delete;
  key_watch& operator=(const key_watch&) = delete;

  ~key_watch();

  event wait(std::chrono::milliseconds time);

  /// Writes all of it to stdout. Returns whether somebody takes it.
  bool write(std::string_view text);

private:
  bool raw_ = false;
  termios before_{};
  struct sigaction old_[5]{};
};

} // namespace livegrid
