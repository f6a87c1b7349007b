#pragma once

#include <cstddef>
#include <string>

#include <sys/stat.h>

namespace livegrid {

/// A file that is open for reading, or why it is not. Nothing that stands at
/// its path makes it wait: pipes and sockets are refused, as directories are,
/// and a device is read for what it has at once.
class text_file {
public:
  explicit text_file(const std::string& path);

  text_file(const text_file&) = delete;

  text_file& operator=(const text_file&) = delete;

  ~text_file();

  /// Why it cannot be read; empty if it can.
  const std::string& fault() const noexcept {
    return fault_;
  }

  /// Whether something stands there that may be opened, readable or not.
  bool opened() const noexcept {
    return fd_ >= 0;
  }

  /// Its owner, permissions and kind.
  const struct stat& status() const noexcept {
    return status_;
  }

  /// Whether it is no device. Only such a file has an end for sure.
  bool is_regular() const noexcept {
    return S_ISREG(status_.st_mode);
  }

  /// Reads all of it. Call it once, and only without a fault.
  /// @param most bytes that it may have.
  /// @returns 0, EFBIG for more bytes, or what the system says.
  int read(std::size_t most, std::string& text) const;

  /// Hands out the descriptor, to be closed by the caller.
  int release() noexcept;

private:
  int fd_ = -1;
  struct stat status_ {};
  std::string fault_;
};

/// Said of what is none although it has to be.
constexpr const char* no_regular_file = "is no regular file";

} // namespace livegrid
