#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <rapidjson/document.h>

#include "livegrid/actors/base/expected.hpp"

namespace livegrid {

/// The largest file of definitions, in bytes.
constexpr std::size_t max_definitions_size = 4 * 1024 * 1024;

/// How many arrays and objects may stand in one another.
constexpr std::size_t max_definitions_depth = 32;

/// Parses a whole JSON text: UTF-8, at most `max_definitions_size` bytes, at
/// most `max_definitions_depth` levels, no key twice in an object.
/// @returns the document, or what is wrong with the text and in which line.
expected<rapidjson::Document, std::string>
parse_document(std::string_view text);

/// Reads a file of at most `max_definitions_size` bytes.
/// @returns its bytes, or why it could not be read.
expected<std::string, std::string> read_definitions(const std::string& path);

} // namespace livegrid
