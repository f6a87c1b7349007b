#pragma once

#include <fcntl.h>
#include <pty.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace livegrid::test {

/// Makes a new terminal the one that controls this process, and its stdin and
/// stdout. To be called in a process of its own, see `in_child`.
/// @returns the other end of it, where keys go in; -1 if this machine has no
///          terminals to give, as in a bare chroot.
inline int take_terminal(unsigned short lines = 24,
                         unsigned short columns = 100) {
  winsize size{
    .ws_row = lines, .ws_col = columns, .ws_xpixel = 0, .ws_ypixel = 0};
  int keys = -1;
  int mine = -1;
  ::setsid();
  if (::openpty(&keys, &mine, nullptr, nullptr, &size) != 0
      || ::ioctl(mine, TIOCSCTTY, 0) != 0)
    return -1;
  ::dup2(mine, STDIN_FILENO);
  ::dup2(mine, STDOUT_FILENO);
  return keys;
}

} // namespace livegrid::test
