#include "livegrid/http/readers/tick_reader.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

#include "livegrid/http/json/json_reader.hpp"
#include "livegrid/http/readers/tick_handler.hpp"

namespace livegrid {

namespace {

bool is_blank(std::string_view text) noexcept {
  return skip_blanks(text, 0) == text.size();
}

/// Moves `position` to the next text that is not blank, and counts the lines.
void next_line(std::string_view body, std::size_t& position,
               std::int64_t& line) noexcept {
  auto end = skip_blanks(body, position);
  for (; position < end; ++position)
    line += body[position] == '\n';
}

/// Reads one object, or one a line. Returns a fault of the JSON.
std::optional<refusal> read_objects(std::string_view body, std::size_t position,
                                    tick_handler& out, bool& single) {
  std::int64_t line = 0;
  next_line(body, position, line);
  auto begin = position;
  out.next_element(line);
  if (auto error = read_json_value(body, position, out))
    return error;
  // An object alone may go over several lines.
  single = is_blank(body.substr(position));
  if (single)
    return std::nullopt;
  if (body.substr(begin, position - begin).find('\n') != body.npos)
    return malformed_at(body, skip_blanks(body, position),
                        "text after the object");
  for (;;) {
    auto end = std::min(body.find('\n', position), body.size());
    auto rest = skip_blanks(body.substr(0, end), position);
    if (rest < end) {
      auto fault =
        malformed_at(body, rest, "text after the object of this line");
      // That is what curl makes of lines, unless it is told not to.
      if (rest == position && body[rest] == '{')
        fault.message += " (curl -d joins lines: send them by --data-binary)";
      return fault;
    }
    next_line(body, position, line);
    if (position == body.size())
      return std::nullopt;
    end = std::min(body.find('\n', position), body.size());
    out.next_element(line);
    if (auto error = read_json_value(body.substr(0, end), position, out))
      return error;
  }
}

} // namespace

std::variant<parsed_ticks, refusal> read_ticks(std::string_view body) {
  auto mark = byte_order_mark(body);
  auto first = skip_blanks(body, mark);
  if (first == body.size()) {
    refusal empty;
    empty.code = errc::malformed;
    empty.message = "empty body";
    empty.type = "missing";
    return empty;
  }
  tick_handler handler;
  parsed_ticks result;
  std::optional<refusal> error;
  bool list = body[first] == '[';
  if (body[first] == '{') {
    error = read_objects(body, mark, handler, result.single);
  } else {
    handler.takes_array = list;
    error = read_json(body, handler);
  }
  if (error)
    return std::move(*error);
  if (auto& fault = handler.fault()) {
    if (result.single || (!list && body[first] != '{'))
      fault->element = -1;
    return std::move(*fault);
  }
  result.ticks = std::move(handler.ticks());
  return result;
}

} // namespace livegrid
