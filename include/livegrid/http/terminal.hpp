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

/// Waits for the operator to have seen enough. While it lives, keys come one by
/// one and unseen, SIGINT, SIGTERM, SIGHUP and SIGQUIT are noticed instead of
/// ending the program, and so is a reader of stdout that goes; its destructor
/// restores all of that. There may be one at a time.
class key_watch {
public:
  enum class event {
    time,   ///< nothing happened
    key,    ///< one was pressed; only where stdin is a terminal of ours
    signal, ///< the program shall end
    closed, ///< nobody reads stdout any more, or the terminal is gone
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
