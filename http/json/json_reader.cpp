#include "livegrid/http/json/json_reader.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <string>
#include <system_error>
#include <utility>

#include <rapidjson/error/en.h>
#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

#include "livegrid/http/json/json_numbers.hpp"

namespace livegrid {

namespace {

// Numbers come as texts: RapidJSON would turn an integer over 2^64 into a
// double, and its own conversion is slower than the standard library's.
constexpr unsigned parse_flags =
  rapidjson::kParseIterativeFlag | rapidjson::kParseFullPrecisionFlag
  | rapidjson::kParseValidateEncodingFlag
  | rapidjson::kParseNumbersAsStringsFlag | rapidjson::kParseStopWhenDoneFlag;

constexpr std::string_view out_of_range = "number out of range";

std::optional<double> to_double(std::string_view text) {
  double x = 0;
  auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), x);
  if (code == std::errc::result_out_of_range) {
    // Too small is zero, too large is an error; from_chars does not tell.
    x = std::strtod(std::string{text}.c_str(), nullptr);
    if (!std::isfinite(x))
      return std::nullopt;
  }
  return x;
}

/// Passes RapidJSON's events on; returning false ends the parse.
class adapter : public numbers_as_text {
public:
  adapter(json_handler& out, bool escapes) : out_(out), escapes_(escapes) {
    // nop
  }

  /// Why the parse was ended.
  std::string_view reason;

  bool Null() {
    out_.null();
    return true;
  }

  bool Bool(bool x) {
    out_.boolean(x);
    return true;
  }

  bool RawNumber(const char* str, rapidjson::SizeType size, bool) {
    std::string_view text{str, size};
    auto x = to_double(text);
    if (!x)
      return stop(out_of_range);
    out_.number(text, *x);
    return true;
  }

  bool String(const char* str, rapidjson::SizeType size, bool) {
    std::string_view text{str, size};
    if (escapes_ && has_surrogate(text))
      return stop("half of a surrogate pair in a string");
    out_.string(text);
    return true;
  }

  bool Key(const char* str, rapidjson::SizeType size, bool) {
    std::string_view name{str, size};
    if (escapes_ && has_surrogate(name))
      return stop("half of a surrogate pair in a name");
    out_.key(name);
    return true;
  }

  bool StartObject() {
    if (++depth_ > max_json_depth)
      return stop("nested too deeply");
    out_.begin_object();
    return true;
  }

  bool EndObject(rapidjson::SizeType) {
    --depth_;
    out_.end_object();
    return true;
  }

  bool StartArray() {
    if (++depth_ > max_json_depth)
      return stop("nested too deeply");
    out_.begin_array();
    return true;
  }

  bool EndArray(rapidjson::SizeType) {
    --depth_;
    out_.end_array();
    return true;
  }

private:
  bool stop(std::string_view why) {
    reason = why;
    return false;
  }

  json_handler& out_;
  bool escapes_;
  std::size_t depth_ = 0;
};

std::string_view message(rapidjson::ParseErrorCode code) {
  if (code == rapidjson::kParseErrorNumberTooBig)
    return out_of_range;
  if (code == rapidjson::kParseErrorDocumentEmpty)
    return "empty text";
  std::string_view result = rapidjson::GetParseError_En(code);
  if (result.ends_with('.'))
    result.remove_suffix(1);
  return result;
}

/// The first byte from `position` that is none of JSON's blanks; the size of
/// `text` if there is none.
std::size_t skip_blanks(std::string_view text, std::size_t position) noexcept {
  auto result = text.find_first_not_of(" \t\r\n", position);
  return result == text.npos ? text.size() : result;
}

/// The `errc::malformed` for byte `position` (from 0) of `text`, with its line
/// (from 1) if there are several.
refusal malformed_at(std::string_view text, std::size_t position,
                     std::string_view what) {
  refusal result;
  result.code = errc::malformed;
  result.type = "json_invalid";
  result.message = what;
  result.message += " at byte ";
  result.message += std::to_string(position);
  if (text.find('\n') != text.npos) {
    std::size_t line = 1;
    for (auto c : text.substr(0, position))
      line += c == '\n';
    result.message += ", line ";
    result.message += std::to_string(line);
  }
  return result;
}

