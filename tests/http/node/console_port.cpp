#define CAF_SUITE http.node.console_port

#include "livegrid/http/node/console_port.hpp"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "livegrid/actors/base/log.hpp"
#include "livegrid/actors/stats/counters.hpp"
#include "livegrid/http/console/console_client.hpp"

#include "captured_stderr.hpp"
#include "fake_console.hpp"
#include "loopback.hpp"
#include "other_user.hpp"
#include "scripted_console.hpp"
#include "tcp_socket.hpp"
#include "temp_file.hpp"
#include "wait.hpp"

#include "unit_test.hpp"

using namespace livegrid;
using namespace livegrid::test;

namespace fs = std::filesystem;

namespace {

/// A Unix socket that is bound and then left, as by a node that was killed.
void leave_socket(const std::string& path) {
  sockaddr_un where{.sun_family = AF_UNIX};
  path.copy(where.sun_path, sizeof where.sun_path - 1);
  auto fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  auto done =
    ::bind(fd, reinterpret_cast<sockaddr*>(&where), sizeof where) == 0;
  ::close(fd);
  CAF_REQUIRE(done);
}

/// A console's doors, a loop on its own thread behind them, and a console that
/// says what it has heard.
struct fixture {
  captured_stderr err;
  log_ptr log = std::make_shared<logger>();
  counters_ptr stats = std::make_shared<counters>();
  temp_directory folder;
  settings values;
  caf::actor_system_config cfg;
  caf::actor_system sys{cfg};
  io_loop loop{sys};
  std::shared_ptr<fake_console_script> script =
    std::make_shared<fake_console_script>();
  console_actor console = sys.spawn(fake_console, script);
  std::optional<console_port> uut;

  fixture() {
    values.console.port = 0;
    values.console.socket = folder.path() + "/sock";
    script->answer = [](const std::string& line) {
      return noted("heard " + line);
    };
    loop.start();
    make();
  }

  ~fixture() {
    uut.reset();
    caf::anon_send_exit(console, caf::exit_reason::user_shutdown);
    console = nullptr;
    sys.await_all_actors_done();
    loop.stop();
  }

  console_backend backend() {
    return {.sys = sys,
            .loop = loop,
            .console = console,
            .wants_keys = [] { return false; },
            .find_key = [](std::string_view) { return access_key_ptr{}; },
            .stats = stats,
            .log = log};
  }

  void make() {
    uut.emplace(backend());
  }

  const std::string& path() const {
    return values.console.socket;
  }

  /// Opens it, which must succeed.
  std::uint16_t open() {
    auto port = uut->open(values);
    CAF_REQUIRE(port);
    return *port;
  }

  /// Why it cannot be opened; marked if it never can be.
  std::string fault() {
    auto port = uut->open(values);
    if (port)
      return "none";
    return (port.error().is_lasting ? "lasting: " : "") + port.error().why;
  }

  /// What an operator's program gets for an answer there.
  static std::string ask_at(const console_address& where) {
    console_client x;
    if (auto met = x.connect(where); !met)
      return met.error().why;
    auto answer = x.ask("status");
    return answer ? answer->note : answer.error().why;
  }

  static std::string ask(std::uint16_t port) {
    return ask_at({.host = "127.0.0.1", .port = port, .path = {}});
  }

  static std::string ask(const std::string& where) {
    return ask_at({.host = {}, .path = where});
  }

  /// Says an operator's first word.
  /// @returns what comes back until there is a line or the end.
  static std::string greet(tcp_socket& x) {
    x.send("{\"livegrid_console\":1}\n");
    std::string result;
    while (result.find('\n') == result.npos && x.read_some(result)) {
      // nop
    }
    return result;
  }
};

constexpr auto heard = "heard status";

/// Sets where the process keeps its state, as long as this lives.
class state_folder {
public:
  explicit state_folder(const std::string& path) {
    if (const auto* x = std::getenv(name))
      before_ = x;
    ::setenv(name, path.c_str(), 1);
  }

  state_folder(const state_folder&) = delete;

  state_folder& operator=(const state_folder&) = delete;

  ~state_folder() {
    if (before_)
      ::setenv(name, before_->c_str(), 1);
    else
      ::unsetenv(name);
  }

private:
  static constexpr auto name = "STATE_DIRECTORY";

