#include "livegrid/http/json_document.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <unordered_set>
#include <utility>
#include <vector>

#include <rapidjson/encodedstream.h>
#include <rapidjson/error/en.h>
#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

#include "livegrid/http/json_reader.hpp"
#include "livegrid/http/json_rules.hpp"
#include "livegrid/number.hpp"

namespace livegrid {

namespace {

constexpr unsigned parse_flags = rapidjson::kParseIterativeFlag
                                 | rapidjson::kParseFullPrecisionFlag
                                 | rapidjson::kParseValidateEncodingFlag;

/// Those of the first look, which leaves numbers to the second.
constexpr unsigned check_flags = rapidjson::kParseIterativeFlag
                                 | rapidjson::kParseNumbersAsStringsFlag
                                 | rapidjson::kParseValidateEncodingFlag;

/// Reads over a text before anything is built from it, since a document would
/// take any depth, and keep only the first of two members of one name.
class structure_check
  : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, structure_check> {
public:
  bool StartObject() {
    return open();
  }

  bool StartArray() {
    return open();
  }

  bool RawNumber(const char* text, rapidjson::SizeType size, bool) {
    // Of these RapidJSON would look beyond its table of powers.
    if (!parse_number({text, size}))
      reason_ = rapidjson::GetParseError_En(rapidjson::kParseErrorNumberTooBig);
    else if (is_odd_zero({text, size}))
      reason_ = "a zero with an exponent or more than 20 digits";
    return reason_.empty();
  }

  bool EndObject(rapidjson::SizeType) {
    levels_.pop_back();
    return true;
  }

  bool EndArray(rapidjson::SizeType) {
    levels_.pop_back();
    return true;
  }

  bool String(const char* text, rapidjson::SizeType size, bool) {
    if (!has_surrogate({text, size}))
      return true;
    reason_ = "half of a surrogate pair in a string";
    return false;
  }

  bool Key(const char* text, rapidjson::SizeType size, bool copied) {
    if (!String(text, size, copied))
      return false;
    if (levels_.back().emplace(text, size).second)
      return true;
    reason_ = "the key " + json_rules::quoted({text, size})
              + " is there twice in one object";
    return false;
  }

  const std::string& reason() const noexcept {
    return reason_;
  }

private:
  /// Whether RapidJSON would count the leading zeros of the bits of 0, for
  /// which there is no answer.
  static bool is_odd_zero(std::string_view text) noexcept {
    auto exponent = std::min(text.find_first_of("eE"), text.size());
    return text.substr(0, exponent).find_first_of("123456789") == text.npos
           && (exponent < text.size() || text.size() > 20);
  }

  bool open() {
    if (levels_.size() == max_definitions_depth) {
      reason_ = "more than " + std::to_string(max_definitions_depth)
                + " levels of arrays and objects";
      return false;
    }
    levels_.emplace_back();
    return true;
  }

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

std::variant<rapidjson::Document, std::string>
parse_document(std::string_view text) {
  if (text.size() > max_definitions_size)
    return too_big();
  // The parser takes a NUL for the end and would not see what follows.
  if (auto i = text.find('\0'); i != std::string_view::npos)
    return at_line(text, i, "a NUL byte");
  structure_check check;
  rapidjson::MemoryStream bytes{text.data(), text.size()};
  rapidjson::EncodedInputStream<rapidjson::UTF8<>, rapidjson::MemoryStream> in{
    bytes};
  rapidjson::Reader reader;
  if (!reader.Parse<check_flags>(in, check))
    return at_line(text, reader.GetErrorOffset(),
                   check.reason().empty()
                     ? rapidjson::GetParseError_En(reader.GetParseErrorCode())
                     : check.reason());
  rapidjson::Document doc;
  doc.Parse<parse_flags>(text.data(), text.size());
  if (doc.HasParseError())
    return at_line(text, doc.GetErrorOffset(),
                   rapidjson::GetParseError_En(doc.GetParseError()));
  return doc;
}

std::string read_definitions(const std::string& path, std::string& text) {
  struct closer {
    void operator()(std::FILE* x) const noexcept {
      std::fclose(x);
    }
  };
  std::unique_ptr<std::FILE, closer> file{std::fopen(path.c_str(), "rb")};
  if (!file)
    return std::string{"cannot be opened: "} + std::strerror(errno);
  text.resize(max_definitions_size + 1);
  auto size = std::fread(text.data(), 1, text.size(), file.get());
  if (std::ferror(file.get()) != 0)
    return std::string{"cannot be read: "} + std::strerror(errno);
  text.resize(size);
  return size > max_definitions_size ? too_big() : std::string{};
}

} // namespace livegrid
