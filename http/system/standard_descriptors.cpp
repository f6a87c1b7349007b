#include "livegrid/http/system/standard_descriptors.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <initializer_list>

namespace livegrid {

bool hold_standard_descriptors() noexcept {
  for (auto fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
    // The lowest that is free is the one that is opened.
    if (::fcntl(fd, F_GETFD) == -1
        && (errno != EBADF || ::open("/dev/null", O_RDWR) != fd))
      return false;
  return true;
}

} // namespace livegrid
