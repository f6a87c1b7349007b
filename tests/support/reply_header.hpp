#pragma once

#include <string>
#include <string_view>

#include "livegrid/http/message/http_request.hpp"

namespace livegrid::test {

/// The value of a reply's header of that name; `none` without.
inline std::string header_of(const http_reply& x, std::string_view name) {
  for (const auto& [key, value] : x.headers)
    if (key == name)
      return value;
  return "none";
}

} // namespace livegrid::test
