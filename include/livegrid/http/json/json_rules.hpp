#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <rapidjson/document.h>

/// Rules for the shape of JSON, to be put together like the shape itself:
///
///     object({required("min", number()), optional("name", string())})
///
/// They exist to say what is wrong and where, in words for whoever wrote the
/// file.
namespace livegrid::json_rules {

/// Where a value breaks a rule, and why.
struct fault {
  /// From the value that was checked: `.data.table.columnsDefs[1].field`, or
  /// empty for the value itself.
  std::string path;

  std::string reason;
};

/// Checks a value; returns the first fault it finds.
using rule = std::function<std::optional<fault>(const rapidjson::Value&)>;

/// What is to be said of a member that is not there.
enum class presence {
  required, ///< it must be there
  optional, ///< it may be absent
  nullish,  ///< it may be absent or null
};

/// A rule for the member `key` of an object.
struct member_rule {
  std::string key;
  rule check;
  presence when = presence::required;
};

/// A member that must be there.
member_rule required(std::string key, rule check);

/// A member that may be absent, but not null.
member_rule optional(std::string key, rule check);

/// A member that may be absent or null.
member_rule nullish(std::string key, rule check);

/// A string of at least `min_bytes` bytes.
rule string(std::size_t min_bytes = 0);

rule boolean();

rule number();

/// A number from `min` to `max`.
rule number(double min, double max);

/// A number of at least `min`.
rule at_least(double min);

/// The literal false.
rule literal_false();

/// One of these strings.
rule one_of(std::vector<std::string> names);

/// An array whose elements each keep `element`.
rule array(rule element);

/// An object whose members of these names keep their rules; others may be
/// there.
rule object(std::vector<member_rule> members);

/// An object of any members whose values each keep `value`.
rule record(rule value);

/// Any object.
rule any_object();

/// Keeps one of `choices`. A fault inside a value that is right in kind is
/// reported as it is, any other as "must be `expected`".
rule either(std::string expected, std::vector<rule> choices);

/// Keeps all of `parts`, which are tried in order.
rule all(std::vector<rule> parts);

/// The member of that name, or null if there is none or `x` is no object.
const rapidjson::Value* find(const rapidjson::Value& x, std::string_view key);

/// The member if it is a string, else nothing.
std::optional<std::string_view> find_string(const rapidjson::Value& x,
                                            std::string_view key);

/// A string as its bytes, of which some may be NUL.
std::string_view text_of(const rapidjson::Value& x);

/// A value that refers to `text`, and must not outlive it.
rapidjson::Value reference(std::string_view text);

/// The value as compact JSON.
std::string to_json(const rapidjson::Value& x);

/// The value as JSON for people, indented by two blanks.
std::string to_pretty_json(const rapidjson::Value& x);

/// Names a value for a message: its text if it is a short scalar, else its
/// kind.
std::string describe(const rapidjson::Value& x);

/// `text` as a JSON string, so that no control character gets into a message.
std::string quoted(std::string_view text);

/// Puts `names` in a row for a message: `a, b, c`.
std::string join(const std::vector<std::string>& names);

} // namespace livegrid::json_rules
