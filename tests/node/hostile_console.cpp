#define CAF_SUITE node.hostile_console

// What somebody can do to the operator, or in his name, at the console's
// doors.

#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "console_program.hpp"
#include "key_files.hpp"
#include "other_user.hpp"
#include "tcp_socket.hpp"
#include "ws_client.hpp"

#include "unit_test.hpp"

using namespace livegrid::test;

namespace {

constexpr std::size_t mib = 1024 * 1024;

/// A node that listens, whatever its options.
struct started_node : node_process {
  explicit started_node(node_options options)
    : node_process(std::move(options)) {
    wait_until_listening();
  }
};

/// A node with keys, its console's port, and its Unix socket.
struct guarded_node {
  guarded_node() : boss(keys.add("boss", "operate")), node(options()) {
    key.emplace(boss + '\n');
    ::chmod(key->path().c_str(), 0600);
  }

  node_options options() const {
    auto args = keys.settings();
    args.push_back("--console.socket=" + path());
    return {.args = args};
  }

  std::string path() const {
    return folder.path() + "/console.sock";
  }

  std::uint16_t port() const {
    const auto& line = node.startup_line();
    return static_cast<std::uint16_t>(
      std::stoi(line.substr(line.rfind(':') + 1)));
  }

  console_outcome ask(std::uint16_t at, const std::string& command) {
    return run_console({"--node=127.0.0.1:" + std::to_string(at),
                        "--key-file=" + key->path(), "-c", command});
  }

  temp_directory folder;
  key_files keys;
  std::string boss;
  std::optional<temp_file> key;
  started_node node;
};

/// Stands where a node's console was: greets whoever comes like one, and gives
/// a proof that is none.
class impostor {
public:
  explicit impostor(const std::string& greeting) {
    fd_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    auto* raw = reinterpret_cast<sockaddr*>(&address);
    socklen_t size = sizeof address;
    if (fd_ < 0 || ::bind(fd_, raw, size) != 0 || ::listen(fd_, 1) != 0
        || ::getsockname(fd_, raw, &size) != 0)
      give_up("no free port");
    port_ = ntohs(address.sin_port);
    thread_ = std::thread{[this, greeting] { run(greeting + '\n'); }};
  }

  ~impostor() {
    ::shutdown(fd_, SHUT_RDWR);
    if (thread_.joinable())
      thread_.join();
    ::close(fd_);
  }

  std::uint16_t port() const noexcept {
    return port_;
  }

  /// All that the client has sent, once it is gone.
  const std::string& heard() {
    if (thread_.joinable())
      thread_.join();
    return heard_;
  }

private:
  void run(const std::string& greeting) {
    auto client = ::accept4(fd_, nullptr, nullptr, SOCK_CLOEXEC);
    send(client, greeting);
    char some[4096];
    auto proved = false;
    for (ssize_t n; (n = ::read(client, some, sizeof some)) > 0;) {
      heard_.append(some, static_cast<std::size_t>(n));
      if (contains(heard_, "\"proof\"") && !std::exchange(proved, true))
        send(client, "{\"proof\":\"" + std::string(64, 'a') + "\"}\n");
    }
    ::close(client);
  }

  static void send(int to, const std::string& text) {
    if (::send(to, text.data(), text.size(), MSG_NOSIGNAL) < 0)
      return;
  }

  int fd_ = -1;
  std::uint16_t port_ = 0;
  std::string heard_;
  std::thread thread_;
};

/// Says the first word of an operator's program, and returns the node's.
std::string greeting_of(tcp_socket& x) {
  x.send("{\"livegrid_console\":1}\n");
  std::string result;
  while (!contains(result, "\n"))
    if (!x.read_some(result))
      give_up("no greeting");
  return result.substr(0, result.find('\n'));
}

} // namespace

CAF_TEST(the key of an operator is sent to nobody) {
  guarded_node x;
  auto secret = x.boss.substr(x.boss.find('.') + 1);
  tcp_socket at_node{x.port()};
  // With the nonce of a connection to the node itself.
  impostor other{greeting_of(at_node)};
  auto said = x.ask(other.port(), "status");
  CAF_CHECK_EQUAL(said.exit_code, 3);
  CAF_CHECK(contains(said.errors, "does not know that key"));
  auto heard = other.heard();
  CAF_CHECK(contains(heard, "\"proof\""));
  CAF_CHECK(!contains(heard, secret));
  CAF_CHECK(!contains(heard, "status"));
  // To another connection it is no proof.
  tcp_socket again{x.port()};
  again.send(heard);
  CAF_CHECK(contains(again.read_to_end(), "invalid key"));
  CAF_CHECK_EQUAL(x.ask(x.port(), "status").exit_code, 0);
}

