#include "livegrid/http/access/keys_lock.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <thread>
#include <tuple>

#include "livegrid/actors/base/text_file.hpp"

namespace livegrid {

namespace {

/// Root works for whoever the folder belongs to, such as a service.
void hand_over(int fd, const std::string& path) {
  auto where = std::filesystem::path{path}.parent_path();
  struct stat folder {};
  if (::geteuid() == 0
      && ::stat(where.empty() ? "." : where.c_str(), &folder) == 0)
    // Whoever may not have it finds out when he needs it.
    std::ignore = ::fchown(fd, folder.st_uid, folder.st_gid);
}

/// The process that has it, for people.
std::string holder(int fd) {
  struct flock asked {};
  asked.l_type = F_WRLCK;
  asked.l_whence = SEEK_SET;
  if (::fcntl(fd, F_GETLK, &asked) != 0 || asked.l_type == F_UNLCK
      || asked.l_pid <= 0)
    return "another process";
  return "process " + std::to_string(asked.l_pid);
}

} // namespace

keys_lock::keys_lock(const std::string& path) {
  auto own = path + ".lock";
  if (auto why = take(path, own); !why.empty())
    fault_ = own + ": " + why;
}

std::string keys_lock::take(const std::string& path, const std::string& own) {
  constexpr auto how = O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK;
  fd_ = ::open(own.c_str(), how | O_CREAT | O_EXCL, 0600);
  // What was there already may be a name of another file.
  if (fd_ >= 0)
    hand_over(fd_, path);
  else if (errno == EEXIST)
    fd_ = ::open(own.c_str(), how);
  struct stat what {};
  if (fd_ < 0 || ::fstat(fd_, &what) != 0)
    return std::strerror(errno);
  if (!S_ISREG(what.st_mode))
    return no_regular_file;
  struct flock wanted {};
  wanted.l_type = F_WRLCK;
  wanted.l_whence = SEEK_SET;
  auto deadline = std::chrono::steady_clock::now() + patience;
  while (::fcntl(fd_, F_SETLK, &wanted) != 0) {
    if (errno != EAGAIN && errno != EACCES)
      return std::strerror(errno);
    if (std::chrono::steady_clock::now() >= deadline)
      return holder(fd_) + " has had it for " + std::to_string(patience.count())
             + " s; nothing was changed";
    std::this_thread::sleep_for(std::chrono::milliseconds{20});
  }
  return {};
}

keys_lock::~keys_lock() {
  if (fd_ >= 0)
    ::close(fd_);
}

} // namespace livegrid
