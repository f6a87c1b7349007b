#pragma once

#include <chrono>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>

namespace livegrid::test {

using clock = std::chrono::steady_clock;

/// How long a test waits for something that must happen.
constexpr std::chrono::seconds patience{20};

/// What a test throws that waited in vain; nobody catches it, so that the run
/// ends with this message.
class gave_up : public std::runtime_error {
public:
  using std::runtime_error::runtime_error;
};

[[noreturn]] inline void give_up(const std::string& what) {
  throw gave_up(what);
}

/// Milliseconds until `deadline`, at least 0, as poll() wants them.
inline int poll_time(clock::time_point deadline) {
  using namespace std::chrono;
  auto left = duration_cast<milliseconds>(deadline - clock::now()).count();
  return left > 0 ? static_cast<int>(left) + 1 : 0;
}

/// Waits until `ready` returns true, asking again and again; gives up after
/// `patience`.
/// @param what it shall be, for the message.
template <class Ready>
void wait_until(std::string_view what, Ready ready) {
  auto deadline = clock::now() + patience;
  while (!ready()) {
    if (clock::now() > deadline)
      give_up("in vain: " + std::string{what});
    std::this_thread::yield();
  }
}

} // namespace livegrid::test
