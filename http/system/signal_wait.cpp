#include "livegrid/http/system/signal_wait.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <csignal>
#include <string_view>

#include "livegrid/actors/base/log.hpp"

namespace livegrid {

namespace {

/// Whether that is ignored, as nohup has it: then it stays so.
bool is_ignored(int signal) noexcept {
  struct sigaction now {};
  return ::sigaction(signal, nullptr, &now) == 0 && now.sa_handler == SIG_IGN;
}

sigset_t awaited() noexcept {
  sigset_t result;
  sigemptyset(&result);
  for (auto x : {SIGTERM, SIGINT, SIGUSR1, SIGUSR2})
    sigaddset(&result, x);
  if (!is_ignored(SIGHUP))
    sigaddset(&result, SIGHUP);
  return result;
}

/// Whether a terminal controls the process, and so could go away.
bool has_terminal() noexcept {
  auto fd = ::open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
  if (fd >= 0)
    ::close(fd);
  return fd >= 0;
}

std::string_view name_of(int signal) noexcept {
  switch (signal) {
  case SIGTERM:
    return "SIGTERM";
  case SIGINT:
    return "SIGINT";
  case SIGHUP:
    return "SIGHUP";
  case SIGUSR1:
    return "SIGUSR1";
  default:
    return "SIGUSR2";
  }
}

} // namespace

void block_signals() noexcept {
  auto signals = awaited();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  // Who writes to a peer that has gone is told so by the call.
  std::signal(SIGPIPE, SIG_IGN);
}

void wait_for_end(logger& log) {
  auto signals = awaited();
  auto by_terminal = has_terminal();
  for (;;) {
    int which = 0;
    if (sigwait(&signals, &which) != 0)
      continue;
    if (which == SIGTERM || which == SIGINT
        || (which == SIGHUP && by_terminal)) {
      log.info("stopping", {{"signal", name_of(which)}});
      return;
    }
    log.info(
      "signal_changes_nothing",
      {{"signal", name_of(which)},
       {"why", "keys and the certificate are read again when their files "
               "change; all else needs a restart"}});
  }
}

} // namespace livegrid
