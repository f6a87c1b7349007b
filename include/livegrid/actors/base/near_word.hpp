#pragma once

#include <span>
#include <string>
#include <string_view>

namespace livegrid {

/// Which of these is so near to a word that is none of them that it was
/// probably meant; empty if none is.
std::string_view nearest_word(std::string_view word,
                              std::span<const std::string_view> known);

/// What to add to the message about a word that is none of these: `; did you
/// mean X?`, where one of them is so near that it was probably meant; else
/// nothing.
std::string did_you_mean(std::string_view word,
                         std::span<const std::string_view> known);

} // namespace livegrid
