#pragma once

// Of what kinds settings are: how a value is read, checked and shown. Only for
// the table of settings.

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "livegrid/actors/base/number.hpp"
#include "livegrid/actors/base/text.hpp"
#include "livegrid/actors/members/member.hpp"
#include "livegrid/actors/settings/setting.hpp"

namespace livegrid::setting_kinds {

/// How the table writes names and sentences: they live as long as the program.
using text = std::string_view;

/// Makes a setting of one value. `member` returns a reference into the
/// settings, `read` gives a complaint or puts what it read into its second
/// argument.
template <class Member, class Read, class Write>
setting make(text name, text form, text meaning, Member member, Read read,
             Write write) {
  setting result;
  result.name = name;
  result.form = form;
  result.meaning = meaning;
  result.set = [=](settings& xs, const ini_value& value) -> complaint {
    auto one = std::get_if<std::string>(&value);
    if (!one)
      return "takes one value, not a list";
    return read(*one, member(xs));
  };
  result.get = [=](const settings& xs) { return write(member(xs)); };
  return result;
}

/// A setting whose values go from `least` to `most`, both included.
template <class Member, class T, class Parse, class Write>
setting make_ranged(text name, text form, text meaning, Member member, T least,
                    T most, Parse parse, Write write, text hint) {
  auto range = write(least) + " to " + write(most);
  auto read = [=](const std::string& x, auto& out) -> complaint {
    auto value = parse(x);
    if (!value)
      return quote(x) + " is not " + std::string{hint};
    if (*value < least || *value > most)
      return quote(x) + " is not within " + range;
    out = static_cast<std::remove_reference_t<decltype(out)>>(*value);
    return std::nullopt;
  };
  auto result = make(name, form, meaning, member, read, write);
  result.range = range;
  return result;
}

/// A whole number.
template <class Member>
setting count(text name, text meaning, Member member, std::uint64_t least,
              std::uint64_t most) {
  return make_ranged(
    name, "N", meaning, member, least, most, parse_count,
    [](std::uint64_t x) { return std::to_string(x); }, "a whole number");
}

/// A port; 0 lets the system pick one.
template <class Member>
setting port(text name, text meaning, Member member) {
  return count(name, meaning, member, 0, 65535);
}

/// A limit that the node chooses itself where it is empty; that is 0 then, and
/// no limit, which is 0 in writing, is the largest number.
template <class Member>
setting limit_or(text name, text meaning, text if_empty, Member member,
                 std::uint64_t most) {
  auto range = "0 to " + std::to_string(most);
  auto read = [=](const std::string& x, std::uint64_t& out) -> complaint {
    auto value =
      x.empty() ? std::optional<std::uint64_t>{UINT64_MAX} : parse_count(x);
    if (!value)
      return quote(x) + " is not a whole number";
    if (!x.empty() && *value > most)
      return quote(x) + " is not within " + range;
    out = x.empty() ? 0 : *value == 0 ? UINT64_MAX : *value;
    return std::nullopt;
  };
  auto write = [](std::uint64_t x) {
    return x == 0            ? std::string{}
           : x == UINT64_MAX ? std::string{"0"}
                             : std::to_string(x);
  };
  auto result = make(name, "N", meaning, member, read, write);
  result.range = range;
  result.if_empty = if_empty;
  return result;
}

/// Bytes, written with a unit or without.
template <class Member>
setting size(text name, text meaning, Member member, std::uint64_t least,
             std::uint64_t most) {
  return make_ranged(name, "SIZE", meaning, member, least, most, parse_size,
                     size_text, "a size, such as 65536, 64KiB or 1MiB");
}

/// A span of time, written with its unit.
template <class Member>
setting span(text name, text meaning, Member member,
             std::chrono::milliseconds least, std::chrono::milliseconds most) {
  return make_ranged(name, "SPAN", meaning, member, least, most, parse_span,
                     span_text, "a span, such as 500ms or 20s");
}

/// Digits alone, so that no value is shown as 1e+06.
inline std::string plain(double x) {
  std::string result;
  append_number(result, x);
  return result;
}

/// A number that may have a fraction.
template <class Member>
setting factor(text name, text meaning, Member member, double least,
               double most) {
  return make_ranged(name, "X", meaning, member, least, most, parse_number,
                     plain, "a number");
}

/// Yes or no.
template <class Member>
setting toggle(text name, text meaning, Member member) {
  auto read = [](const std::string& x, bool& out) -> complaint {
    auto value = parse_switch(x);
    if (!value)
      return quote(x) + " is not true or false";
    out = *value;
    return std::nullopt;
  };
  auto result = make(name, "true|false", meaning, member, read,
                     [](bool x) { return x ? "true" : "false"; });
  result.is_switch = true;
  return result;
}

/// One of several words.
/// @param form the words that it can be, as a|b|c.
template <class Member>
setting choice(text name, text form, text meaning, Member member) {
  auto read = [form](const std::string& x, std::string& out) -> complaint {
    for (text rest = form;; rest.remove_prefix(rest.find('|') + 1)) {
      if (rest.substr(0, rest.find('|')) == x)
        break;
      if (rest.find('|') == text::npos)
        return quote(x) + " is not one of " + std::string{form};
    }
    out = x;
    return std::nullopt;
  };
  return make(name, form, meaning, member, read, std::identity{});
}

/// The path of a file.
template <class Member>
setting file(text name, text meaning, text if_empty, Member member) {
  auto read = [](const std::string& x, std::string& out) -> complaint {
    // The system would open the part before it.
    if (x.find('\0') != std::string::npos)
      return "a file name cannot have a zero byte in it";
    out = x;
    return std::nullopt;
  };
  auto result = make(name, "FILE", meaning, member, read, std::identity{});
  result.if_empty = if_empty;
  return result;
}

/// An IPv4 or IPv6 address.
template <class Member>
setting address(text name, text meaning, bool loopback_only, Member member) {
  auto read = [=](const std::string& x, std::string& out) -> complaint {
    auto value = parse_address(x);
    if (!value)
      return quote(x) + " is not an IPv4 or IPv6 address, nor localhost";
    if (loopback_only && !is_loopback(*value))
      return quote(x)
             + " is not a loopback address: the console's protocol knows no "
               "access control and trusts what it reads; reach it through an "
               "SSH tunnel";
    out = *value;
    return std::nullopt;
  };
  return make(name, "ADDRESS", meaning, member, read, std::identity{});
}

/// Origins of pages, as `parse_origins` takes them.
template <class Member>
setting origins(text name, text meaning, text if_empty, Member member) {
  setting result;
  result.name = name;
  result.form = "ORIGIN,...";
  result.is_list = true;
  result.meaning = meaning;
  result.if_empty = if_empty;
  result.set = [=](settings& xs, const ini_value& value) {
    auto one = std::get_if<std::string>(&value);
    return parse_origins(one ? split_list(*one)
                             : std::get<std::vector<std::string>>(value),
                         member(xs));
  };
  result.get = [=](const settings& xs) {
    std::string joined;
    for (const auto& x : member(xs))
      joined += (joined.empty() ? "" : ", ") + x;
    return joined;
  };
  return result;
}

/// The name of a node or a cluster.
template <class Member>
setting member_name(text name, text meaning, text if_empty, Member member) {
  auto read = [if_empty](const std::string& x, std::string& out) -> complaint {
    if (!valid_member_name(x) && (if_empty.empty() || !x.empty()))
      return quote(x)
             + " is not 1 to 64 letters, digits, points, underscores and "
               "hyphens";
    out = x;
    return std::nullopt;
  };
  auto result = make(name, "NAME", meaning, member, read, std::identity{});
  result.if_empty = if_empty;
  return result;
}

/// Which roles a node has.
inline setting roles(text name, text meaning) {
  setting result;
  result.name = name;
  result.form = "ROLE,...";
  result.is_list = true;
  result.meaning = meaning;
  result.set = [](settings& xs, const ini_value& value) -> complaint {
    auto one = std::get_if<std::string>(&value);
    auto words =
      one ? split_list(*one) : std::get<std::vector<std::string>>(value);
    auto symbols = false;
    auto http = false;
    for (const auto& x : words) {
      if (x == "symbols")
        symbols = true;
      else if (x == "http")
        http = true;
      else
        return quote(x) + " is not one of symbols|http";
    }
    if (!symbols && !http)
      return "takes symbols, http or both";
    xs.node.owns_symbols = symbols;
    xs.node.serves_http = http;
    return std::nullopt;
  };
  result.get = [](const settings& xs) {
    return std::string{!xs.node.serves_http    ? "symbols"
                       : !xs.node.owns_symbols ? "http"
                                               : "symbols,http"};
  };
  return result;
}

/// A text that is checked only together with other settings.
template <class Member>
setting words(text name, text form, text meaning, text if_empty,
              Member member) {
  auto result = make(
    name, form, meaning, member,
    [](const std::string& x, std::string& out) -> complaint {
      out = x;
      return std::nullopt;
    },
    std::identity{});
  result.if_empty = if_empty;
  return result;
}

} // namespace livegrid::setting_kinds
