#pragma once

#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <iterator>
#include <stdexcept>
#include <string>

namespace livegrid::test {

/// How many threads this process has.
inline std::ptrdiff_t count_threads() {
  std::filesystem::directory_iterator all{"/proc/self/task"};
  return std::distance(begin(all), end(all));
}

/// Runs what changes the whole process, such as its limits, in a process of its
/// own. Returns the text that it comes to; where the process ends before, it
/// says by which status. To be called where there is no other thread: a lock
/// that one holds stays locked in the copy for ever.
inline std::string in_child(const std::function<std::string()>& what) {
  if (count_threads() != 1)
    throw std::runtime_error("a child of a process with threads may hang: is "
                             "--max-runtime not 0?");
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
