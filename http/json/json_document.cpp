#include "livegrid/http/json/json_document.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <system_error>
#include <unordered_set>
#include <utility>
#include <vector>

#include <rapidjson/encodedstream.h>
#include <rapidjson/error/en.h>
#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

#include "livegrid/actors/base/number.hpp"
#include "livegrid/actors/base/text_file.hpp"
#include "livegrid/http/json/json_numbers.hpp"
#include "livegrid/http/json/json_reader.hpp"
#include "livegrid/http/json/json_rules.hpp"

namespace livegrid {

namespace {

// Numbers come as texts: RapidJSON's own conversion with full precision reads
// beyond its tables for some of them, and shifts by more than there is.
constexpr unsigned parse_flags = rapidjson::kParseIterativeFlag
                                 | rapidjson::kParseNumbersAsStringsFlag
                                 | rapidjson::kParseValidateEncodingFlag;

/// Hands what is read on to a document, which by itself would take any depth,
/// and keep only the first of two members of one name.
class document_builder : public numbers_as_text {
public:
  explicit document_builder(rapidjson::Document& out) : out_(out) {
    // nop
  }

  bool Null() {
    return out_.Null();
  }

  bool Bool(bool x) {
    return out_.Bool(x);
  }

  bool RawNumber(const char* data, rapidjson::SizeType size, bool) {
    std::string_view text{data, size};
    if (text.find_first_of(".eE") == text.npos) {
      if (auto x = parse_whole<std::int64_t>(text))
        return out_.Int64(*x);
      if (auto x = parse_whole<std::uint64_t>(text))
        return out_.Uint64(*x);
    }
    if (auto x = parse_number(text))
      return out_.Double(*x);
    return refuse(
      rapidjson::GetParseError_En(rapidjson::kParseErrorNumberTooBig));
  }

  bool String(const char* text, rapidjson::SizeType size, bool copy) {
    return check_text({text, size}) && out_.String(text, size, copy);
  }

  bool StartObject() {
    return open() && out_.StartObject();
  }

  bool Key(const char* text, rapidjson::SizeType size, bool copy) {
    if (!check_text({text, size}))
      return false;
    if (!levels_.back().emplace(text, size).second)
      return refuse("the key " + json_rules::quoted({text, size})
                    + " is there twice in one object");
    return out_.Key(text, size, copy);
  }

  bool EndObject(rapidjson::SizeType size) {
    levels_.pop_back();
    return out_.EndObject(size);
  }

  bool StartArray() {
    return open() && out_.StartArray();
  }

  bool EndArray(rapidjson::SizeType size) {
    levels_.pop_back();
    return out_.EndArray(size);
  }

  const std::string& reason() const noexcept {
    return reason_;
  }

private:
  template <class T>
  static std::optional<T> parse_whole(std::string_view text) noexcept {
    T result = 0;
    auto code =
      std::from_chars(text.data(), text.data() + text.size(), result).ec;
    return code == std::errc{} ? std::optional{result} : std::nullopt;
  }

  bool refuse(std::string why) {
    reason_ = std::move(why);
    return false;
  }

  bool check_text(std::string_view text) {
    return !has_surrogate(text)
           || refuse("half of a surrogate pair in a string");
  }

  bool open() {
    if (levels_.size() == max_definitions_depth)
      return refuse("more than " + std::to_string(max_definitions_depth)
                    + " levels of arrays and objects");
    levels_.emplace_back();
    return true;
  }

  rapidjson::Document& out_;

  /// The keys so far of each array (none) and object that is open.
  std::vector<std::unordered_set<std::string>> levels_;

  std::string reason_;
};

std::string at_line(std::string_view text, std::size_t offset,
                    std::string_view reason) {
  auto end =
    text.begin() + static_cast<std::ptrdiff_t>(std::min(offset, text.size()));
  auto line = std::count(text.begin(), end, '\n') + 1;
  return "line " + std::to_string(line) + ": " + std::string{reason};
}

std::string too_big() {
  return "is larger than " + std::to_string(max_definitions_size) + " bytes";
}

} // namespace

expected<rapidjson::Document, std::string>
parse_document(std::string_view text) {
  if (text.size() > max_definitions_size)
    return unexpected{too_big()};
  // The parser takes a NUL for the end and would not see what follows.
  if (auto i = text.find('\0'); i != std::string_view::npos)
    return unexpected{at_line(text, i, "a NUL byte")};
  rapidjson::Document doc;
  document_builder builder{doc};
  rapidjson::MemoryStream bytes{text.data(), text.size()};
  rapidjson::EncodedInputStream<rapidjson::UTF8<>, rapidjson::MemoryStream> in{
    bytes};
  rapidjson::Reader reader;
  auto read = [&](rapidjson::Document&) {
    return !reader.Parse<parse_flags>(in, builder).IsError();
  };
  doc.Populate(read);
  if (reader.HasParseError())
    return unexpected{
      at_line(text, reader.GetErrorOffset(),
              builder.reason().empty()
                ? rapidjson::GetParseError_En(reader.GetParseErrorCode())
                : builder.reason())};
  return doc;
}

expected<std::string, std::string> read_definitions(const std::string& path) {
  text_file file{path};
  if (!file.fault().empty())
    return unexpected{
      (file.opened() ? "cannot be read: " : "cannot be opened: ")
      + file.fault()};
  std::string text;
  auto failed = file.read(max_definitions_size, text);
  if (failed == EFBIG)
    return unexpected{too_big()};
  if (failed != 0)
    return unexpected{std::string{"cannot be read: "} + std::strerror(failed)};
  return text;
}

} // namespace livegrid
