#pragma once

#include <string>
#include <string_view>

#include <sys/mman.h>
#include <unistd.h>

#include "fuzz.hpp"

namespace livegrid::fuzz {

/// A file that is nowhere but in memory, for what takes a path.
class memory_file {
public:
  explicit memory_file(std::string_view content)
    : fd_(memfd_create("fuzz", MFD_CLOEXEC)) {
    expect(fd_ >= 0, "there are files in memory");
    while (!content.empty()) {
      auto n = ::write(fd_, content.data(), content.size());
      expect(n > 0, "files in memory can be written");
      content.remove_prefix(static_cast<std::size_t>(n));
    }
  }

  memory_file(const memory_file&) = delete;

  memory_file& operator=(const memory_file&) = delete;

  ~memory_file() {
    ::close(fd_);
  }

  std::string path() const {
    return "/proc/self/fd/" + std::to_string(fd_);
  }

  /// Expects of an error about it that it names the file and says why.
  void expect_told(std::string_view error) const {
    auto name = path() + ": ";
    expect(error.starts_with(name), "an error names the file");
    expect(error.size() > name.size(), "an error says why");
  }

private:
  int fd_;
};

} // namespace livegrid::fuzz
