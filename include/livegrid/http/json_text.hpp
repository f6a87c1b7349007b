#pragma once

#include <string>
#include <string_view>

#include "livegrid/error.hpp"
#include "livegrid/text.hpp"

namespace livegrid {

/// The JSON body of an error answer, as FastAPI writes it: `detail` is a list
/// for `errc::invalid` and a string for all others. Beside it `type` says
/// `unsure` for `errc::unsure`.
/// @param where the first part of the list's `loc`: `body` or `query`.
std::string error_body(const refusal& x, std::string_view where = "body");

} // namespace livegrid
