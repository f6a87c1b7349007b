#include "temp_file.hpp"

#include <stdlib.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "wait.hpp"

namespace livegrid::test {

temp_file::temp_file(std::string_view content, std::string_view suffix)
  : path_("/tmp/livegrid-test-XXXXXX" + std::string{suffix}) {
  auto fd = mkstemps(path_.data(), static_cast<int>(suffix.size()));
  if (fd < 0)
    give_up("cannot make " + path_);
  ::close(fd);
  std::ofstream out{path_, std::ios::binary};
  out << content;
  if (!out.flush())
    give_up("cannot write " + path_);
}

temp_file::~temp_file() {
  ::unlink(path_.c_str());
}

temp_directory::temp_directory() {
  if (mkdtemp(path_.data()) == nullptr)
    give_up("cannot make " + path_);
}

temp_directory::~temp_directory() {
  std::error_code ec;
  std::filesystem::remove_all(path_, ec);
}

} // namespace livegrid::test
