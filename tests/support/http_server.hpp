#pragma once

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <functional>
#include <string>
#include <thread>

#include "loopback.hpp"

namespace livegrid::test {

/// Answers HTTP requests on a thread of its own, as its script says, byte for
/// byte; then it hangs up, unless told to stay.
class http_server {
public:
  /// Gets a whole request. Returns the bytes that go back.
  using script = std::function<std::string(const std::string& request)>;

  /// @param stays whether a connection stays open behind its answer, until the
  ///        client hangs up.
  explicit http_server(script what, bool stays = false)
    : script_(std::move(what)),
      stays_(stays),
      stop_(::eventfd(0, EFD_CLOEXEC)),
      thread_([this] { run(); }) {
    // nop
  }

  http_server(const http_server&) = delete;

  http_server& operator=(const http_server&) = delete;

  ~http_server() {
    ::eventfd_write(stop_, 1);
    thread_.join();
    ::close(stop_);
  }

  std::string url(const std::string& path) const {
    return "http://127.0.0.1:" + std::to_string(port_.port()) + path;
  }

  /// Connections that the client has ended while they stayed.
  int left() const noexcept {
    return left_;
  }

private:
  bool readable(int fd) const {
    pollfd all[] = {{fd, POLLIN, 0}, {stop_, POLLIN, 0}};
    return ::poll(all, 2, -1) > 0 && all[1].revents == 0;
  }

  /// Whether all of a request is there: its head, and as much as that says.
  static bool whole(const std::string& x) {
    auto end = x.find("\r\n\r\n");
    auto at = x.find("Content-Length: ");
    if (end == x.npos)
      return false;
    auto size = at == x.npos ? 0 : std::strtoul(&x[at + 16], nullptr, 10);
    return x.size() >= end + 4 + size;
  }

  void run() {
    while (readable(port_.descriptor())) {
      auto fd = port_.accept();
      std::string request;
      char some[4096];
      ssize_t n = 1;
      while (n > 0 && !whole(request) && readable(fd)) {
        n = ::recv(fd, some, sizeof some, 0);
        request.append(some, n > 0 ? static_cast<std::size_t>(n) : 0);
      }
      if (whole(request)) {
        auto answer = script_(request);
        for (std::string_view rest = answer; !rest.empty();) {
          auto sent = ::send(fd, rest.data(), rest.size(), MSG_NOSIGNAL);
          if (sent <= 0)
            break;
          rest.remove_prefix(static_cast<std::size_t>(sent));
        }
        if (stays_ && readable(fd) && ::recv(fd, some, sizeof some, 0) <= 0)
          ++left_;
      }
      ::close(fd);
    }
  }

  listening_socket port_;
  script script_;
  bool stays_;
  std::atomic<int> left_ = 0;
  int stop_ = -1;
  std::thread thread_;
};

} // namespace livegrid::test
