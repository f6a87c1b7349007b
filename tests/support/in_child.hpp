#pragma once

#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <functional>
#include <stdexcept>
#include <string>

namespace livegrid::test {

/// Runs what changes the whole process, such as its limits, in a process of its
/// own. Returns the text that it comes to; where the process ends before, it
/// says by which status.
inline std::string in_child(const std::function<std::string()>& what) {
  int ends[2];
  if (::pipe(ends) != 0)
    throw std::runtime_error("no pipe");
  auto child = ::fork();
  if (child < 0)
    throw std::runtime_error("no process");
  if (child == 0) {
    // What waits in vain ends here, and says so by its status.
    ::alarm(30);
    auto text = what();
    auto written = ::write(ends[1], text.data(), text.size());
    ::_exit(written == static_cast<ssize_t>(text.size()) ? 0 : 1);
  }
  ::close(ends[1]);
  std::string result;
  char buf[4096];
  for (;;) {
    auto n = ::read(ends[0], buf, sizeof buf);
    if (n > 0)
      result.append(buf, static_cast<std::size_t>(n));
    else if (n == 0 || errno != EINTR)
      break;
  }
  ::close(ends[0]);
  int status = -1;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR)
    ;
  return status == 0 ? result : "ended with status " + std::to_string(status);
}

} // namespace livegrid::test
