#include "child_process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "send_signal.hpp"

namespace livegrid::test {

child_process::child_process(std::vector<std::string> args,
                             const std::string& output) {
  std::vector<char*> argv;
  for (auto& x : args)
    argv.push_back(x.data());
  argv.push_back(nullptr);
  int out[2] = {-1, -1};
  if (output.empty() && ::pipe2(out, O_CLOEXEC) != 0)
    give_up("no pipe");
  if (!output.empty())
    out[1] =
      ::open(output.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  pid_ = out[1] < 0 ? -1 : ::fork();
  if (pid_ < 0)
    give_up("cannot start " + args.front());
  if (pid_ == 0) {
    // Between fork and exec only what a signal handler may call.
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::dup2(out[1], 1);
    if (!output.empty())
      ::dup2(out[1], 2);
    ::execvp(argv[0], argv.data());
    ::_exit(127);
  }
  ::close(out[1]);
  out_ = out[0];
}

child_process::~child_process() {
  if (pid_ > 0) {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  if (out_ >= 0)
    ::close(out_);
}

void child_process::signal(int number) {
  if (pid_ <= 0)
    give_up("there is no program to signal");
  send_signal(pid_, number);
}

void child_process::wait() {
  ::waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

std::string child_process::read_line() {
  auto deadline = clock::now() + patience;
  for (;;) {
    if (auto end = pending_.find('\n'); end != std::string::npos) {
      auto result = pending_.substr(0, end);
      pending_.erase(0, end + 1);
      return result;
    }
    pollfd p{out_, POLLIN, 0};
    if (::poll(&p, 1, poll_time(deadline)) == 0)
      give_up("the program writes nothing");
    char buffer[4096];
    auto n = ::read(out_, buffer, sizeof buffer);
    if (n <= 0)
      give_up("the program has ended");
    pending_.append(buffer, static_cast<std::size_t>(n));
  }
}

} // namespace livegrid::test
