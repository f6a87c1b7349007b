#include "key_files.hpp"

#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <iterator>

namespace livegrid::test {

std::string key_run::last_line() const {
  auto text = output.substr(0, output.find_last_not_of('\n') + 1);
  return text.substr(text.rfind('\n') + 1);
}

key_run key_files::run(std::vector<std::string> words) const {
  words.insert(words.begin(), "key");
  words.emplace_back("--access.keys-file=" + path());
  node_process process{
    node_options{.args = std::move(words), .free_ports = false}};
  auto code = process.wait_for_exit();
  return {code, process.standard_output(), process.standard_error()};
}

std::string key_files::add(const std::string& name, const std::string& scopes,
                           const std::string& symbols) const {
  auto done = run({"add", name, "--scopes=" + scopes, "--symbols=" + symbols});
  if (done.exit_code != 0)
    give_up("no key: " + done.error);
  return done.last_line();
}

void key_files::revoke(const std::string& name) const {
  if (auto done = run({"revoke", name}); done.exit_code != 0)
    give_up("not revoked: " + done.error);
}

void key_files::write(const std::string& text, unsigned mode) const {
  auto fresh = path() + ".new";
  std::ofstream{fresh} << text;
  ::chmod(fresh.c_str(), mode);
  std::filesystem::rename(fresh, path());
}

std::string key_files::read() const {
  std::ifstream in{path()};
  return {std::istreambuf_iterator<char>{in}, {}};
}

} // namespace livegrid::test
