#define CAF_SUITE http.console.line_editor

#include "livegrid/http/console/line_editor.hpp"

#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "in_child.hpp"
#include "own_terminal.hpp"
#include "temp_file.hpp"

#include "livegrid/http/console/terminal.hpp"

#include "unit_test.hpp"

using namespace livegrid;
using namespace livegrid::test;

namespace {

using strings = std::vector<std::string>;

constexpr const char* end_of_input = "\x04";

/// Types one text at each prompt, on a thread of its own.
class typist {
public:
  /// @param terminal where the keys go in, and what is shown comes out.
  typist(int terminal, strings texts)
    : thread_([terminal, texts = std::move(texts)] {
        std::string seen;
        for (std::size_t i = 0; i < texts.size(); ++i) {
          char some[4096];
          while (seen.find(prompt(i)) == seen.npos) {
            auto n = ::read(terminal, some, sizeof some);
            if (n <= 0)
              return;
            seen.append(some, static_cast<std::size_t>(n));
          }
          if (::write(terminal, texts[i].data(), texts[i].size()) < 0)
            return;
        }
      }) {
    // nop
  }

  ~typist() {
    thread_.join();
  }

  /// The prompt of the line of that number, from 0.
  static std::string prompt(std::size_t i) {
    return "line " + std::to_string(i) + "> ";
  }

private:
  std::thread thread_;
};

struct fixture {
  /// What lines an operator gets who types these texts, one a prompt, each line
  /// in brackets, up to the end of the input, which is typed last. Nothing if
  /// this machine has no terminals to give.
  std::optional<std::string> type(strings texts) {
    auto out = in_child([&]() -> std::string {
      auto terminal = take_terminal();
      if (terminal < 0)
        return "no terminal";
      ::setenv("TERM", "dumb", 1);
      interrupt_watch interrupts;
      line_editor uut{complete, history_file{folder.path() + "/history"}};
      texts.push_back(end_of_input);
      typist operator_{terminal, texts};
      std::string result;
      for (std::size_t i = 0;; ++i)
        if (auto line = uut.read(typist::prompt(i).c_str()))
          result += "[" + *line + "]";
        else
          return result;
    });
    if (out != "no terminal")
      return out;
    CAF_MESSAGE("left out: this machine has no terminals to give");
    return std::nullopt;
  }

  /// Checks what lines these texts come to.
  void check(const strings& texts, std::string_view lines) {
    if (auto out = type(texts))
      CAF_CHECK_EQUAL(*out, lines);
  }

  strings history() const {
    return history_file{folder.path() + "/history"}.read();
  }

  line_editor::completer complete = [](const std::string&) {
    return strings{};
  };
  temp_directory folder;
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(line_editor_tests, fixture)

CAF_TEST(lines are read up to the end of the input) {
  check({}, "");
  check({"status\n", "symbols A*\n", "\n"}, "[status][symbols A*][]");
  check({"stats\x7fus\n"}, "[status]");
}

CAF_TEST(an interrupt key gives up what is typed) {
  check({"sym\x03", "status\n"}, "[][status]");
  // What was given up is not kept.
  for (auto& line : history())
    CAF_CHECK_EQUAL(line, "status");
}

CAF_TEST(a signal ends the input) {
  auto out = in_child([&]() -> std::string {
    if (take_terminal() < 0)
      return "no terminal";
    ::setenv("TERM", "dumb", 1);
    interrupt_watch interrupts;
    line_editor uut{complete, history_file{""}};
    interrupt_watch::clear();
    ::raise(SIGINT);
    auto line = uut.read("> ");
    return std::string{line ? "line" : "end"}
           + (interrupt_watch::seen() ? " seen" : " unseen");
  });
  if (out == "no terminal")
    CAF_MESSAGE("left out: this machine has no terminals to give");
  else
    CAF_CHECK_EQUAL(out, "end seen");
}

CAF_TEST(the history is kept and offered again) {
  check({"status\n", "symbols\n", "\n"}, "[status][symbols][]");
  if (history().empty())
    return; // no terminal
  CAF_CHECK_EQUAL(history(), (strings{"status", "symbols"}));
  // Ctrl-P is the line before.
  check({"\x10\x10\n"}, "[status]");
  CAF_CHECK_EQUAL(history(), (strings{"status", "symbols", "status"}));
}

CAF_TEST(the last word is completed) {
  complete = [](const std::string& line) {
    if (line == "sta")
      return strings{"status"};
    if (line == "symbol /B")
      return strings{"/BTC=F"};
    if (line == "symbols --s")
      return strings{"--sort="};
    if (line == "w")
      return strings{"watch", "watcher"};
    return strings{};
  };
  check({"sta\tx\n"}, "[status x]");
  // What separates words in a shell separates none here.
  check({"symbol /B\tx\n"}, "[symbol /BTC=F x]");
  // The value of an option follows at once.
  check({"symbols --s\tage\n"}, "[symbols --sort=age]");
  // As far as all go on.
  check({"w\t\n"}, "[watch]");
  check({"nothing\t\n"}, "[nothing]");
}

CAF_TEST(no file is completed) {
  check({"/et\t\n"}, "[/et]");
}

CAF_TEST_FIXTURE_SCOPE_END()
