#include "networks.hpp"

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

// -- network_switch -----------------------------------------------------------

network_switch::network_switch(std::vector<int> devices)
  : devices_(std::move(devices)),
    open_(devices_.size() * devices_.size()),
    wake_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  for (auto& x : open_)
    x = true;
  thread_ = std::thread{[this] { run(); }};
}

network_switch::~network_switch() {
  stopping_ = true;
  eventfd_write(wake_, 1);
  thread_.join();
  for (auto fd : devices_)
    close(fd);
  close(wake_);
}

void network_switch::run() {
  std::vector<pollfd> all;
  for (auto fd : devices_)
    all.push_back({fd, POLLIN, 0});
  all.push_back({wake_, POLLIN, 0});
  while (!stopping_) {
    auto wait = -1;
    if (!under_way_.empty())
      wait = poll_time(under_way_.front().due);
    poll(all.data(), all.size(), wait);
    for (std::size_t from = 0; from < devices_.size(); ++from)
      take(from);
    deliver();
  }
}

void network_switch::take(std::size_t from) {
  // Of IPv4: where the last byte of the receiver's address stands.
  constexpr std::size_t last_byte = 19;
  char buffer[2048];
  for (;;) {
    auto n = read(devices_[from], buffer, sizeof buffer);
    if (n <= 0)
      return;
    auto to = static_cast<std::size_t>(buffer[last_byte]) - 1;
    // The kernel asks for routers by IPv6, of which there are none.
    if (static_cast<std::size_t>(n) > last_byte && (buffer[0] & 0xf0) == 0x40
        && to < devices_.size() && open_[from * devices_.size() + to])
      under_way_.push_back({clock::now() + delay_.load(), to,
                            std::string{buffer, static_cast<std::size_t>(n)}});
  }
}

void network_switch::deliver() {
  while (!under_way_.empty() && under_way_.front().due <= clock::now()) {
    auto& x = under_way_.front();
    // A device that is full loses packets, as others do.
    [[maybe_unused]] auto n =
      write(devices_[x.to], x.bytes.data(), x.bytes.size());
    under_way_.pop_front();
  }
}

// -- networks -----------------------------------------------------------------

networks::networks(std::size_t n) {
  if (geteuid() != 0)
    return;
  std::vector<int> devices;
  for (std::size_t i = 0; i < n; ++i) {
    auto keeper = keep_network();
    if (keeper < 0)
      break;
    keepers_.push_back(keeper);
    auto fd = -1;
    inside(i, [&] {
      fd = open_device();
      auto ok = fd >= 0 && ip("link set lo up")
                && ip("address add " + address(i) + "/24 dev cable")
                && ip("link set cable up");
      if (fd >= 0 && !ok)
        close(std::exchange(fd, -1));
    });
    if (fd < 0)
      break;
    devices.push_back(fd);
  }
  if (devices.size() == n) {
    switch_.emplace(std::move(devices));
    return;
  }
  for (auto fd : devices)
    close(fd);
}

networks::~networks() {
  for (auto keeper : keepers_) {
    kill(keeper, SIGKILL);
    waitpid(keeper, nullptr, 0);
  }
}

std::string networks::address(std::size_t i) {
  return "192.0.2." + std::to_string(i + 1);
}

void networks::inside(std::size_t i, const std::function<void()>& f) const {
  visit here{keepers_.at(i)};
  f();
}

void networks::plug(std::size_t a, std::size_t b, bool in) {
  switch_->open(a, b, in);
  switch_->open(b, a, in);
}

void networks::plug_all(std::size_t which, bool in) {
  for (std::size_t i = 0; i < keepers_.size(); ++i)
    plug(which, i, in);
}

} // namespace livegrid::test
