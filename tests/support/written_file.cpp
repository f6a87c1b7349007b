#include "written_file.hpp"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string_view>

namespace livegrid::test {

namespace {

std::string full_path(const std::string& path) {
  const auto* root = std::getenv("LIVEGRID_SOURCE");
  return (root != nullptr ? std::string{root} + '/' : std::string{}) + path;
}

std::string content_of(const std::string& path) {
  std::ifstream file{full_path(path), std::ios::binary};
  return {std::istreambuf_iterator<char>{file}, {}};
}

/// The first line in which two texts differ.
std::string difference(std::string_view is, std::string_view want) {
  std::size_t line = 1;
  auto take_line = [](std::string_view& text) {
    auto end = std::min(text.find('\n'), text.size());
    auto result = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return result;
  };
  for (;; ++line) {
    auto a = take_line(is);
    auto b = take_line(want);
    if (a != b || (is.empty() && want.empty()))
      return "line " + std::to_string(line) + " is \"" + std::string{a}
             + "\", not \"" + std::string{b} + '"';
  }
}

/// Writes the file, or says that somebody should.
std::string settle(const std::string& path, const std::string& is,
                   const std::string& want) {
  if (is == want)
    return {};
  if (std::getenv("LIVEGRID_WRITE") == nullptr)
    return path + " is not what the tables say: " + difference(is, want)
           + ". With LIVEGRID_WRITE=1 in its environment this test writes it";
  std::ofstream file{full_path(path), std::ios::binary};
  file << want;
  file.flush();
  return file ? std::string{} : path + " cannot be written";
}

} // namespace

std::string fault_of_file(const std::string& path, const std::string& want) {
  return settle(path, content_of(path), want);
}

std::string fault_of_table(const std::string& path, const std::string& want) {
  auto is = content_of(path);
  auto head = '\n' + want.substr(0, want.find('\n') + 1);
  auto begin = is.find(head);
  if (begin == std::string::npos)
    return path + " has no table " + head.substr(1);
  auto end = ++begin;
  while (end < is.size() && is[end] == '|')
    end = std::min(is.find('\n', end), is.size() - 1) + 1;
  return settle(path, is, is.substr(0, begin) + want + is.substr(end));
}

} // namespace livegrid::test
