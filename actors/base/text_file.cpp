#include "livegrid/actors/base/text_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace livegrid {

text_file::text_file(const std::string& path)
  // Else a pipe would not be opened before somebody writes to it.
  : fd_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)) {
  if (fd_ < 0 || ::fstat(fd_, &status_) != 0)
    fault_ = std::strerror(errno);
  else if (S_ISDIR(status_.st_mode))
    fault_ = std::strerror(EISDIR);
  else if (S_ISFIFO(status_.st_mode) || S_ISSOCK(status_.st_mode))
    fault_ = no_regular_file;
}

text_file::~text_file() {
  if (fd_ >= 0)
    ::close(fd_);
}

int text_file::read(std::size_t most, std::string& text) const {
  text.clear();
  char block[16 * 1024];
  for (;;) {
    auto n = ::read(fd_, block, sizeof block);
    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0)
      return errno;
    if (n == 0)
      return 0;
    text.append(block, static_cast<std::size_t>(n));
    if (text.size() > most)
      return EFBIG;
  }
}

int text_file::release() noexcept {
  return std::exchange(fd_, -1);
}

} // namespace livegrid