CAF_TEST(who wants no key does not hear an operator) {
  guarded_node x;
  impostor other{R"({"livegrid_console":1,"proof":false,"nonce":")"
                 + std::string(64, 'b') + "\"}"};
  auto said = x.ask(other.port(), "status");
  CAF_CHECK_EQUAL(said.exit_code, 3);
  CAF_CHECK(contains(said.errors, "does not prove that it is yours"));
  CAF_CHECK_EQUAL(other.heard(), "{\"livegrid_console\":1}\n");
}

CAF_TEST(a socket lets in its user and nobody else) {
  guarded_node x;
  auto said = run_console({"--node=" + x.path(), "-c", "log debug"});
  CAF_CHECK_EQUAL(said.exit_code, 0);
  x.node.wait_for_error_text("operator_did key=\"none\" uid="
                             + std::to_string(::geteuid())
                             + " command=\"log debug\"");
  struct stat found {};
  CAF_REQUIRE(::stat(x.path().c_str(), &found) == 0);
  CAF_CHECK_EQUAL(found.st_mode & 0777u, 0600u);
  if (::geteuid() != 0) {
    CAF_MESSAGE("only root can try to be somebody else: skipped");
    return;
  }
  // As if the mode were another one.
  ::chmod(x.path().c_str(), 0666);
  ::chmod(x.folder.path().c_str(), 0755);
  // It hears nothing but that it is over.
  CAF_CHECK_EQUAL(heard_by_nobody(x.path()), "nothing");
  x.node.wait_for_error_text("operator_refused uid=65534");
}

CAF_TEST(a socket is made in the state directory and goes with the node) {
  temp_directory folder;
  started_node node{{.args = {"--market.feed=none", example_symbols()},
                     .env = {{"STATE_DIRECTORY", folder.path()}}}};
  const auto& line = node.startup_line();
  auto path =
    folder.path() + "/console-" + line.substr(line.rfind(':') + 1) + ".sock";
  CAF_CHECK_EQUAL(run_console({"--node=" + path, "-c", "status"}).exit_code, 0);
  node.signal(SIGTERM);
  CAF_CHECK_EQUAL(node.wait_for_exit(), 0);
  CAF_CHECK(::access(path.c_str(), F_OK) != 0);
}

CAF_TEST(a socket is taken over from a dead node and not from a living one) {
  temp_directory folder;
  auto path = folder.path() + "/sock";
  node_options options{.args = {"--market.feed=none", example_symbols(),
                                "--console.socket=" + path}};
  {
    started_node first{options};
    first.signal(SIGKILL);
    first.wait_for_exit();
  }
  CAF_CHECK(::access(path.c_str(), F_OK) == 0);
  started_node second{options};
  CAF_CHECK_EQUAL(run_console({"--node=" + path, "-c", "help"}).exit_code, 0);
  node_process third{options};
  CAF_CHECK_EQUAL(third.wait_for_exit(), 1);
  CAF_CHECK(contains(third.standard_error(), "another livegrid listens there"));
  CAF_CHECK_EQUAL(run_console({"--node=" + path, "-c", "help"}).exit_code, 0);
  // What is no socket is nobody's to remove.
  temp_file file{"precious"};
  options.args.back() = "--console.socket=" + file.path();
  node_process fourth{options};
  CAF_CHECK_EQUAL(fourth.wait_for_exit(), 2);
  CAF_CHECK(::access(file.path().c_str(), F_OK) == 0);
}

CAF_TEST(a port that is taken is said in words) {
  port_holder other;
  auto port = std::to_string(other.port());
  node_process node{{.args = {"--market.feed=none", example_symbols(),
                              "--http.port=0", "--console.port=" + port},
                     .free_ports = false}};
  CAF_CHECK_EQUAL(node.wait_for_exit(), 1);
  CAF_CHECK(contains(node.standard_error(),
                     "console.port: 127.0.0.1:" + port + " is in use"));
}

CAF_TEST(strangers cost no memory and no places) {
  guarded_node x;
  auto before = x.node.resident();
  std::vector<tcp_socket> all;
  // 1 GiB, for whom reads a length there.
  std::string header{"\x01\0\0\0\x40\0\0\0", 8};
  header.resize(36);
  for (int i = 0; i < 40; ++i) {
    all.emplace_back(x.port());
    all.back().send(header);
  }
  tcp_socket endless{x.port()};
  while (endless.send(std::string(64 * 1024, 'x')))
    ;
  // Who may come in otherwise still can.
  CAF_CHECK_EQUAL(run_console({"--node=" + x.path(), "-c", "help"}).exit_code,
                  0);
  all.clear();
  wait_until("a place", [&] { return x.ask(x.port(), "help").exit_code == 0; });
  CAF_CHECK_LESS(x.node.resident(), before + 64 * mib);
}

