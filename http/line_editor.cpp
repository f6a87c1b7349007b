#include "livegrid/http/line_editor.hpp"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <utility>

#include <editline/readline.h>

namespace livegrid {

namespace {

/// libedit calls a function without any context.
line_editor::completer complete_line;
std::vector<std::string> candidates;

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
  auto* line = readline(prompt);
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
