#include "livegrid/actors/operator/console_command.hpp"

#include <algorithm>
#include <array>

namespace livegrid {

namespace {

/// Options that have no value. `here` is what nodes say to each other: answer
/// for yourself alone.
constexpr std::array<std::string_view, 2> flags{"ask", "here"};

constexpr std::string_view blanks = " \t\r\n";

/// Where the word at the front of a line ends: at a blank that is not between
/// quotes. What is never closed goes to the end of the line.
std::size_t end_of_word(std::string_view line) noexcept {
  auto quoted = false;
  std::size_t i = 0;
  for (; i < line.size(); ++i) {
    if (line[i] == '"')
      quoted = !quoted;
    else if (!quoted && blanks.find(line[i]) != blanks.npos)
      break;
  }
  return i;
}

std::string without_quotes(std::string_view word) {
  std::string result{word};
  std::erase(result, '"');
  return result;
}

} // namespace

console_command console_command::parse(std::string_view line) {
  console_command result;
  while (true) {
    auto begin = line.find_first_not_of(blanks);
    if (begin == line.npos)
      return result;
    line.remove_prefix(begin);
    auto word = line.substr(0, end_of_word(line));
    line.remove_prefix(word.size());
    if (word.starts_with("--")) {
      auto name = word.substr(2, word.find('=') - 2);
      auto rest = word.substr(std::min(word.size(), name.size() + 3));
      auto is_flag = std::find(flags.begin(), flags.end(), name) != flags.end();
      if (!is_flag && word.find('=') == word.npos) {
        // A blank may stand before the value as well.
        auto at = std::min(line.find_first_not_of(blanks), line.size());
        auto value = line.substr(at);
        if (!value.starts_with("--")) {
          rest = value.substr(0, end_of_word(value));
          line.remove_prefix(at + rest.size());
        }
      }
      result.options[without_quotes(name)] = without_quotes(rest);
    } else if (result.name.empty()) {
      result.name = without_quotes(word);
    } else {
      result.args.push_back(without_quotes(word));
    }
  }
}

std::string console_command::word(std::string_view text) {
  std::string result{text};
  if (text.empty() || text.starts_with("--")
      || text.find_first_of(blanks) != text.npos)
    result = '"' + result + '"';
  return result;
}

std::string console_command::str() const {
  auto result = name;
  for (const auto& x : args)
    result += ' ' + word(x);
  for (const auto& [key, value] : options) {
    result += " --" + key;
    if (!value.empty())
      result += '=' + word(value);
  }
  return result;
}

} // namespace livegrid
