#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "livegrid/fwd.hpp"
#include "livegrid/http/message/http_request.hpp"

namespace livegrid {

/// Which parameters of a query have no meaning where it was sent, in words for
/// its sender; empty if all have. Credentials always have one, and so has what
/// Workspace adds to charts of its own accord. Names are escaped and cut, so
/// that they may stand in a header.
/// @param params as `parse_query` gives them.
/// @param known what has a meaning.
std::string
unknown_params(const std::vector<std::pair<std::string, std::string>>& params,
               const std::vector<std::string_view>& known);

/// Writes down that a request had such.
/// @param which of `unknown_params`.
void note_unknown_params(logger& log, const http_request& request,
                         std::string_view which);

} // namespace livegrid
