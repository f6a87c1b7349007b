#include "livegrid/http/system/file_watch.hpp"

#include <utility>

namespace livegrid {

namespace {

bool same_file(const struct stat& a, const struct stat& b) noexcept {
  return a.st_ino == b.st_ino && a.st_dev == b.st_dev && a.st_size == b.st_size
         && a.st_mtim.tv_sec == b.st_mtim.tv_sec
         && a.st_mtim.tv_nsec == b.st_mtim.tv_nsec
         && a.st_ctim.tv_sec == b.st_ctim.tv_sec
         && a.st_ctim.tv_nsec == b.st_ctim.tv_nsec;
}

} // namespace

bool file_watch::changed() {
  struct stat now {};
  if (::stat(path_.c_str(), &now) != 0)
    now = {};
  return !same_file(std::exchange(seen_, now), now);
}

} // namespace livegrid
