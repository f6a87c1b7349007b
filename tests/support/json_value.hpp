#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace livegrid::test {

/// A JSON value as it stood in the text: keys in their order, numbers as they
/// were written. Asking for what is not there throws and says so.
class json_value {
public:
  enum class kind { null, boolean, number, string, array, object };

  /// Parses all of `text`, which must be valid JSON in valid UTF-8.
  static json_value parse(std::string_view text);

  /// Whether `parse` would not throw.
  static bool valid(std::string_view text);

  kind type() const noexcept {
    return kind_;
  }

  bool is_null() const noexcept {
    return kind_ == kind::null;
  }

  bool is_string() const noexcept {
    return kind_ == kind::string;
  }

  bool is_number() const noexcept {
    return kind_ == kind::number;
  }

  bool is_array() const noexcept {
    return kind_ == kind::array;
  }

  bool is_object() const noexcept {
    return kind_ == kind::object;
  }

  /// Number of elements of an array or members of an object.
  std::size_t size() const noexcept {
    return items_.size();
  }

  bool has(std::string_view key) const;

  /// Member `key` of an object.
  const json_value& at(std::string_view key) const&;

  /// Element `i` of an array.
  const json_value& at(std::size_t i) const&;

  /// An object's keys in their order.
  const std::vector<std::string>& keys() const& noexcept {
    return keys_;
  }

  /// Elements of an array or values of an object.
  const std::vector<json_value>& items() const& noexcept {
    return items_;
  }

  // A value that goes out of scope hands out copies, so that parts of what a
  // function returned can be kept.

  json_value at(std::string_view key) && {
    return std::as_const(*this).at(key);
  }

  json_value at(std::size_t i) && {
    return std::as_const(*this).at(i);
  }

  std::vector<std::string> keys() && noexcept {
    return std::move(keys_);
  }

  std::vector<json_value> items() && noexcept {
    return std::move(items_);
  }

  /// A string's text.
  std::string text() const;

  /// A number's value.
  double number() const;

  /// A scalar as written: `4.46`, `null`, `true`; a string without quotes.
  std::string literal() const {
    return text_;
  }

private:
  struct builder;

  kind kind_ = kind::null;
  std::string text_ = "null";
  std::vector<std::string> keys_;
  std::vector<json_value> items_;
};

/// The keys, comma-separated.
std::string joined(const std::vector<std::string>& xs);

} // namespace livegrid::test
