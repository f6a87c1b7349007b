#pragma once

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <functional>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "loopback.hpp"

#include "livegrid/http/operator/console_wire.hpp"

namespace livegrid::test {

/// A port of a console, on a thread of its own, that answers as its script
/// says. One operator is served after another.
class scripted_console {
public:
  /// Gets each line that an operator sends, without the line feed. Returns the
  /// bytes that go back, or nothing to hang up.
  using script = std::function<std::optional<std::string>(const std::string&)>;

  explicit scripted_console(script what)
    : script_(std::move(what)), stop_(::eventfd(0, EFD_CLOEXEC)) {
    thread_ = std::thread{[this, fd = tcp_.descriptor()] { serve(fd); }};
  }

  /// The same on a Unix socket at that path.
  scripted_console(const std::string& path, script what)
    : script_(std::move(what)),
      stop_(::eventfd(0, EFD_CLOEXEC)),
      unix_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un where{.sun_family = AF_UNIX};
    path.copy(where.sun_path, sizeof where.sun_path - 1);
    if (::bind(unix_, reinterpret_cast<sockaddr*>(&where), sizeof where) != 0
        || ::listen(unix_, 16) != 0)
      throw std::runtime_error("cannot listen at " + path);
    thread_ = std::thread{[this] { serve(unix_); }};
  }

  scripted_console(const scripted_console&) = delete;

  scripted_console& operator=(const scripted_console&) = delete;

  ~scripted_console() {
    ::eventfd_write(stop_, 1);
    thread_.join();
    ::close(stop_);
    if (unix_ >= 0)
      ::close(unix_);
  }

  std::uint16_t port() const noexcept {
    return tcp_.port();
  }

  /// All lines that have come so far.
  std::vector<std::string> heard() const {
    std::lock_guard guard{mutex_};
    return heard_;
  }

private:
  /// Waits until something can be read; false if it is time to stop.
  bool readable(int fd) const {
    pollfd all[] = {{fd, POLLIN, 0}, {stop_, POLLIN, 0}};
    return ::poll(all, 2, -1) > 0 && all[1].revents == 0;
  }

  void serve(int listening) {
    while (readable(listening)) {
      auto fd = ::accept4(listening, nullptr, nullptr, SOCK_CLOEXEC);
      if (fd >= 0)
        talk(fd);
      ::close(fd);
    }
  }

  void talk(int fd) {
    std::string pending;
    char some[4096];
    while (readable(fd)) {
      auto n = ::recv(fd, some, sizeof some, 0);
      if (n <= 0)
        return;
      pending.append(some, static_cast<std::size_t>(n));
      for (auto end = pending.find('\n'); end != pending.npos;
           end = pending.find('\n')) {
        auto line = pending.substr(0, end);
        pending.erase(0, end + 1);
        {
          std::lock_guard guard{mutex_};
          heard_.push_back(line);
        }
        auto answer = script_(line);
        if (!answer)
          return;
        for (std::string_view rest = *answer; !rest.empty();) {
          auto sent = ::send(fd, rest.data(), rest.size(), MSG_NOSIGNAL);
          if (sent <= 0)
            return;
          rest.remove_prefix(static_cast<std::size_t>(sent));
        }
      }
    }
  }

  listening_socket tcp_;
  script script_;
  int stop_ = -1;
  int unix_ = -1;
  mutable std::mutex mutex_;
  std::vector<std::string> heard_;
  std::thread thread_;
};

/// What a node that wants no key says first, a line of the wire.
inline std::string greeting() {
  console_line x;
  x.protocol = console_protocol;
  x.nonce = std::string(64, 'a');
  return x.str() + '\n';
}

/// A script of a node that wants no key: greets, then answers each question.
/// @param answer gets a question, and returns what a line is to say.
inline scripted_console::script
answers(std::function<console_line(const std::string&)> answer) {
  return [answer = std::move(answer)](
           const std::string& line) -> std::optional<std::string> {
    auto said = console_line::parse(line);
    if (!said)
      return std::nullopt;
    return said->ask ? answer(*said->ask).str() + '\n' : greeting();
  };
}

/// A line with an answer that is a note alone.
inline console_line note(std::string text) {
  console_line result;
  result.answer.emplace().note = std::move(text);
  return result;
}

/// A line with an error.
inline console_line said_no(std::string text) {
  console_line result;
  result.error = std::move(text);
  return result;
}

} // namespace livegrid::test
