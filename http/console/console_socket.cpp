#include "livegrid/http/console/console_socket.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "livegrid/http/operator/console_wire.hpp"
#include "livegrid/http/system/tcp_connect.hpp"

namespace livegrid {

namespace {

using clock = std::chrono::steady_clock;

/// Between two looks whether a line is still wanted.
constexpr std::chrono::milliseconds look_time{20};

/// Waits for one of these events, until `deadline` and no longer than `most`.
short wait_for(int fd, short events, console_socket::time_point deadline,
               std::chrono::milliseconds most) {
  auto left =
    std::chrono::ceil<std::chrono::milliseconds>(deadline - clock::now());
  left = std::clamp(left, std::chrono::milliseconds{0}, most);
  pollfd ready{fd, events, 0};
  return poll(&ready, 1, static_cast<int>(left.count())) > 0 ? ready.revents
                                                             : short{0};
}

} // namespace

console_socket::~console_socket() {
  close();
}

void console_socket::close() {
  if (fd_ >= 0)
    ::close(fd_);
  fd_ = -1;
  in_.clear();
}

expected<void, std::string>
console_socket::connect_tcp(const std::string& host, std::uint16_t port,
                            std::chrono::milliseconds time) {
  close();
  auto x = tcp_connect(host, port, time);
  if (!x)
    return unexpected{std::move(x).error()};
  fd_ = *x;
  return {};
}

expected<void, std::string>
console_socket::connect_path(const std::string& path) {
  close();
  sockaddr_un where{};
  where.sun_family = AF_UNIX;
  if (path.size() >= sizeof where.sun_path)
    return unexpected{"the path of a socket has at most "
                      + std::to_string(sizeof where.sun_path - 1) + " bytes"};
  std::memcpy(where.sun_path, path.data(), path.size());
  fd_ = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd_ >= 0
      && ::connect(fd_, reinterpret_cast<const sockaddr*>(&where), sizeof where)
           == 0)
    return {};
  std::string why = std::strerror(errno);
  close();
  return unexpected{std::move(why)};
}

bool console_socket::hung_up() const {
  if (fd_ < 0)
    return true;
  pollfd ready{fd_, POLLRDHUP, 0};
  return poll(&ready, 1, 0) > 0;
}

bool console_socket::send_line(std::string_view text, time_point deadline) {
  auto line = std::string{text} + '\n';
  for (std::size_t at = 0; at < line.size();) {
    auto n = ::send(fd_, line.data() + at, line.size() - at, MSG_NOSIGNAL);
    if (n >= 0)
      at += static_cast<std::size_t>(n);
    else if (errno != EAGAIN && errno != EINTR)
      return false;
    else if (clock::now() >= deadline)
      return false;
    else
      wait_for(fd_, POLLOUT, deadline, look_time);
  }
  return true;
}

expected<std::string, console_socket::fault>
console_socket::read_line(time_point deadline,
                          const std::function<bool()>& given_up) {
  std::size_t looked_at = 0;
  while (true) {
    if (auto end = in_.find('\n', looked_at); end != in_.npos) {
      auto line = in_.substr(0, end);
      in_.erase(0, end + 1);
      return line;
    }
    looked_at = in_.size();
    if (in_.size() > max_console_answer)
      return unexpected{fault::too_long};
    if (given_up && given_up())
      return unexpected{fault::given_up};
    std::array<char, 65536> some;
    auto n = ::recv(fd_, some.data(), some.size(), 0);
    if (n > 0) {
      in_.append(some.data(), static_cast<std::size_t>(n));
      continue;
    }
    if (n == 0 || (errno != EAGAIN && errno != EINTR))
      return unexpected{fault::ended};
    if (clock::now() >= deadline)
      return unexpected{fault::late};
    wait_for(fd_, POLLIN, deadline, look_time);
  }
}

} // namespace livegrid
