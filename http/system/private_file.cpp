#include "livegrid/http/system/private_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "livegrid/actors/base/text_file.hpp"
#include "livegrid/http/json/json_document.hpp"

namespace livegrid {

namespace {

std::string system_text() {
  return std::strerror(errno);
}

} // namespace

expected<std::string, std::string> read_private_file(const std::string& path) {
  auto fault = [&](std::string_view why) {
    return unexpected{path + ": " + std::string{why}};
  };
  text_file file{path};
  const auto& what = file.status();
  if (!file.opened())
    return fault(file.fault());
  if (!file.is_regular())
    return fault(no_regular_file);
  if (what.st_uid != 0 && what.st_uid != ::geteuid() && ::geteuid() != 0)
    return fault("belongs to another user");
  if ((what.st_mode & (S_IRWXO | S_IWGRP)) != 0)
    return fault("others may read or write it; chmod 600 it");
  std::string text;
  auto failed = file.read(max_definitions_size, text);
  if (failed == EFBIG)
    return fault("is larger than 4 MiB");
  if (failed != 0)
    return fault(std::strerror(failed));
  return text;
}

expected<void, std::string> write_private_file(const std::string& path,
                                               std::string_view text,
                                               bool replace) {
  // A link would be replaced, and what it points to would stay as it is.
  if (std::error_code ec; std::filesystem::is_symlink(path, ec))
    return unexpected{path + ": is a symbolic link"};
  auto fresh = path + ".XXXXXX";
  // Made for this user alone.
  auto fd = ::mkostemp(fresh.data(), O_CLOEXEC);
  if (fd < 0)
    return unexpected{path + ": " + system_text()};
  auto ok = true;
  for (auto rest = text; ok && !rest.empty();) {
    auto n = ::write(fd, rest.data(), rest.size());
    ok = n >= 0;
    rest.remove_prefix(ok ? static_cast<std::size_t>(n) : 0);
  }
  // Root writes for whoever the directory belongs to, such as a service.
  struct stat folder {};
  auto where = std::filesystem::path{path}.parent_path();
  if (ok && ::geteuid() == 0
      && ::stat(where.empty() ? "." : where.c_str(), &folder) == 0)
    ok = ::fchown(fd, folder.st_uid, folder.st_gid) == 0;
  ok = ok && ::fsync(fd) == 0;
  auto why = ok ? std::string{} : system_text();
  ::close(fd);
  if (ok && replace && ::rename(fresh.c_str(), path.c_str()) == 0)
    return {};
  // Unlike a rename, a second name does not take the place of what is there.
  if (ok
      && (replace
          || (::link(fresh.c_str(), path.c_str()) != 0 && errno != EEXIST)))
    why = system_text();
  ::unlink(fresh.c_str());
  if (!why.empty())
    return unexpected{path + ": " + why};
  return {};
}

} // namespace livegrid
