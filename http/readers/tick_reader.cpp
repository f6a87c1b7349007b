#include "livegrid/http/readers/tick_reader.hpp"

#include <cstdint>
#include <utility>

#include "livegrid/http/json/json_reader.hpp"
#include "livegrid/http/readers/tick_handler.hpp"

namespace livegrid {

expected<parsed_ticks, refusal> read_ticks(std::string_view body,
                                           taking which) {
  auto first = first_of_json(body);
  if (!first) {
    refusal empty;
    empty.code = errc::malformed;
    empty.message = "empty body";
    empty.type = "missing";
    return unexpected{std::move(empty)};
  }
  tick_handler handler{which};
  parsed_ticks result;
  handler.takes_array = *first == '[';
  if (*first == '{') {
    auto read = for_each_object(
      body, handler, [&](std::int64_t line) { handler.next_element(line); });
    if (!read)
      return unexpected{std::move(read).error()};
    result.single = *read == object_layout::single;
  } else if (auto error = read_json(body, handler)) {
    return unexpected{*std::move(error)};
  }
  // What is neither a list nor objects is one value.
  auto alone = result.single || (*first != '[' && *first != '{');
  if (auto& fault = handler.fault()) {
    if (alone)
      fault->element = -1;
    return unexpected{*std::move(fault)};
  }
  result.refused = std::move(handler.refused());
  if (alone)
    for (auto& x : result.refused.told)
      x.element = -1;
  result.elements = std::move(handler.elements());
  result.ticks = std::move(handler.ticks());
  return result;
}

} // namespace livegrid
