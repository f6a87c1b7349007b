#include "livegrid/http/readers/delivery_query.hpp"

#include <charconv>
#include <chrono>
#include <cstdint>
#include <system_error>

#include "livegrid/http/readers/query_text.hpp"

namespace livegrid {

expected<delivery_options, std::string> parse_delivery(std::string_view query) {
  auto params = parse_query(query);
  if (!params)
    return unexpected{"a broken escape in the query"};
  delivery_options result;
  for (const auto& [key, value] : *params) {
    if (key == "cells") {
      if (value != "all" && value != "changed")
        return unexpected{"cells: '" + value + "' is neither all nor changed"};
      result.changes_only = value == "changed";
    } else if (key == "batch") {
      if (value != "rows" && value != "array")
        return unexpected{"batch: '" + value + "' is neither rows nor array"};
      result.as_array = value == "array";
    } else if (key == "with") {
      if (value != "source")
        return unexpected{"with: '" + value + "' is not source"};
      result.with_source = true;
    } else if (key == "interval") {
      constexpr std::uint32_t longest = 24 * 60 * 60 * 1000;
      std::uint32_t ms = 0;
      auto end = value.data() + value.size();
      auto [at, ec] = std::from_chars(value.data(), end, ms);
      if (ec != std::errc{} || at != end || ms > longest)
        return unexpected{
          "interval: '" + value
          + "' is no whole number of milliseconds from 0 to a day"};
      result.interval = std::chrono::milliseconds{ms};
    }
  }
  return result;
}

} // namespace livegrid
