#include "livegrid/http/console/line_editor.hpp"

#include <termios.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <utility>

#include <editline/readline.h>

#include "livegrid/http/console/terminal.hpp"

namespace livegrid {

namespace {

/// libedit calls a function without any context.
line_editor::completer complete_line;
std::vector<std::string> candidates;
bool given_up = false;

/// Ctrl-C, bound to a name of ours.
constexpr int interrupt_key = 3;

/// While it lives Ctrl-C is a key and no signal, which libedit would send on to
/// the whole group of processes. So is Ctrl-D: libedit shows the prompt before
/// it sets the terminal, which would take an end of the input that is typed in
/// between, and forget it.
class plain_keys {
public:
  plain_keys() : known_(tcgetattr(STDIN_FILENO, &before_) == 0) {
    auto now = before_;
    now.c_cc[VINTR] = now.c_cc[VEOF] = _POSIX_VDISABLE;
    if (known_)
      tcsetattr(STDIN_FILENO, TCSANOW, &now);
  }

  plain_keys(const plain_keys&) = delete;
  plain_keys& operator=(const plain_keys&) = delete;

  ~plain_keys() {
    if (known_)
      tcsetattr(STDIN_FILENO, TCSANOW, &before_);
  }

private:
  termios before_{};
  bool known_;
};

/// What libedit reads keys with. Its own way sees a signal only while it waits
/// in read(): one that came a moment before would leave it there.
int next_key(FILE*) {
  unsigned char key = 0;
  if (!interrupt_watch::wait_for_input() || ::read(STDIN_FILENO, &key, 1) != 1)
    return EOF;
  return key;
}

int give_up_line(int, int) {
  given_up = true;
  // Ends readline(), as the end of the input would.
  rl_done = 1;
  return 0;
}

char* next_candidate(const char*, int state) {
  auto i = static_cast<std::size_t>(state);
  return i < candidates.size() ? strdup(candidates[i].c_str()) : nullptr;
}

char** complete(const char* word, int, int end) {
  // Files are never meant.
  rl_attempted_completion_over = 1;
  candidates =
    complete_line(std::string{rl_line_buffer, static_cast<std::size_t>(end)});
  if (candidates.empty())
    return nullptr;
  // libedit leaves a quote where it is if nothing stands behind it.
  if (*word == '\0' && end > 0 && rl_line_buffer[end - 1] == '"')
    for (auto& x : candidates)
      x.erase(0, x.starts_with('"') ? 1 : 0);
  // The value of an option follows at once.
  rl_completion_append_character =
    candidates.size() == 1 && candidates[0].ends_with('=') ? '\0' : ' ';
  return rl_completion_matches(word, next_candidate);
}

} // namespace

line_editor::line_editor(completer complete_with, history_file history)
  : history_(std::move(history)) {
  complete_line = std::move(complete_with);
  rl_attempted_completion_function = complete;
  // Symbols may hold what separates words in a shell.
  rl_basic_word_break_characters = " \t";
  rl_getc_function = next_key;
  rl_initialize();
  rl_add_defun("give-up-line", give_up_line, interrupt_key);
  using_history();
  for (const auto& line : history_.read())
    add_history(line.c_str());
}

line_editor::~line_editor() {
  rl_attempted_completion_function = nullptr;
  complete_line = nullptr;
  clear_history();
}

std::optional<std::string> line_editor::read(const char* prompt) {
  given_up = false;
  auto* line = [&] {
    plain_keys all;
    return readline(prompt);
  }();
  if (given_up) {
    std::free(line);
    std::puts("^C");
    return "";
  }
  if (line == nullptr) {
    std::putchar('\n');
    return std::nullopt;
  }
  std::string result{line};
  std::free(line);
  if (!result.empty()) {
    add_history(result.c_str());
    history_.add(result);
  }
  return result;
}

} // namespace livegrid
