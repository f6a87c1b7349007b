#include "node_process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <fstream>
#include <memory>

#include "send_signal.hpp"
#include "temp_file.hpp"

extern char** environ;

namespace livegrid::test {

namespace {

std::string program() {
  if (auto path = std::getenv("LIVEGRID_PROGRAM"))
    return path;
#ifdef LIVEGRID_PROGRAM
  return LIVEGRID_PROGRAM;
#else
  give_up("LIVEGRID_PROGRAM is not set");
#endif
}

std::vector<char*> pointers(std::vector<std::string>& xs) {
  std::vector<char*> result;
  for (auto& x : xs)
    result.push_back(x.data());
  result.push_back(nullptr);
  return result;
}

/// The test's environment without settings of the node, and with `more`. What
/// nodes leave there they leave in a folder that goes with the test.
std::vector<std::string>
environment(const std::map<std::string, std::string>& more) {
  static const temp_directory state;
  std::vector<std::string> result{"STATE_DIRECTORY=" + state.path()};
  for (auto p = environ; *p != nullptr; ++p)
    if (std::strncmp(*p, "LIVEGRID_", 9) != 0)
      result.emplace_back(*p);
  // getenv() takes the first.
  for (auto& [key, value] : more)
    result.insert(result.begin(), key + "=" + value);
  return result;
}

} // namespace

capture::capture(int fd) {
  reader_ = std::thread{[this, fd] {
    char buffer[65536];
    ssize_t n;
    do {
      n = ::read(fd, buffer, sizeof buffer);
      std::lock_guard guard{mutex_};
      if (n > 0)
        text_.append(buffer, static_cast<std::size_t>(n));
      else if (n == 0 || errno != EINTR)
        ended_ = true;
      grown_.notify_all();
    } while (n > 0 || (n < 0 && errno == EINTR));
    ::close(fd);
  }};
}

capture::~capture() {
  reader_.join();
}

std::string capture::text() const {
  std::lock_guard guard{mutex_};
  return text_;
}

void capture::wait_for(std::string_view what, clock::time_point deadline) {
  std::unique_lock guard{mutex_};
  auto found = [&] { return text_.find(what) != std::string::npos; };
  grown_.wait_until(guard, deadline, [&] { return ended_ || found(); });
  if (!found())
    give_up("the program did not write \"" + std::string{what}
            + "\"; it wrote: " + text_);
}

bool capture::wait_for_end(clock::time_point deadline) {
  std::unique_lock guard{mutex_};
  return grown_.wait_until(guard, deadline, [&] { return ended_; });
}

std::string example_symbols() {
  const auto* root = std::getenv("LIVEGRID_SOURCE");
  if (root == nullptr)
    give_up("LIVEGRID_SOURCE does not say where the sources are");
  return std::string{"--market.symbols-file="} + root
         + "/tests/support/example_symbols.json";
}

node_process::node_process(node_options options) {
  std::vector<std::string> args{program()};
  if (options.free_ports) {
    args.emplace_back("--http.port=0");
    args.emplace_back("--console.port=0");
  }
  args.insert(args.end(), options.args.begin(), options.args.end());
  auto env = environment(options.env);
  auto argv = pointers(args);
  auto envp = pointers(env);
  int out[2];
  int err[2];
  if (::pipe2(out, O_CLOEXEC) != 0 || ::pipe2(err, O_CLOEXEC) != 0)
    give_up("no pipes");
  pid_ = ::fork();
  if (pid_ < 0)
    give_up("cannot fork");
  if (pid_ == 0) {
    // Between fork and exec only what a signal handler may call.
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::dup2(out[1], 1);
    ::dup2(err[1], 2);
    if (options.max_descriptors > 0) {
      rlimit limit{options.max_descriptors, options.max_descriptors};
      ::setrlimit(RLIMIT_NOFILE, &limit);
    }
    ::execve(argv[0], argv.data(), envp.data());
    ::_exit(127);
  }
  ::close(out[1]);
  ::close(err[1]);
  out_ = std::make_unique<capture>(out[0]);
  err_ = std::make_unique<capture>(err[0]);
}

node_process::node_process(std::vector<std::string> args)
  : node_process(node_options{.args = std::move(args)}) {
  wait_until_listening();
}

node_process::~node_process() {
  if (pid_ > 0) {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
}

void node_process::wait_until_listening() {
  auto deadline = clock::now() + patience;
  try {
    out_->wait_for("\n", deadline);
  } catch (const gave_up& e) {
    give_up(std::string{e.what()} + "; on standard error: " + standard_error());
  }
  auto text = out_->text();
  line_ = text.substr(0, text.find('\n'));
  secure_ = line_.find("https://") != std::string::npos;
  auto url = line_.find(secure_ ? "https://" : "http://");
  auto colon = line_.find(':', url == std::string::npos ? url : url + 8);
  if (url == std::string::npos || colon == std::string::npos)
    give_up("no address in the startup line: " + line_);
  port_ = static_cast<std::uint16_t>(std::atoi(line_.c_str() + colon + 1));
}

void node_process::signal(int number) {
  if (pid_ > 0)
    send_signal(pid_, number);
}

int node_process::wait_for_exit(clock::duration limit) {
  auto deadline = clock::now() + limit;
  // Its ends of the pipes close when the process ends.
  if (!out_->wait_for_end(deadline) || !err_->wait_for_end(deadline))
    give_up("the program did not end in time; on standard error: "
            + standard_error());
  int status = 0;
  ::waitpid(pid_, &status, 0);
  pid_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

void node_process::wait_for_error_text(std::string_view what) {
  err_->wait_for(what, clock::now() + patience);
}

bool node_process::running() const {
  siginfo_t info{};
  return pid_ > 0
         && ::waitid(P_PID, static_cast<id_t>(pid_), &info,
                     WEXITED | WNOHANG | WNOWAIT)
              == 0
         && info.si_pid == 0;
}

std::size_t node_process::resident() const {
  std::ifstream in{"/proc/" + std::to_string(pid_) + "/status"};
  std::string word;
  while (in >> word) {
    if (word == "VmRSS:") {
      std::size_t kib = 0;
      in >> kib;
      return kib * 1024;
    }
  }
  give_up("no VmRSS of the program");
}

tcp_socket node_process::connect(int receive_buffer) const {
  tcp_socket result{port_, receive_buffer};
  if (secure_ && !result.secure())
    give_up("no TLS: " + result.tls_fault());
  return result;
}

http_response node_process::get(std::string_view target,
                                const header_list& headers) {
  return fetch(connect(), "GET", target, headers);
}

http_response node_process::post(std::string_view body,
                                 const header_list& headers) {
  return fetch(connect(), "POST", "/ticks", headers, body);
}

void node_process::publish(std::string_view body) {
  auto response = post(body);
  if (response.status != 200)
    give_up("ticks were refused with " + std::to_string(response.status) + ": "
            + response.body);
}

json_value node_process::rows(std::string_view symbols) {
  auto response = get("/live_grid_data?symbol=" + url_encoded(symbols));
  if (response.status != 200)
    give_up("no rows but " + std::to_string(response.status) + ": "
            + response.body);
  return response.json();
}

} // namespace livegrid::test
