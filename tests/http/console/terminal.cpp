#define CAF_SUITE http.console.terminal

#include "livegrid/http/console/terminal.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <thread>

#include "in_child.hpp"
#include "own_terminal.hpp"

#include "unit_test.hpp"

using namespace livegrid;
using namespace livegrid::test;
using namespace std::chrono_literals;

namespace {

using event = key_watch::event;

std::string show(event x) {
  switch (x) {
  case event::time:
    return "time";
  case event::key:
    return "key";
  case event::interrupt:
    return "interrupt";
  case event::signal:
    return "signal";
  case event::closed:
    return "closed";
  }
  return "unknown";
}

std::string show(bool x) {
  return x ? "yes" : "no";
}

/// Runs something on a terminal of its own, given the end where keys go in.
/// @returns nothing if this machine has no terminals to give.
std::optional<std::string>
on_terminal(const std::function<std::string(int)>& what) {
  auto out = in_child([&]() -> std::string {
    auto keys = take_terminal(24, 100);
    return keys < 0 ? "no terminal" : what(keys);
  });
  if (out != "no terminal")
    return out;
  CAF_MESSAGE("left out: this machine has no terminals to give");
  return std::nullopt;
}

/// Runs something whose stdin and stdout are pipes, given their other ends.
std::string on_pipes(const std::function<std::string(int, int)>& what) {
  return in_child([&]() -> std::string {
    int in[2];
    int out[2];
    if (::pipe(in) != 0 || ::pipe(out) != 0)
      return "no pipes";
    ::dup2(in[0], STDIN_FILENO);
    ::dup2(out[1], STDOUT_FILENO);
    ::close(in[0]);
    ::close(out[1]);
    return what(in[1], out[0]);
  });
}

/// What is done with a signal now: by default, ignored, or by a handler.
std::string done_with(int number) {
  struct sigaction now {};
  ::sigaction(number, nullptr, &now);
  return now.sa_handler == SIG_DFL   ? "default"
         : now.sa_handler == SIG_IGN ? "ignored"
                                     : "handled";
}

} // namespace

CAF_TEST(a terminal has a size and what is none has none) {
  auto size = [] {
    auto x = terminal_size::now();
    return std::to_string(x.width) + "x" + std::to_string(x.height);
  };
  if (auto out = on_terminal([&](int keys) {
        auto before = size();
        winsize next{.ws_row = 5, .ws_col = 7, .ws_xpixel = 0, .ws_ypixel = 0};
        ::ioctl(keys, TIOCSWINSZ, &next);
        return before + " " + size();
      }))
    CAF_CHECK_EQUAL(*out, "100x24 7x5");
  CAF_CHECK_EQUAL(on_pipes([&](int, int) { return size(); }), "0x0");
}

CAF_TEST(a terminal can be redrawn unless it is dumb) {
  auto kinds = [] {
    std::string out;
    for (auto kind : {"xterm", "dumb", ""}) {
      ::setenv("TERM", kind, 1);
      out += show(can_redraw()) + " ";
    }
    ::unsetenv("TERM");
    return out + show(can_redraw());
  };
  if (auto out = on_terminal([&](int) { return kinds(); }))
    CAF_CHECK_EQUAL(*out, "yes no no no");
  CAF_CHECK_EQUAL(on_pipes([&](int, int) { return kinds(); }), "no no no no");
}

CAF_TEST(an interrupt is noted while it is watched for) {
  auto out = in_child([] {
    std::string seen;
    {
      interrupt_watch x;
      interrupt_watch::clear();
      seen += show(interrupt_watch::seen());
      ::raise(SIGINT);
      seen += show(interrupt_watch::seen());
      interrupt_watch::clear();
      seen += show(interrupt_watch::seen());
    }
    return seen + " " + done_with(SIGINT);
  });
  CAF_CHECK_EQUAL(out, "noyesno default");
}

CAF_TEST(a wait for input ends with input or its end or an interrupt) {
  auto out = on_pipes([](int keys, int) {
    interrupt_watch x;
    interrupt_watch::clear();
    std::string result;
    [[maybe_unused]] auto n = ::write(keys, "a", 1);
    result += show(interrupt_watch::wait_for_input());
    // One that came before the wait counts, even where there is input.
    ::raise(SIGINT);
    result += show(interrupt_watch::wait_for_input());
    interrupt_watch::clear();
    result += show(interrupt_watch::wait_for_input());
    char c = 0;
    n = ::read(STDIN_FILENO, &c, 1);
    ::close(keys);
    return result + show(interrupt_watch::wait_for_input());
  });
  CAF_CHECK_EQUAL(out, "yesnoyesyes");
}

