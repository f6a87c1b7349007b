#pragma once

#include <string>
#include <string_view>

namespace livegrid {

/// Reads a file of secrets that nobody else may read or write: one of this
/// user's or root's (or, for root, of anybody's), without any permission for
/// others, that the group cannot write.
/// @param[out] text receives at most 4 MiB.
/// @returns an empty string, or what is wrong with it.
std::string read_private_file(const std::string& path, std::string& text);

/// Puts a file in its place, all of it or nothing, for this user alone; if that
/// is root, for the one whose directory it is.
/// @param replace whether one that is there gives way; else it stays as it is,
///        and that is no fault.
/// @returns an empty string, or what went wrong.
std::string write_private_file(const std::string& path, std::string_view text,
                               bool replace = true);

} // namespace livegrid
