#define CAF_SUITE http.system.state_directory

#include "livegrid/http/system/state_directory.hpp"

#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

#include "in_child.hpp"
#include "temp_file.hpp"

#include "unit_test.hpp"

using namespace livegrid;
using namespace livegrid::test;
namespace fs = std::filesystem;

namespace {

/// Variables as `NAME=value`, to live as long as a process that has them.
using variables = std::vector<std::string>;

/// What a function returns in a process that has these variables and none of
/// the others that matter.
std::string with(const variables& set,
                 const std::function<std::string()>& what) {
  return in_child([&] {
    for (auto name : {"STATE_DIRECTORY", "XDG_STATE_HOME", "HOME"})
      ::unsetenv(name);
    for (const auto& x : set)
      ::putenv(const_cast<char*>(x.c_str()));
    return what();
  });
}

} // namespace

CAF_TEST(the first variable that is an absolute path says where) {
  struct {
    variables set;
    std::string_view where;
  } cases[] = {
    {{}, ""},
    {{"HOME=/h"}, "/h/.local/state/livegrid"},
    {{"HOME=/h", "XDG_STATE_HOME=/x"}, "/x/livegrid"},
    {{"HOME=/h", "XDG_STATE_HOME=/x", "STATE_DIRECTORY=/s"}, "/s"},
    // systemd names several of them in one variable.
    {{"STATE_DIRECTORY=/s:/t"}, "/s"},
    {{"HOME=/h", "XDG_STATE_HOME="}, "/h/.local/state/livegrid"},
    {{"HOME=/h", "XDG_STATE_HOME=x", "STATE_DIRECTORY=./s"},
     "/h/.local/state/livegrid"},
    {{"HOME=h"}, ""},
    {{"HOME="}, ""},
  };
  for (auto& c : cases) {
    CAF_MESSAGE(c.where);
    CAF_CHECK_EQUAL(with(c.set, state_directory), c.where);
  }
}

CAF_TEST(the directory is made for this user alone) {
  temp_directory folder;
  auto home = folder.path() + "/a/home";
  auto made = home + "/.local/state/livegrid";
  CAF_CHECK_EQUAL(with({"HOME=" + home}, make_state_directory), made);
  struct stat what {};
  CAF_REQUIRE_EQUAL(::stat(made.c_str(), &what), 0);
  CAF_CHECK(S_ISDIR(what.st_mode));
  CAF_CHECK_EQUAL(what.st_mode & 077u, 0u);
  // One that is there stays as it is.
  fs::permissions(made, fs::perms{0750});
  std::ofstream{made + "/kept"} << "x";
  CAF_CHECK_EQUAL(with({"HOME=" + home}, make_state_directory), made);
  CAF_REQUIRE_EQUAL(::stat(made.c_str(), &what), 0);
  CAF_CHECK_EQUAL(what.st_mode & 0777u, 0750u);
  CAF_CHECK(fs::exists(made + "/kept"));
}

CAF_TEST(nothing is returned where nothing can be made) {
  temp_directory folder;
  std::ofstream{folder.path() + "/file"} << "x";
  CAF_CHECK_EQUAL(with({}, make_state_directory), "");
  CAF_CHECK_EQUAL(
    with({"STATE_DIRECTORY=" + folder.path() + "/file"}, make_state_directory),
    "");
  CAF_CHECK_EQUAL(
    with({"XDG_STATE_HOME=" + folder.path() + "/file"}, make_state_directory),
    "");
}

CAF_TEST(a socket is looked for in this directory and in that of the service) {
  CAF_CHECK_EQUAL(console_socket_in("/a", 0), "/a/console-0.sock");
  CAF_CHECK_EQUAL(console_socket_in("/a", 65535), "/a/console-65535.sock");
  auto all = [] {
    std::string out;
    for (auto& x : console_sockets(7780))
      out += x + '\n';
    return out;
  };
  const std::string service = "/var/lib/livegrid/console-7780.sock\n";
  CAF_CHECK_EQUAL(with({}, all), service);
  CAF_CHECK_EQUAL(with({"XDG_STATE_HOME=/x"}, all),
                  "/x/livegrid/console-7780.sock\n" + service);
}
