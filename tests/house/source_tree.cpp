#include "source_tree.hpp"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <initializer_list>

namespace livegrid::test {

namespace fs = std::filesystem;

namespace {

std::size_t indentation(std::string_view line) {
  return std::min(line.find_first_not_of(' '), line.size());
}

bool starts_with_any(std::string_view line,
                     std::initializer_list<std::string_view> words) {
  return std::any_of(words.begin(), words.end(),
                     [&](auto x) { return line.starts_with(x); });
}

/// Whether what a line says goes on in the next one.
bool continues(std::string_view line) {
  return !line.empty() && indentation(line) < line.size()
         && std::string_view{";{}:"}.find(line.back()) == line.npos
         && !starts_with_any(line.substr(indentation(line)), {"//", "#", "*"});
}

bool may_be_function(std::string_view head) {
  return head.find('(') != head.npos
         && !starts_with_any(head, {"namespace", "class ", "struct ", "union ",
                                    "enum ", "extern ", "}", "if ", "for ",
                                    "while ", "switch ", "do "});
}

} // namespace

fs::path source_root() {
  auto* path = std::getenv("LIVEGRID_SOURCE");
  return path ? path : ".";
}

std::vector<std::string> read_lines(const fs::path& path) {
  std::ifstream in{source_root() / path};
  std::vector<std::string> result;
  for (std::string line; std::getline(in, line);)
    result.push_back(line);
  return result;
}

std::vector<std::string> list_files(std::string_view folder,
                                    std::string_view extension) {
  std::vector<std::string> result;
  for (const auto& x : fs::recursive_directory_iterator{source_root() / folder})
    if (x.is_regular_file() && x.path().extension() == extension)
      result.push_back(fs::relative(x.path(), source_root()).string());
  std::sort(result.begin(), result.end());
  return result;
}

std::vector<source_function>
functions_of(const std::vector<std::string>& lines) {
  std::vector<source_function> result;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (!lines[i].ends_with('{'))
      continue;
    auto begin = i;
    while (begin > 0 && continues(lines[begin - 1]))
      --begin;
    auto at = indentation(lines[begin]);
    std::string head;
    for (auto k = begin; k <= i; ++k)
      head += lines[k].substr(indentation(lines[k])) + ' ';
    if (at > 2 || !may_be_function(head))
      continue;
    auto end = i + 1;
    while (end < lines.size()
           && (lines[end].empty() || indentation(lines[end]) > at))
      ++end;
    // A table ends with a semicolon.
    if (end == lines.size() || lines[end] != std::string(at, ' ') + '}')
      continue;
    head = head.substr(0, head.find('('));
    result.push_back({.name = head.substr(head.find_last_of(" *&") + 1),
                      .lines = end - begin + 1});
    i = end;
  }
  return result;
}

} // namespace livegrid::test
