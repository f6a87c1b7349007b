#pragma once

#include <chrono>
#include <string>

namespace livegrid {

/// Keeps everybody else from changing a file of keys meanwhile. It locks a file
/// of its own beside that, `.lock`, which is this user's alone: what others may
/// read, such as a folder, they may lock for ever.
class keys_lock {
public:
  /// How long another command may take, which takes milliseconds.
  static constexpr std::chrono::seconds patience{5};

  explicit keys_lock(const std::string& path);

  keys_lock(const keys_lock&) = delete;

  keys_lock& operator=(const keys_lock&) = delete;

  ~keys_lock();

  /// Why it has not got it, with the file and who has; empty if it has.
  const std::string& fault() const noexcept {
    return fault_;
  }

private:
  /// @param own the file that is locked for that of the path.
  /// @returns why not, or an empty text.
  std::string take(const std::string& path, const std::string& own);

  int fd_ = -1;
  std::string fault_;
};

} // namespace livegrid
