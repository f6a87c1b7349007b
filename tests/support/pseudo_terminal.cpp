#include "pseudo_terminal.hpp"

#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <utility>

#include "console_program.hpp"

namespace livegrid::test {

pseudo_terminal::pseudo_terminal(const std::vector<std::string>& args,
                                 const char* kind, std::string state) {
  if (state.empty())
    state = own_state_.path();
  auto all = args;
  all.insert(all.begin(), console_program());
  std::vector<char*> argv;
  for (auto& x : all)
    argv.push_back(x.data());
  argv.push_back(nullptr);
  winsize size{.ws_row = 24, .ws_col = 100, .ws_xpixel = 0, .ws_ypixel = 0};
  child_ = forkpty(&fd_, nullptr, nullptr, &size);
  if (child_ == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    setenv("TERM", kind, 1);
    setenv("XDG_STATE_HOME", state.c_str(), 1);
    execv(argv[0], argv.data());
    _exit(127);
  }
}

pseudo_terminal::~pseudo_terminal() {
  if (fd_ >= 0)
    close(fd_);
  if (child_ > 0) {
    kill(child_, SIGKILL);
    waitpid(child_, nullptr, 0);
  }
}

void pseudo_terminal::type(std::string_view keys) {
  if (write(fd_, keys.data(), keys.size()) != static_cast<ssize_t>(keys.size()))
    give_up("the terminal takes no keys");
}

bool pseudo_terminal::read_some(std::string_view wanted) {
  pollfd ready{fd_, POLLIN, 0};
  if (poll(&ready, 1, poll_time(clock::now() + patience)) <= 0)
    give_up("waiting for " + std::string{wanted}
            + " nothing came on the terminal; before it: " + seen_);
  char buffer[4096];
  auto n = read(fd_, buffer, sizeof buffer);
  if (n <= 0)
    return false;
  seen_.append(buffer, static_cast<std::size_t>(n));
  return true;
}

std::string pseudo_terminal::wait_for(std::string_view what) {
  while (!contains(seen_, what))
    if (!read_some(what))
      give_up("the terminal did not show \"" + std::string{what}
              + "\" but: " + seen_);
  auto at = seen_.find(what);
  auto result = seen_.substr(0, at);
  seen_.erase(0, at + what.size());
  return result;
}

void pseudo_terminal::signal(int number) {
  kill(child_, number);
}

termios pseudo_terminal::mode() const {
  termios result{};
  if (tcgetattr(fd_, &result) != 0)
    give_up("the terminal does not say how it is set");
  return result;
}

void pseudo_terminal::resize(unsigned short lines, unsigned short columns) {
  winsize size{
    .ws_row = lines, .ws_col = columns, .ws_xpixel = 0, .ws_ypixel = 0};
  ioctl(fd_, TIOCSWINSZ, &size);
}

int pseudo_terminal::wait_for_exit() {
  while (read_some("its end"))
    ;
  int status = 0;
  waitpid(std::exchange(child_, -1), &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

} // namespace livegrid::test