CAF_TEST(a feed is called by the key that it came with) {
  guarded_node x;
  auto secret = x.keys.add("nyse", "publish");
  std::optional<ws_client> feed;
  wait_until("the key to be known", [&] {
    return x.node.post(R"({"symbol":"A","price":1})", {{"X-API-KEY", secret}})
             .status
           == 200;
  });
  feed.emplace(x.node.port(), "/ticks", header_list{{"X-API-KEY", secret}});
  wait_until("the feed", [&] {
    auto said = run_console({"--node=" + x.path(), "--json", "-c", "feeds"});
    return contains(said.output, "\"nyse 127.0.0.1:");
  });
}

CAF_TEST(who says nothing is hung up on) {
  guarded_node x;
  tcp_socket silent{x.port()};
  greeting_of(silent);
  CAF_CHECK_EQUAL(silent.read_to_end(), "");
}

CAF_TEST(what is no question is answered and ends it) {
  started_node node{{.args = {"--market.feed=none", example_symbols()}}};
  const auto& line = node.startup_line();
  auto port =
    static_cast<std::uint16_t>(std::stoi(line.substr(line.rfind(':') + 1)));
  for (std::string text : {"GET / HTTP/1.1\r\n\r\n", "{}\n", "\n", "[[[[[\n",
                           "{\"ask\":7}\n", "{\"answer\":{}}\n"}) {
    tcp_socket x{port};
    greeting_of(x);
    x.send(text);
    CAF_CHECK(contains(x.read_to_end(), "\"error\""));
    tcp_socket y{port};
    y.send(text);
    CAF_CHECK(contains(y.read_to_end(), "\"error\""));
  }
  CAF_CHECK(node.running());
}

CAF_TEST_FIXTURE_SCOPE(console_words, console_fixture)

CAF_TEST(an option in the place of a command is none) {
  CAF_CHECK_EQUAL(run_console({where(), "-c", "--bad"}).exit_code, 2);
  CAF_CHECK_EQUAL(run_console({where(), "-c"}).exit_code, 2);
  CAF_CHECK_EQUAL(run_console({where(), "-c", "-c"}).exit_code, 2);
  CAF_CHECK_EQUAL(run_console({"--node=nowhere"}).exit_code, 2);
  CAF_CHECK_EQUAL(run_console({"--node=h:0"}).exit_code, 2);
  CAF_CHECK_EQUAL(run_console({"--key-file"}).exit_code, 2);
  CAF_CHECK_EQUAL(run_console({where()}, "--bad\n").exit_code, 1);
  // A blank may stand before a value.
  auto at = where().substr(7);
  CAF_CHECK_EQUAL(run_console({"--node", at, "-c", "help"}).exit_code, 0);
}

CAF_TEST(a slip is told what it may have been) {
  CAF_CHECK(contains(ask({"statsu"}).errors, "did you mean status?"));
  CAF_CHECK(contains(ask({"help symbls"}).errors, "did you mean symbols?"));
  CAF_CHECK(contains(ask({"symbols --srot=age"}).errors, "did you mean sort?"));
  node_process wrong{node_options{.args = {"--http.max-bdoy=1MiB"}}};
  CAF_CHECK_EQUAL(wrong.wait_for_exit(), 2);
  CAF_CHECK(contains(wrong.standard_error(), "did you mean http.max-body?"));
}

CAF_TEST(a status begins with what there is to know) {
  node.publish(R"({"symbol":"AAPL","price":150.5})");
  auto first = answer("status").at("parts").at(0);
  CAF_CHECK_EQUAL(first.at("kind").text(), "verdict");
  CAF_CHECK(first.at("name").text().starts_with("all is well: 5 symbols"));
  CAF_CHECK_EQUAL(ask({"pause post"}).exit_code, 0);
  first = answer("status").at("parts").at(0);
  CAF_CHECK(contains(first.at("name").text(), "1 feed paused"));
  CAF_CHECK(ask({"status"}).output.starts_with("verdict look at this: "));
}

CAF_TEST(what was logged can be asked for) {
  node.post("{}");
  auto x = answer("events ticks_*");
  const auto& row = x.at("lists").at(0).at("rows").at(0);
  CAF_CHECK_EQUAL(row.at(1).text(), "info");
  CAF_CHECK_EQUAL(row.at(2).text(), "ticks_refused");
  // It came alone, and so has no place among others.
  CAF_CHECK(!contains(row.at(3).text(), "element"));
  CAF_CHECK(!contains(node.standard_error(), "element=-1"));
  CAF_CHECK(contains(ask({"events"}).output, "started"));
}

CAF_TEST(a text is a text in json) {
  node.publish(R"({"symbol":"AAPL","price":150.5,"venue":"X\"Y"})");
  auto facts = answer("symbol AAPL").at("parts").at(0).at("facts");
  CAF_CHECK_EQUAL(facts.at("freshness").text(), "live");
  CAF_CHECK_EQUAL(facts.at("venue").text(), "X\"Y");
  CAF_CHECK_EQUAL(facts.at("price").literal(), "150.5");
}

CAF_TEST_FIXTURE_SCOPE_END()
