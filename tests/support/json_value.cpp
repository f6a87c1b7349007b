#include "json_value.hpp"

#include <cstdlib>

#include <rapidjson/encodedstream.h>
#include <rapidjson/error/en.h>
#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

#include "wait.hpp"

namespace livegrid::test {

struct json_value::builder {
  using size_type = rapidjson::SizeType;

  json_value root;
  std::vector<json_value*> open;
  bool root_set = false;

  json_value& place() {
    if (open.empty())
      return root;
    return open.back()->items_.emplace_back();
  }

  bool scalar(kind k, std::string text) {
    auto& x = place();
    x.kind_ = k;
    x.text_ = std::move(text);
    return true;
  }

  bool Null() {
    return scalar(kind::null, "null");
  }

  bool Bool(bool x) {
    return scalar(kind::boolean, x ? "true" : "false");
  }

  bool RawNumber(const char* s, size_type n, bool) {
    return scalar(kind::number, std::string(s, n));
  }

  bool String(const char* s, size_type n, bool) {
    return scalar(kind::string, std::string(s, n));
  }

  bool Key(const char* s, size_type n, bool) {
    open.back()->keys_.emplace_back(s, n);
    return true;
  }

  bool begin(kind k) {
    auto& x = place();
    x.kind_ = k;
    x.text_.clear();
    open.push_back(&x);
    return true;
  }

  bool StartObject() {
    return begin(kind::object);
  }

  bool StartArray() {
    return begin(kind::array);
  }

  bool EndObject(size_type) {
    open.pop_back();
    return true;
  }

  bool EndArray(size_type) {
    open.pop_back();
    return true;
  }

  // Numbers come as text only.
  bool Int(int) {
    return false;
  }

  bool Uint(unsigned) {
    return false;
  }

  bool Int64(int64_t) {
    return false;
  }

  bool Uint64(uint64_t) {
    return false;
  }

  bool Double(double) {
    return false;
  }

  /// Returns what is wrong with `text`, or nothing.
  std::string parse(std::string_view text) {
    constexpr unsigned flags = rapidjson::kParseNumbersAsStringsFlag
                               | rapidjson::kParseIterativeFlag
                               | rapidjson::kParseValidateEncodingFlag;
    rapidjson::MemoryStream bytes{text.data(), text.size()};
    rapidjson::EncodedInputStream<rapidjson::UTF8<>, rapidjson::MemoryStream>
      in{bytes};
    rapidjson::Reader reader;
    auto result = reader.Parse<flags>(in, *this);
    if (!result)
      return std::string{rapidjson::GetParseError_En(result.Code())} + " at "
             + std::to_string(result.Offset());
    return {};
  }
};

json_value json_value::parse(std::string_view text) {
  builder b;
  auto fault = b.parse(text);
  if (!fault.empty())
    give_up("not JSON (" + fault + "): " + std::string{text.substr(0, 300)});
  return std::move(b.root);
}

bool json_value::valid(std::string_view text) {
  builder b;
  return b.parse(text).empty();
}

bool json_value::has(std::string_view key) const {
  for (auto& k : keys_)
    if (k == key)
      return true;
  return false;
}

const json_value& json_value::at(std::string_view key) const& {
  for (std::size_t i = 0; i < keys_.size(); ++i)
    if (keys_[i] == key)
      return items_[i];
  give_up("no member " + std::string{key} + " among: " + joined(keys_));
}

const json_value& json_value::at(std::size_t i) const& {
  if (kind_ != kind::array || i >= items_.size())
    give_up("no element " + std::to_string(i) + " of "
            + std::to_string(items_.size()));
  return items_[i];
}

std::string json_value::text() const {
  if (kind_ != kind::string)
    give_up("not a string: " + text_);
  return text_;
}

double json_value::number() const {
  if (kind_ != kind::number)
    give_up("not a number: " + text_);
  return std::strtod(text_.c_str(), nullptr);
}

std::string joined(const std::vector<std::string>& xs) {
  std::string result;
  for (auto& x : xs) {
    if (!result.empty())
      result += ',';
    result += x;
  }
  return result;
}

} // namespace livegrid::test