CAF_TEST(keys come one by one and unseen) {
  auto out = on_terminal([](int keys) {
    termios before{};
    ::tcgetattr(STDIN_FILENO, &before);
    std::string result;
    {
      key_watch x;
      termios now{};
      ::tcgetattr(STDIN_FILENO, &now);
      result += show((now.c_lflag & (ICANON | ECHO | ISIG)) != 0) + " "
                + show(now.c_oflag == before.c_oflag) + " ";
      result += show(x.wait(0ms)) + " ";
      // No line end is needed, and Ctrl-C is a key.
      [[maybe_unused]] auto n = ::write(keys, "\x03", 1);
      result += show(x.wait(20s)) + " ";
    }
    termios after{};
    ::tcgetattr(STDIN_FILENO, &after);
    result += show(after.c_lflag == before.c_lflag) + " ";
    // The keys that ended it are no input of what comes next.
    ::fcntl(STDIN_FILENO, F_SETFL, O_NONBLOCK);
    char c = 0;
    return result + show(::read(STDIN_FILENO, &c, 1) < 0);
  });
  if (out)
    CAF_CHECK_EQUAL(*out, "no yes time key yes yes");
}

CAF_TEST(what comes from a pipe is no key) {
  auto out = on_pipes([](int keys, int) {
    key_watch x;
    [[maybe_unused]] auto n = ::write(keys, "a", 1);
    return show(x.wait(0ms));
  });
  CAF_CHECK_EQUAL(out, "time");
}

CAF_TEST(signals are told apart and end nothing) {
  auto after = [](std::initializer_list<int> signals) {
    return on_pipes([&](int, int) {
      std::string result;
      {
        key_watch x;
        for (auto number : signals)
          ::raise(number);
        result = show(x.wait(20s));
      }
      for (auto number : signals)
        result += " " + done_with(number);
      return result;
    });
  };
  CAF_CHECK_EQUAL(after({SIGINT}), "interrupt default");
  for (auto number : {SIGTERM, SIGHUP, SIGQUIT})
    CAF_CHECK_EQUAL(after({number}), "signal default");
  CAF_CHECK_EQUAL(after({SIGINT, SIGTERM}), "signal default default");
  CAF_CHECK_EQUAL(after({SIGTERM, SIGINT}), "signal default default");
}

CAF_TEST(an interrupt goes to the watch that was made last) {
  auto out = on_pipes([](int, int) {
    interrupt_watch outer;
    interrupt_watch::clear();
    std::string result;
    {
      key_watch inner;
      ::raise(SIGINT);
      result += show(inner.wait(20s)) + " ";
    }
    result += show(interrupt_watch::seen()) + " ";
    ::raise(SIGINT);
    return result + show(interrupt_watch::seen());
  });
  CAF_CHECK_EQUAL(out, "interrupt no yes");
}

CAF_TEST(a reader that goes is noticed) {
  auto out = on_pipes([](int, int reader) {
    key_watch x;
    std::string result = show(x.write("seen\n")) + " ";
    char text[5] = {};
    [[maybe_unused]] auto n = ::read(reader, text, 5);
    result += std::string(text, 4) + " ";
    ::close(reader);
    return result + show(x.wait(20s)) + " " + show(x.write("unseen\n"));
  });
  CAF_CHECK_EQUAL(out, "yes seen closed no");
}

CAF_TEST(nobody waits for a reader once a signal has come) {
  auto out = on_pipes([](int, int) {
    key_watch x;
    ::raise(SIGTERM);
    // More than a pipe holds.
    auto taken = x.write(std::string(1'000'000, 'x'));
    return show(taken) + " " + show(x.wait(0ms));
  });
  CAF_CHECK_EQUAL(out, "yes signal");
}

CAF_TEST(a text longer than a pipe holds is written whole) {
  auto out = on_pipes([](int, int reader) {
    key_watch x;
    std::string text(1'000'000, 'x');
    std::size_t read = 0;
    std::thread sink{[&] {
      char some[4096];
      while (read < text.size()) {
        auto n = ::read(reader, some, sizeof some);
        if (n <= 0)
          break;
        read += static_cast<std::size_t>(n);
      }
    }};
    auto taken = x.write(text);
    sink.join();
    return show(taken) + " " + std::to_string(read);
  });
  CAF_CHECK_EQUAL(out, "yes 1000000");
}
