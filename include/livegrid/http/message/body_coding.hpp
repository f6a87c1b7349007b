#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace livegrid {

/// What became of a body that was to be inflated.
enum class inflated : std::uint8_t { whole, broken, too_big };

/// Inflates gzip, one or several members, to its end.
/// @param most bytes that may come of it; no more are ever made.
inflated inflate_gzip(std::string_view from, std::uint64_t most,
                      std::string& to);

/// Why a body cannot be inflated, as a status and in words.
struct coding_fault {
  std::uint16_t status = 0;
  std::string_view why;
};

/// Takes the coding off a body that Content-Encoding names.
/// @param most bytes that may come of it.
/// @param to where the plain body goes; left alone where it is plain already.
/// @returns 415 for a coding that is not understood, 413 for too much, 400 for
///          what is broken; nothing if all is well.
std::optional<coding_fault> decode_body(std::string_view coding,
                                        std::string_view body,
                                        std::uint64_t most,
                                        std::optional<std::string>& to);

} // namespace livegrid
