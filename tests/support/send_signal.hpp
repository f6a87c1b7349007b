#pragma once

#include <signal.h>
#include <sys/wait.h>

#include "wait.hpp"

namespace livegrid::test {

/// Sends a signal to a child that runs. After SIGSTOP all its threads stand
/// still: kill() alone returns before that, and what they do meanwhile would be
/// done by a program that is said to do nothing.
inline void send_signal(pid_t child, int number) {
  if (::kill(child, number) != 0)
    give_up("cannot signal the program");
  siginfo_t info;
  if (number == SIGSTOP
      && ::waitid(P_PID, static_cast<id_t>(child), &info,
                  WSTOPPED | WEXITED | WNOWAIT)
           != 0)
    give_up("cannot wait until the program stands still");
}

} // namespace livegrid::test
