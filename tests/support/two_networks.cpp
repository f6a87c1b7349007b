#include "two_networks.hpp"

#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <utility>

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

/// A device of this network, whose packets come from and go to what is
/// returned; -1 if there is none.
int open_device() {
  auto fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC | O_NONBLOCK);
  ifreq request{};
  request.ifr_flags = IFF_TUN | IFF_NO_PI;
  std::strncpy(request.ifr_name, "cable", IFNAMSIZ - 1);
  if (fd >= 0 && ioctl(fd, TUNSETIFF, &request) != 0)
    close(std::exchange(fd, -1));
  return fd;
}

} // namespace

// -- cable --------------------------------------------------------------------

cable::cable(int near, int far)
  : ends_{near, far}, wake_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  thread_ = std::thread{[this] { run(); }};
}

cable::~cable() {
  stopping_ = true;
  eventfd_write(wake_, 1);
  thread_.join();
  for (auto fd : {ends_[0], ends_[1], wake_})
    close(fd);
}

void cable::run() {
  while (!stopping_) {
    auto wait = -1;
    if (!under_way_.empty())
      wait = poll_time(under_way_.front().due);
    pollfd all[] = {
      {ends_[0], POLLIN, 0}, {ends_[1], POLLIN, 0}, {wake_, POLLIN, 0}};
    poll(all, 3, wait);
    for (auto from : {0, 1})
      take(from);
    deliver();
  }
}

void cable::take(int from) {
  char buffer[2048];
  for (;;) {
    auto n = read(ends_[from], buffer, sizeof buffer);
    if (n <= 0)
      return;
    if (plugged_)
      under_way_.push_back({clock::now() + delay_.load(), 1 - from,
                            std::string{buffer, static_cast<std::size_t>(n)}});
  }
}

void cable::deliver() {
  while (!under_way_.empty() && under_way_.front().due <= clock::now()) {
    auto& x = under_way_.front();
    // A device that is full loses packets, as others do.
    [[maybe_unused]] auto n =
      write(ends_[x.to], x.bytes.data(), x.bytes.size());
    under_way_.pop_front();
  }
}

// -- two_networks -------------------------------------------------------------

two_networks::two_networks() {
  if (geteuid() != 0)
    return;
  near_ = keep_network();
  far_ = keep_network();
  if (near_ < 0 || far_ < 0)
    return;
  auto join = [](const std::string& address) {
    auto fd = open_device();
    auto ok = fd >= 0 && ip("link set lo up")
              && ip("address add " + address + "/24 dev cable")
              && ip("link set cable up");
    if (fd >= 0 && !ok)
      close(std::exchange(fd, -1));
    return fd;
  };
  int ends[2] = {-1, -1};
  near_side([&] { ends[0] = join(near_address); });
  far_side([&] { ends[1] = join(far_address); });
  if (ends[0] >= 0 && ends[1] >= 0) {
    cable_.emplace(ends[0], ends[1]);
    return;
  }
  for (auto fd : ends)
    if (fd >= 0)
      close(fd);
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

} // namespace livegrid::test