  std::optional<std::string> before_;
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(console_port_tests, fixture)

CAF_TEST(operators come in at a port and at a path) {
  auto port = open();
  CAF_CHECK_EQUAL(ask(port), heard);
  CAF_CHECK_EQUAL(ask(path()), heard);
  CAF_CHECK_EQUAL(ask(port), heard);
}

CAF_TEST(a path is for nobody but its user) {
  open();
  struct stat found {};
  CAF_REQUIRE(::lstat(path().c_str(), &found) == 0);
  CAF_CHECK(S_ISSOCK(found.st_mode));
  CAF_CHECK_EQUAL(found.st_mode & 0777u, 0600u);
}

CAF_TEST(nothing is left of a port that is gone) {
  auto port = open();
  auto other_name = folder.path() + "/link";
  fs::create_hard_link(path(), other_name);
  CAF_CHECK_EQUAL(ask(other_name), heard);
  // That it hangs up on him leaves the port in TIME_WAIT.
  tcp_socket idle{port};
  CAF_CHECK(greet(idle) != "");
  uut.reset();
  CAF_CHECK_EQUAL(idle.read_to_end(), "");
  idle.close();
  CAF_CHECK(!fs::exists(path()));
  CAF_CHECK(ask(port) != heard);
  CAF_CHECK(ask(other_name) != heard);
  CAF_MESSAGE("its place can be taken at once");
  values.console.port = port;
  make();
  CAF_CHECK_EQUAL(open(), port);
  CAF_CHECK_EQUAL(ask(port), heard);
  CAF_CHECK_EQUAL(ask(path()), heard);
}

CAF_TEST(a port that was never opened ends) {
  uut.reset();
  make();
  CAF_CHECK(!fs::exists(path()));
}

CAF_TEST(a port that is open is not opened again) {
  auto port = open();
  CAF_CHECK(fault() != "none");
  CAF_CHECK_EQUAL(ask(port), heard);
  CAF_CHECK_EQUAL(ask(path()), heard);
  uut.reset();
  CAF_CHECK(!fs::exists(path()));
}

CAF_TEST(operators are hung up on when a port goes) {
  auto port = open();
  tcp_socket silent{port};
  tcp_socket idle{port};
  CAF_CHECK(greet(idle) != "");
  uut.reset();
  CAF_CHECK_EQUAL(idle.read_to_end(), "");
  CAF_CHECK_EQUAL(silent.read_to_end(), "");
}

CAF_TEST(an operator may be amid a question when a port goes) {
  script->answer = nullptr;
  tcp_socket x{open()};
  greet(x);
  x.send("{\"ask\":\"status\"}\n");
  uut.reset();
  CAF_CHECK_EQUAL(x.read_to_end(), "");
}

CAF_TEST(a port that is taken is said in words) {
  listening_socket other;
  values.console.port = other.port();
  auto at = "127.0.0.1:" + std::to_string(other.port());
  CAF_CHECK_EQUAL(fault(), "console.port: " + at
                             + " is in use, perhaps by another livegrid; "
                               "another port will do, and 0 picks a free one");
  CAF_MESSAGE("and nothing is made");
  CAF_CHECK(!fs::exists(path()));
}

CAF_TEST(an address that cannot be had is said in words) {
  auto begins = [this](const std::string& address, const std::string& how) {
    values.console.address = address;
    auto why = fault();
    CAF_MESSAGE(why);
    return why.starts_with("console.address: cannot listen on " + how + ": ");
  };
  CAF_CHECK(begins("192.0.2.1", "192.0.2.1:0"));
  make();
  CAF_CHECK(begins("2001:db8::1", "[2001:db8::1]:0"));
  make();
  CAF_CHECK(begins("nonsense", "nonsense:0"));
}

CAF_TEST(a socket that a dead node has left is taken over) {
  leave_socket(path());
  open();
  CAF_CHECK_EQUAL(ask(path()), heard);
  uut.reset();
  CAF_CHECK(!fs::exists(path()));
}

CAF_TEST(a socket of a living node is left to it) {
  scripted_console other{path(),
                         answers([](const auto&) { return note("mine"); })};
  CAF_CHECK_EQUAL(fault(), "console.socket: " + path()
                             + ": another livegrid listens there");
  CAF_MESSAGE("also at the end");
  uut.reset();
  CAF_CHECK_EQUAL(ask(path()), "mine");
}

CAF_TEST(what is not a socket is not removed) {
  auto expected = "lasting: console.socket: " + path() + ": ";
  std::ofstream{path()} << "precious";
  CAF_CHECK(fault().starts_with(expected));
  uut.reset();
  CAF_CHECK_EQUAL(fs::file_size(path()), 8u);
  CAF_MESSAGE("nor is a link to a socket that is dead");
  fs::remove(path());
  leave_socket(folder.path() + "/dead");
  fs::create_symlink(folder.path() + "/dead", path());
  make();
  CAF_CHECK(fault().starts_with(expected));
  uut.reset();
  CAF_CHECK(fs::is_symlink(path()));
  CAF_CHECK(fs::exists(folder.path() + "/dead"));
}

CAF_TEST(a path that cannot be is said in words) {
  values.console.socket = folder.path() + "/nowhere/sock";
  CAF_CHECK_EQUAL(fault(), "lasting: console.socket: " + path()
                             + ": No such file or directory");
  make();
  constexpr auto most = sizeof(sockaddr_un::sun_path) - 1;
  auto start = folder.path() + '/';
  values.console.socket = start + std::string(most + 1 - start.size(), 'x');
  CAF_CHECK_EQUAL(fault(), "lasting: console.socket: " + path()
                             + ": the path of a socket has at most 107 bytes");
  CAF_MESSAGE("the longest one");
  make();
  values.console.socket.pop_back();
  open();
  CAF_CHECK_EQUAL(ask(path()), heard);
}

CAF_TEST(a path that nobody has asked for is in the state directory) {
  state_folder state{folder.path()};
  values.console.socket.clear();
  auto port = open();
  auto made = folder.path() + "/console-" + std::to_string(port) + ".sock";
  CAF_CHECK_EQUAL(ask(made), heard);
  uut.reset();
  CAF_CHECK(!fs::exists(made));
}

CAF_TEST(a path that nobody has asked for is done without) {
  values.console.socket.clear();
  auto logged = [this] { return err.count("console_without_socket"); };
  {
    state_folder state{"/dev/null/nowhere"};
    CAF_CHECK_EQUAL(ask(open()), heard);
    CAF_CHECK_EQUAL(logged(), 1u);
    CAF_CHECK_EQUAL(err.count("there is no state directory"), 1u);
  }
  make();
  state_folder state{folder.path()};
  listening_socket free;
  values.console.port = free.port();
  auto taken =
    folder.path() + "/console-" + std::to_string(free.port()) + ".sock";
  fs::create_directory(taken);
  // Only the path is taken.
  values.console.address = "127.0.0.2";
  auto port = open();
  CAF_CHECK_EQUAL(ask_at({.host = "127.0.0.2", .port = port, .path = {}}),
                  heard);
  CAF_CHECK_EQUAL(logged(), 2u);
  uut.reset();
  CAF_CHECK(fs::exists(taken));
}

CAF_TEST(strangers at one door do not take the places of the other) {
  constexpr std::size_t places = 16;
  auto port = open();
  std::vector<tcp_socket> all;
  for (std::size_t i = 0; i < places; ++i) {
    all.emplace_back(port);
    CAF_REQUIRE(greet(all.back()) != "");
  }
  CAF_CHECK_EQUAL(tcp_socket{port}.read_to_end(), "");
  CAF_CHECK_EQUAL(err.count("operator_refused why=\"too many are there\""), 1u);
  CAF_CHECK_EQUAL(ask(path()), heard);
  CAF_MESSAGE("a place is free again once somebody has left");
  all.pop_back();
  wait_until("a place", [&] { return ask(port) == heard; });
}

CAF_TEST(another user is not let in at a path) {
  if (::geteuid() != 0) {
    CAF_MESSAGE("only root can try to be somebody else: skipped");
    return;
  }
  open();
  // As if the modes were others.
  fs::permissions(path(), fs::perms{0666});
  fs::permissions(folder.path(), fs::perms{0755});
  CAF_CHECK_EQUAL(heard_by_nobody(path()), "nothing");
  CAF_CHECK_EQUAL(err.count("operator_refused uid=65534"), 1u);
  CAF_CHECK_EQUAL(ask(path()), heard);
}

CAF_TEST_FIXTURE_SCOPE_END()
