#include "livegrid/http/system/state_directory.hpp"

#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>

namespace livegrid {

namespace {

/// Of deploy/livegrid.service.
constexpr const char* service_directory = "/var/lib/livegrid";

/// The variable if it is an absolute path: the specification wants others
/// ignored.
std::string path_in(const char* variable) {
  const auto* x = std::getenv(variable);
  return x != nullptr && *x == '/' ? x : std::string{};
}

} // namespace

std::string state_directory() {
  if (auto x = path_in("STATE_DIRECTORY"); !x.empty())
    // The first of several.
    return x.substr(0, x.find(':'));
  if (auto x = path_in("XDG_STATE_HOME"); !x.empty())
    return x + "/livegrid";
  if (auto x = path_in("HOME"); !x.empty())
    return x + "/.local/state/livegrid";
  return {};
}

std::string make_state_directory() {
  auto result = state_directory();
  if (result.empty())
    return result;
  std::filesystem::path path{result};
  std::error_code ec;
  std::filesystem::create_directories(path.parent_path(), ec);
  ::mkdir(result.c_str(), S_IRWXU);
  return std::filesystem::is_directory(path, ec) ? result : std::string{};
}

std::string console_socket_in(const std::string& folder, std::uint16_t port) {
  return folder + "/console-" + std::to_string(port) + ".sock";
}

std::vector<std::string> console_sockets(std::uint16_t port) {
  std::vector<std::string> result;
  if (auto folder = state_directory(); !folder.empty())
    result.emplace_back(console_socket_in(folder, port));
  result.emplace_back(console_socket_in(service_directory, port));
  return result;
}

} // namespace livegrid
