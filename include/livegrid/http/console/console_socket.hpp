#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "livegrid/actors/base/expected.hpp"

namespace livegrid {

/// An operator's end of a connection to a node: lines, and every wait for them
/// has an end.
class console_socket {
public:
  using time_point = std::chrono::steady_clock::time_point;

  console_socket() = default;

  console_socket(const console_socket&) = delete;

  console_socket& operator=(const console_socket&) = delete;

  ~console_socket();

  /// Connects, instead of what was connected before.
  /// @returns why not, if not.
  expected<void, std::string> connect_tcp(const std::string& host,
                                          std::uint16_t port,
                                          std::chrono::milliseconds time);

  expected<void, std::string> connect_path(const std::string& path);

  void close();

  bool open() const noexcept {
    return fd_ >= 0;
  }

  /// Whether the other side has hung up. What it has said last may be unread.
  bool hung_up() const;

  /// Returns false if the other side is gone, or takes nothing.
  bool send_line(std::string_view text, time_point deadline);

  /// Why there is no line.
  enum class fault {
    ended,    ///< the other side has hung up
    late,     ///< none has come in time
    given_up, ///< nobody wants one any more
    too_long, ///< it is over `max_console_answer`
  };

  /// @param given_up is called every few milliseconds while there is no line.
  expected<std::string, fault>
  read_line(time_point deadline, const std::function<bool()>& given_up = {});

private:
  int fd_ = -1;
  std::string in_;
};

} // namespace livegrid
