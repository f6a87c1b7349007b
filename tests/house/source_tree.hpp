#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

// The sources of the project, read as text.

namespace livegrid::test {

/// Where the sources are: the variable LIVEGRID_SOURCE.
std::filesystem::path source_root();

/// The lines of a file of the sources, named from their root.
std::vector<std::string> read_lines(const std::filesystem::path& path);

/// The files below a folder that end so, as paths from the root, in order.
std::vector<std::string> list_files(std::string_view folder,
                                    std::string_view extension);

/// A function as it stands there: `price_state::apply`, and how many lines it
/// has, from its type on.
struct source_function {
  std::string name;
  std::size_t lines;
};

/// The functions of a file that clang-format has laid out: those of a namespace
/// start at the margin, those of a class are indented once. Tables are none.
std::vector<source_function>
functions_of(const std::vector<std::string>& lines);

} // namespace livegrid::test
