#pragma once

#include <string>

namespace livegrid::test {

// Files in the repository that are made from tables in the source. Where
// LIVEGRID_WRITE is in the environment they are written anew; else they are
// compared. Both return why a file is not what the tables say, and how to write
// it; nothing if it is.

/// @param path from the root of the repository.
/// @param want the whole file.
std::string fault_of_file(const std::string& path, const std::string& want);

/// The same of one table in a file of Markdown.
/// @param want the lines of the table, of which the first one finds it.
std::string fault_of_table(const std::string& path, const std::string& want);

} // namespace livegrid::test
