#pragma once

#include <string>

#include <sys/stat.h>

namespace livegrid {

/// Notices that a file has been written or replaced, has come or gone.
class file_watch {
public:
  explicit file_watch(std::string path) : path_(std::move(path)) {
    // nop
  }

  /// Whether it is another one than at the last call; at the first it is, if
  /// it is there. To be called before the file is read, so that a change
  /// meanwhile is seen at the next call.
  bool changed();

  const std::string& path() const noexcept {
    return path_;
  }

private:
  std::string path_;
  struct stat seen_ {};
};

} // namespace livegrid
