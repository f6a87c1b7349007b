#include "livegrid/http/json/json_rules.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>

#include <rapidjson/prettywriter.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

namespace livegrid::json_rules {

namespace {

using value = rapidjson::Value;

/// The longest text of a value that a message repeats, in bytes.
constexpr std::size_t longest_quote = 48;

std::string limit(double x) {
  return to_json(x == static_cast<double>(static_cast<std::int64_t>(x))
                   ? value{static_cast<std::int64_t>(x)}
                   : value{x});
}

std::optional<fault> must_be(std::string_view expected, const value& x) {
  std::string reason = "must be ";
  reason += expected;
  reason += ", not ";
  reason += describe(x);
  return fault{"", std::move(reason)};
}

/// Puts `step` before the path of a fault.
std::optional<fault> within(std::string_view step, std::optional<fault> x) {
  if (x)
    x->path.insert(0, step);
  return x;
}

} // namespace

member_rule required(std::string key, rule check) {
  return {std::move(key), std::move(check), presence::required};
}

member_rule optional(std::string key, rule check) {
  return {std::move(key), std::move(check), presence::optional};
}

member_rule nullish(std::string key, rule check) {
  return {std::move(key), std::move(check), presence::nullish};
}

rule string(std::size_t min_bytes) {
  return [=](const value& x) -> std::optional<fault> {
    if (!x.IsString())
      return must_be("a string", x);
    if (x.GetStringLength() < min_bytes)
      return fault{"", "is empty"};
    return std::nullopt;
  };
}

rule boolean() {
  return [](const value& x) {
    return x.IsBool() ? std::nullopt : must_be("true or false", x);
  };
}

rule number() {
  return [](const value& x) {
    return x.IsNumber() ? std::nullopt : must_be("a number", x);
  };
}

rule number(double min, double max) {
  auto expected = "a number from " + limit(min) + " to " + limit(max);
  return [=](const value& x) {
    auto ok = x.IsNumber() && x.GetDouble() >= min && x.GetDouble() <= max;
    return ok ? std::nullopt : must_be(expected, x);
  };
}

rule at_least(double min) {
  auto expected = "a number of at least " + limit(min);
  return [=](const value& x) {
    auto ok = x.IsNumber() && x.GetDouble() >= min;
    return ok ? std::nullopt : must_be(expected, x);
  };
}

rule literal_false() {
  return [](const value& x) {
    return x.IsFalse() ? std::nullopt : must_be("false", x);
  };
}

rule one_of(std::vector<std::string> names) {
  return [names = std::move(names)](const value& x) -> std::optional<fault> {
    if (!x.IsString())
      return must_be("one of " + join(names), x);
    if (std::find(names.begin(), names.end(), text_of(x)) == names.end())
      return fault{"", describe(x) + " is none of " + join(names)};
    return std::nullopt;
  };
}

rule array(rule element) {
  return
    [element = std::move(element)](const value& x) -> std::optional<fault> {
      if (!x.IsArray())
        return must_be("an array", x);
      for (rapidjson::SizeType i = 0; i < x.Size(); ++i)
        if (auto bad = element(x[i]))
          return within("[" + std::to_string(i) + "]", std::move(bad));
      return std::nullopt;
    };
}

rule object(std::vector<member_rule> members) {
  return
    [members = std::move(members)](const value& x) -> std::optional<fault> {
      if (!x.IsObject())
        return must_be("an object", x);
      for (const auto& m : members) {
        const auto* found = find(x, m.key);
        if (found == nullptr) {
          if (m.when == presence::required)
            return fault{"." + m.key, "is missing"};
          continue;
        }
        if (found->IsNull() && m.when == presence::nullish)
          continue;
        if (auto bad = m.check(*found))
          return within("." + m.key, std::move(bad));
      }
      return std::nullopt;
    };
}

rule record(rule element) {
  return
    [element = std::move(element)](const value& x) -> std::optional<fault> {
      if (!x.IsObject())
        return must_be("an object", x);
      for (const auto& [key, found] : x.GetObject())
        if (auto bad = element(found))
          return within("[" + quoted(text_of(key)) + "]", std::move(bad));
      return std::nullopt;
    };
}

rule any_object() {
  return object({});
}

rule either(std::string expected, std::vector<rule> choices) {
  return [expected = std::move(expected), choices = std::move(choices)](
           const value& x) -> std::optional<fault> {
    std::optional<fault> inner;
    for (const auto& check : choices) {
      auto bad = check(x);
      if (!bad)
        return std::nullopt;
      if (!inner && !bad->path.empty())
        inner = std::move(bad);
    }
    return inner ? inner : must_be(expected, x);
  };
}

rule all(std::vector<rule> parts) {
  return [parts = std::move(parts)](const value& x) -> std::optional<fault> {
    for (const auto& check : parts)
      if (auto bad = check(x))
        return bad;
    return std::nullopt;
  };
}

const value* find(const value& x, std::string_view key) {
  if (!x.IsObject())
    return nullptr;
  auto i = x.FindMember(reference(key));
  return i == x.MemberEnd() ? nullptr : &i->value;
}

std::optional<std::string_view> find_string(const value& x,
                                            std::string_view key) {
  const auto* found = find(x, key);
  if (found == nullptr || !found->IsString())
    return std::nullopt;
  return text_of(*found);
}

std::string_view text_of(const value& x) {
  return {x.GetString(), x.GetStringLength()};
}

value reference(std::string_view text) {
  // RapidJSON aborts on the null pointer that an empty view may have.
  const auto* data = text.empty() ? "" : text.data();
  return value{
    rapidjson::StringRef(data, static_cast<rapidjson::SizeType>(text.size()))};
}

std::string to_pretty_json(const value& x) {
  rapidjson::StringBuffer buf;
  rapidjson::PrettyWriter<rapidjson::StringBuffer> out{buf};
  out.SetIndent(' ', 2);
  x.Accept(out);
  return {buf.GetString(), buf.GetSize()};
}

std::string to_json(const value& x) {
  rapidjson::StringBuffer buf;
  rapidjson::Writer<rapidjson::StringBuffer> out{buf};
  x.Accept(out);
  return {buf.GetString(), buf.GetSize()};
}

std::string describe(const value& x) {
  if (x.IsObject())
    return "an object";
  if (x.IsArray())
    return "an array";
  if (!x.IsString())
    return to_json(x);
  auto text = text_of(x);
  if (text.size() <= longest_quote)
    return quoted(text);
  // A character must not be cut in two, or the message is no UTF-8 any more.
  auto size = longest_quote;
  while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80)
    --size;
  return quoted(text.substr(0, size)) + "...";
}

std::string quoted(std::string_view text) {
  return to_json(reference(text));
}

std::string join(const std::vector<std::string>& names) {
  std::string out;
  for (const auto& name : names) {
    if (!out.empty())
      out += ", ";
    out += name;
  }
  return out;
}

} // namespace livegrid::json_rules
