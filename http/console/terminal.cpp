#include "livegrid/http/console/terminal.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <iterator>
#include <utility>

namespace livegrid {

namespace {

using clock = std::chrono::steady_clock;

/// What ends the program otherwise; the last one is a broken pipe's.
constexpr int watched[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE};

/// A signal may come to any thread; the pipe wakes the one that waits.
int wake[2] = {-1, -1};

/// Whether SIGINT has come to an `interrupt_watch`, and what wakes it then.
volatile std::sig_atomic_t interrupted = 0;
int interrupt_event = -1;

/// Whether what came to a `key_watch` was SIGINT alone.
volatile std::sig_atomic_t only_interrupted = 1;

void on_interrupt(int) {
  auto saved = errno;
  interrupted = 1;
  [[maybe_unused]] auto n = eventfd_write(interrupt_event, 1);
  errno = saved;
}

void on_signal(int number) {
  auto saved = errno;
  if (number != SIGINT)
    only_interrupted = 0;
  // A pipe that is full is as good.
  [[maybe_unused]] auto n = ::write(wake[1], "", 1);
  errno = saved;
}

/// Whether stdin is a terminal that we may read from.
bool has_keys() {
  return isatty(STDIN_FILENO) != 0 && tcgetpgrp(STDIN_FILENO) == getpgrp();
}

} // namespace

terminal_size terminal_size::now() {
  winsize size{};
  if (isatty(STDOUT_FILENO) == 0
      || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0)
    return {};
  return {size.ws_col, size.ws_row};
}

bool can_redraw() {
  const auto* kind = std::getenv("TERM");
  return terminal_size::now().height > 0 && kind != nullptr && *kind != '\0'
         && std::string_view{kind} != "dumb";
}

interrupt_watch::interrupt_watch() {
  interrupt_event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  struct sigaction act {};
  act.sa_handler = on_interrupt;
  act.sa_flags = SA_RESTART;
  sigaction(SIGINT, &act, &old_);
}

interrupt_watch::~interrupt_watch() {
  sigaction(SIGINT, &old_, nullptr);
  close(std::exchange(interrupt_event, -1));
}

void interrupt_watch::clear() noexcept {
  eventfd_t count = 0;
  [[maybe_unused]] auto n = eventfd_read(interrupt_event, &count);
  interrupted = 0;
}

bool interrupt_watch::seen() noexcept {
  return interrupted != 0;
}

bool interrupt_watch::wait_for_input() noexcept {
  pollfd all[] = {{STDIN_FILENO, POLLIN, 0}, {interrupt_event, POLLIN, 0}};
  while (poll(all, std::size(all), -1) < 0 && errno == EINTR) {
    // The event tells.
  }
  return all[1].revents == 0;
}

key_watch::key_watch() {
  only_interrupted = 1;
  if (pipe2(wake, O_CLOEXEC | O_NONBLOCK) != 0)
    wake[0] = wake[1] = -1;
  for (std::size_t i = 0; i < std::size(watched); ++i) {
    struct sigaction act {};
    act.sa_handler = watched[i] == SIGPIPE ? SIG_IGN : on_signal;
    sigaction(watched[i], &act, &old_[i]);
  }
  // Behind the handlers, so that no signal finds it raw without them.
  if (has_keys() && tcgetattr(STDIN_FILENO, &before_) == 0) {
    auto raw = before_;
    // Output stays as it is. Ctrl-C is a key as any other.
    raw.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO | ISIG | IEXTEN);
    raw.c_cc[VMIN] = 1;
    raw.c_cc[VTIME] = 0;
    raw_ = tcsetattr(STDIN_FILENO, TCSANOW, &raw) == 0;
  }
}

key_watch::~key_watch() {
  if (raw_) {
    // One key may be several characters.
    tcflush(STDIN_FILENO, TCIFLUSH);
    tcsetattr(STDIN_FILENO, TCSANOW, &before_);
  }
  for (std::size_t i = 0; i < std::size(watched); ++i)
    sigaction(watched[i], &old_[i], nullptr);
  for (auto& fd : wake)
    if (fd >= 0)
      close(std::exchange(fd, -1));
}

key_watch::event key_watch::wait(std::chrono::milliseconds time) {
  auto deadline = clock::now() + time;
  for (;;) {
    auto left =
      std::chrono::ceil<std::chrono::milliseconds>(deadline - clock::now());
    pollfd all[] = {{wake[0], POLLIN, 0},
                    {STDOUT_FILENO, 0, 0},
                    {raw_ ? STDIN_FILENO : -1, POLLIN, 0}};
    auto n = poll(all, std::size(all),
                  static_cast<int>(std::max<std::int64_t>(0, left.count())));
    if (n < 0 && errno == EINTR)
      continue;
    if (all[0].revents != 0)
      return only_interrupted != 0 ? event::interrupt : event::signal;
    if ((all[1].revents & (POLLERR | POLLHUP | POLLNVAL)) != 0)
      return event::closed;
    if (all[2].revents != 0)
      return (all[2].revents & POLLIN) != 0 ? event::key : event::closed;
    if (n <= 0)
      return event::time;
  }
}

bool key_watch::write(std::string_view text) {
  while (!text.empty()) {
    // A signal that another thread got would not interrupt the writing.
    pollfd all[] = {{wake[0], POLLIN, 0}, {STDOUT_FILENO, POLLOUT, 0}};
    if (poll(all, std::size(all), -1) < 0)
      continue;
    if (all[0].revents != 0)
      return true;
    // As much as a pipe takes at once if it takes anything.
    auto n = ::write(STDOUT_FILENO, text.data(),
                     std::min<std::size_t>(text.size(), PIPE_BUF));
    if (n >= 0)
      text.remove_prefix(static_cast<std::size_t>(n));
    else if (errno != EINTR && errno != EAGAIN)
      return false;
  }
  return true;
}

} // namespace livegrid
