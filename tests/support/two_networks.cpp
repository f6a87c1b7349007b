#include "two_networks.hpp"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>

#include "wait.hpp"

namespace livegrid::test {

namespace {

/// A process that does nothing but keep a namespace; -1 if there is none.
pid_t keep_network() {
  int ready[2];
  if (pipe2(ready, O_CLOEXEC) != 0)
    return -1;
  auto child = fork();
  if (child == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    char ok = unshare(CLONE_NEWNET) == 0 ? 'y' : 'n';
    if (write(ready[1], &ok, 1) != 1 || ok == 'n')
      _exit(1);
    for (;;)
      pause();
  }
  close(ready[1]);
  char ok = 'n';
  auto n = child > 0 ? read(ready[0], &ok, 1) : 0;
  close(ready[0]);
  if (child > 0 && (n != 1 || ok != 'y')) {
    waitpid(child, nullptr, 0);
    return -1;
  }
  return child;
}

bool ip(const std::string& arguments) {
  auto line = "PATH=$PATH:/usr/sbin:/sbin ip " + arguments + " >/dev/null 2>&1";
  return std::system(line.c_str()) == 0;
}

/// This thread, elsewhere; back at the end.
class visit {
public:
  explicit visit(pid_t keeper)
    : home_(open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC)) {
    auto path = "/proc/" + std::to_string(keeper) + "/ns/net";
    auto there = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    auto ok = home_ >= 0 && there >= 0 && setns(there, CLONE_NEWNET) == 0;
    close(there);
    if (!ok)
      give_up("cannot enter a network namespace");
  }

  visit(const visit&) = delete;
  visit& operator=(const visit&) = delete;

  ~visit() {
    // All that follows would be elsewhere.
    if (setns(home_, CLONE_NEWNET) != 0)
      std::abort();
    close(home_);
  }

private:
  int home_;
};

} // namespace

two_networks::two_networks() {
  if (geteuid() != 0)
    return;
  near_ = keep_network();
  far_ = keep_network();
  if (near_ < 0 || far_ < 0)
    return;
  auto ok = true;
  near_side([&] {
    ok = ip("link set lo up")
         && ip("link add cable type veth peer name cable netns "
               + std::to_string(far_))
         && ip("address add 192.0.2.1/24 dev cable") && ip("link set cable up");
  });
  far_side([&] {
    ok =
      ok && ip("address add 192.0.2.2/24 dev cable") && ip("link set cable up");
  });
  there_ = ok;
}

two_networks::~two_networks() {
  for (auto keeper : {near_, far_})
    if (keeper > 0) {
      kill(keeper, SIGKILL);
      waitpid(keeper, nullptr, 0);
    }
}

void two_networks::near_side(const std::function<void()>& f) const {
  visit here{near_};
  f();
}

void two_networks::far_side(const std::function<void()>& f) const {
  visit here{far_};
  f();
}

void two_networks::unplug() const {
  far_side([] {
    if (!ip("link set cable down"))
      give_up("the cable cannot be unplugged");
  });
}

void two_networks::plug() const {
  far_side([] {
    if (!ip("link set cable up"))
      give_up("the cable cannot be plugged in");
  });
}

} // namespace livegrid::test
