#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "livegrid/actors/base/expected.hpp"
#include "livegrid/actors/members/member.hpp"

namespace livegrid {

/// The most bytes that may describe a member.
constexpr std::size_t max_member_json = 8192;

/// What the others read of a member, as a JSON object; its name is not in it,
/// since they know it from where they found this.
std::string to_json(const member& x);

/// Reads what `to_json` wrote; other keys, of later versions, may be there.
/// @returns the member, or what is wrong with the name or the text.
expected<member, std::string> parse_member(std::string_view name,
                                           std::string_view text);

} // namespace livegrid
