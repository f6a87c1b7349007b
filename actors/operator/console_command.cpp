#include "livegrid/actors/operator/console_command.hpp"

#include <algorithm>
#include <array>

namespace livegrid {

namespace {

/// Options that have no value. `here` is what nodes say to each other: answer
/// for yourself alone.
constexpr std::array<std::string_view, 2> flags{"ask", "here"};

} // namespace

console_command console_command::parse(std::string_view line) {
  console_command result;
  while (true) {
    auto begin = line.find_first_not_of(" \t\r\n");
    if (begin == line.npos)
      return result;
    line.remove_prefix(begin);
    auto word = line.substr(0, line.find_first_of(" \t\r\n"));
    line.remove_prefix(word.size());
    if (word.starts_with("--")) {
      auto name = word.substr(2, word.find('=') - 2);
      auto rest = word.substr(std::min(word.size(), name.size() + 3));
      auto is_flag = std::find(flags.begin(), flags.end(), name) != flags.end();
      if (!is_flag && word.find('=') == word.npos) {
        // A blank may stand before the value as well.
        auto at = std::min(line.find_first_not_of(" \t\r\n"), line.size());
        auto value = line.substr(at);
        if (!value.starts_with("--")) {
          rest = value.substr(0, value.find_first_of(" \t\r\n"));
          line.remove_prefix(at + rest.size());
        }
      }
      result.options[std::string{name}] = std::string{rest};
    } else if (result.name.empty()) {
      result.name = std::string{word};
    } else {
      result.args.emplace_back(word);
    }
  }
}

std::string console_command::str() const {
  auto result = name;
  for (const auto& x : args)
    result += ' ' + x;
  for (const auto& [key, value] : options)
    result += " --" + key + (value.empty() ? "" : '=' + value);
  return result;
}

} // namespace livegrid
