#define CAF_SUITE http.system.signal_wait

#include "livegrid/http/system/signal_wait.hpp"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "captured_stderr.hpp"
#include "in_child.hpp"

#include "livegrid/actors/base/log.hpp"

#include "unit_test.hpp"

using namespace livegrid;
using namespace livegrid::test;

namespace {

/// What a process logs that has no terminal and is sent these signals, up to
/// the end of its wait: event and signal of each line.
/// @param first what it does before it keeps signals from ending it.
std::string wait(
  const std::vector<int>& signals, const std::function<void()>& first = [] {}) {
  return in_child([&] {
    captured_stderr err;
    ::setsid();
    std::signal(SIGHUP, SIG_DFL);
    first();
    block_signals();
    // Of signals that wait the system gives the one of the lowest number first.
    for (auto x : signals)
      ::kill(::getpid(), x);
    {
      logger log;
      wait_for_end(log);
    }
    std::string out;
    auto text = err.text();
    for (auto at = text.find(" info "); at != text.npos;
         at = text.find(" info ", at + 1)) {
      auto end = text.find('"', text.find("signal=\"", at) + 8);
      out += text.substr(at + 6, end - at - 5) + '\n';
    }
    return out;
  });
}

/// Makes a terminal control the process; false if there are none to give.
bool take_terminal() {
  auto terminal = ::posix_openpt(O_RDWR | O_NOCTTY);
  if (terminal < 0 || ::grantpt(terminal) != 0 || ::unlockpt(terminal) != 0)
    return false;
  auto mine = ::open(::ptsname(terminal), O_RDWR | O_NOCTTY);
  return mine >= 0 && ::ioctl(mine, TIOCSCTTY, 0) == 0;
}

} // namespace

CAF_TEST(two signals end the wait) {
  CAF_CHECK_EQUAL(wait({SIGTERM}), "stopping signal=\"SIGTERM\"\n");
  CAF_CHECK_EQUAL(wait({SIGINT}), "stopping signal=\"SIGINT\"\n");
}

CAF_TEST(three signals change nothing but the log) {
  const std::string nothing = "signal_changes_nothing signal=";
  CAF_CHECK_EQUAL(wait({SIGHUP, SIGUSR1, SIGUSR2, SIGTERM}),
                  nothing + "\"SIGHUP\"\n" + nothing + "\"SIGUSR1\"\n" + nothing
                    + "\"SIGUSR2\"\nstopping signal=\"SIGTERM\"\n");
}

CAF_TEST(a hang up that is ignored stays so) {
  CAF_CHECK_EQUAL(wait({SIGHUP, SIGTERM}, [] { std::signal(SIGHUP, SIG_IGN); }),
                  "stopping signal=\"SIGTERM\"\n");
}

CAF_TEST(a hang up ends who was started from a terminal) {
  auto there = in_child([] {
    ::setsid();
    return std::string{take_terminal() ? "there" : "none"};
  });
  if (there != "there") {
    CAF_MESSAGE("left out: this machine has no terminals to give");
    return;
  }
  CAF_CHECK_EQUAL(wait({SIGHUP, SIGTERM}, [] { take_terminal(); }),
                  "stopping signal=\"SIGHUP\"\n");
}

CAF_TEST(threads that start later keep the signals away too) {
  auto out = in_child([] {
    block_signals();
    std::string result;
    std::thread{[&] {
      sigset_t blocked;
      pthread_sigmask(SIG_BLOCK, nullptr, &blocked);
      for (auto x : {SIGTERM, SIGINT, SIGHUP, SIGUSR1, SIGUSR2, SIGSEGV})
        result += sigismember(&blocked, x) ? "1" : "0";
    }}.join();
    return result;
  });
  CAF_CHECK_EQUAL(out, "111110");
}

CAF_TEST(whoever writes to a peer that has gone lives on) {
  auto out = in_child([] {
    block_signals();
    int ends[2];
    if (::pipe(ends) != 0)
      return std::string{"no pipe"};
    ::close(ends[0]);
    auto n = ::write(ends[1], "x", 1);
    return std::string{n < 0 && errno == EPIPE ? "told" : "written"};
  });
  CAF_CHECK_EQUAL(out, "told");
}
