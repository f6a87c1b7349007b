#pragma once

#include <string>
#include <string_view>

#include "livegrid/actors/base/expected.hpp"

namespace livegrid {

/// Reads a file of secrets that nobody else may read or write: one of this
/// user's or root's (or, for root, of anybody's), without any permission for
/// others, that the group cannot write.
/// @returns its bytes, 4 MiB at most, or what is wrong, with the path.
expected<std::string, std::string> read_private_file(const std::string& path);

/// Puts a file in its place, all of it or nothing, for this user alone; if that
/// is root, for the one whose directory it is.
/// @param replace whether one that is there gives way; else it stays as it is,
///        and that is no fault.
/// @returns what went wrong, with the path.
expected<void, std::string> write_private_file(const std::string& path,
                                               std::string_view text,
                                               bool replace = true);

} // namespace livegrid