/// Reads one JSON value from `position`, and moves `position` behind it.
/// Whatever follows is not looked at.
std::optional<refusal> read_json_value(std::string_view text,
                                       std::size_t& position,
                                       json_handler& handler) {
  auto rest = text.substr(position);
  adapter events{handler, rest.find("\\u") != rest.npos};
  rapidjson::MemoryStream in{rest.data(), rest.size()};
  rapidjson::Reader reader;
  auto result = reader.Parse<parse_flags>(in, events);
  if (!result) {
    auto at = position + result.Offset();
    if (result.Code() == rapidjson::kParseErrorTermination)
      return malformed_at(text, at, events.reason);
    // To RapidJSON a NUL byte is the end of the text.
    if (at < text.size() && text[at] == '\0')
      return malformed_at(text, at, "a NUL byte");
    return malformed_at(text, at, message(result.Code()));
  }
  position += in.Tell();
  return std::nullopt;
}

/// Moves `position` to the next text that is not blank, and counts the lines.
void next_line(std::string_view text, std::size_t& position,
               std::int64_t& line) noexcept {
  auto end = skip_blanks(text, position);
  for (; position < end; ++position)
    line += text[position] == '\n';
}

/// The fault of text that stands behind the object of a line, at `at`.
/// @param end where the object ends.
refusal text_behind(std::string_view text, std::size_t end, std::size_t at) {
  auto fault = malformed_at(text, at, "text after the object of this line");
  // That is what curl makes of lines, unless it is told not to.
  if (at == end && text[at] == '{')
    fault.message += " (curl -d joins lines: send them by --data-binary)";
  return fault;
}

} // namespace

std::optional<refusal> read_json(std::string_view text, json_handler& handler) {
  auto position = byte_order_mark(text);
  if (auto error = read_json_value(text, position, handler))
    return error;
  position = skip_blanks(text, position);
  if (position < text.size())
    return malformed_at(text, position, "text after the end");
  return std::nullopt;
}

expected<object_layout, refusal>
for_each_object(std::string_view text, json_handler& handler,
                const std::function<void(std::int64_t line)>& begin) {
  auto position = byte_order_mark(text);
  std::int64_t line = 0;
  next_line(text, position, line);
  auto first = position;
  begin(line);
  if (auto error = read_json_value(text, position, handler))
    return unexpected{*std::move(error)};
  auto behind = skip_blanks(text, position);
  if (behind == text.size())
    return object_layout::single;
  if (text.substr(first, position - first).find('\n') != text.npos)
    return unexpected{malformed_at(text, behind, "text after the object")};
  for (;;) {
    auto end = std::min(text.find('\n', position), text.size());
    if (auto rest = skip_blanks(text.substr(0, end), position); rest < end)
      return unexpected{text_behind(text, position, rest)};
    next_line(text, position, line);
    if (position == text.size())
      return object_layout::lines;
    end = std::min(text.find('\n', position), text.size());
    begin(line);
    if (auto error = read_json_value(text.substr(0, end), position, handler))
      return unexpected{*std::move(error)};
  }
}

std::optional<char> first_of_json(std::string_view text) noexcept {
  auto first = skip_blanks(text, byte_order_mark(text));
  return first < text.size() ? std::optional{text[first]} : std::nullopt;
}

bool has_surrogate(std::string_view text) noexcept {
  for (auto i = text.find('\xED'); i != text.npos; i = text.find('\xED', i + 1))
    if (i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) >= 0xA0)
      return true;
  return false;
}

std::size_t byte_order_mark(std::string_view text) noexcept {
  return text.starts_with("\xEF\xBB\xBF") ? 3 : 0;
}

} // namespace livegrid
