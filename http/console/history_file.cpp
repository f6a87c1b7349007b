#include "livegrid/http/console/history_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "livegrid/http/system/state_directory.hpp"

namespace livegrid {

namespace {

constexpr std::size_t most_lines = 1000;

void keep_last(std::vector<std::string>& lines) {
  if (lines.size() > most_lines)
    lines.erase(lines.begin(), lines.end() - most_lines);
}

} // namespace

std::string history_file::default_path() {
  auto folder = state_directory();
  return folder.empty() ? folder : folder + "/history";
}

std::vector<std::string> history_file::read() const {
  std::vector<std::string> result;
  std::error_code ec;
  // Whatever else may stand at that path would be waited for.
  if (path_.empty() || !std::filesystem::is_regular_file(path_, ec))
    return result;
  std::ifstream in{path_};
  for (std::string line; std::getline(in, line);)
    if (!line.empty())
      result.push_back(line);
  keep_last(result);
  return result;
}

void history_file::add(const std::string& line) const {
  if (path_.empty() || line.empty() || line.find('\n') != line.npos)
    return;
  auto lines = read();
  if (!lines.empty() && lines.back() == line)
    return;
  lines.push_back(line);
  keep_last(lines);
  std::error_code ec;
  std::filesystem::create_directories(
    std::filesystem::path{path_}.parent_path(), ec);
  // Another console may be writing: each has its own until it is whole.
  auto fresh = path_ + '.' + std::to_string(getpid());
  auto fd =
    open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW,
         S_IRUSR | S_IWUSR);
  if (fd < 0)
    return;
  std::string text;
  for (const auto& x : lines)
    text += x + '\n';
  auto whole =
    ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  close(fd);
  if (!whole || std::rename(fresh.c_str(), path_.c_str()) != 0)
    unlink(fresh.c_str());
}

} // namespace livegrid
