#include "livegrid/http/readers/sessions_file.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "livegrid/actors/base/near_word.hpp"
#include "livegrid/http/json/json_document.hpp"
#include "livegrid/http/json/json_rules.hpp"

namespace livegrid {

namespace {

namespace rules = json_rules;

using rules::fault;
using value = rapidjson::Value;

/// A member of a venue that is a text, or a list of texts.
struct venue_member {
  std::string_view name;
  std::string venue_definition::*to;

  /// What stands between the texts of a list; 0 where it is one text.
  char separator = 0;
};

constexpr venue_member members[] = {
  {"tz", &venue_definition::tz},
  {"session", &venue_definition::session},
  {"pre", &venue_definition::pre},
  {"post", &venue_definition::post},
  {"holidays", &venue_definition::holidays, ','},
  {"corrections", &venue_definition::corrections, ';'},
};

constexpr auto member_names = std::to_array<std::string_view>(
  {"tz", "session", "pre", "post", "holidays", "corrections", "roll"});

constexpr auto file_names =
  std::to_array<std::string_view>({"venues", "symbols"});

rules::rule texts_of(const venue_member& x) {
  if (x.separator == 0)
    return rules::string(1);
  return rules::either("a string or an array of strings",
                       {rules::string(), rules::array(rules::string(1))});
}

/// The shape of the file.
rules::rule whole_file() {
  std::vector<rules::member_rule> venue{
    rules::optional("roll", rules::one_of({"session", "utc", "rolling24h"}))};
  for (const auto& x : members)
    venue.push_back(rules::optional(std::string{x.name}, texts_of(x)));
  return rules::object(
    {rules::optional("venues", rules::record(rules::object(venue))),
     rules::optional("symbols", rules::record(rules::string(1)))});
}

/// The first member of an object that nobody knows.
std::optional<fault> unknown_member(const value& x, const std::string& path,
                                    std::span<const std::string_view> known) {
  for (const auto& member : x.GetObject()) {
    auto name = rules::text_of(member.name);
    if (std::find(known.begin(), known.end(), name) == known.end())
      return fault{path, "has an unknown member " + rules::quoted(name)
                           + did_you_mean(name, known)};
  }
  return std::nullopt;
}

std::string joined(const value& x, char separator) {
  if (x.IsString())
    return std::string{rules::text_of(x)};
  std::string result;
  for (const auto& part : x.GetArray()) {
    if (!result.empty())
      result += separator;
    result += rules::text_of(part);
  }
  return result;
}

std::optional<fault> add_venue(venue_table& to, std::string_view name,
                               const value& x) {
  auto path = ".venues[" + rules::quoted(name) + "]";
  if (name.empty())
    return fault{path, "a name may not be empty"};
  if (auto why = unknown_member(x, path, member_names))
    return why;
  venue_definition result{.name = std::string{name}};
  for (const auto& member : members)
    if (const auto* found = rules::find(x, member.name))
      result.*member.to = joined(*found, member.separator);
  if (auto roll = rules::find_string(x, "roll"))
    result.roll = parse_roll_rule(*roll).value_or(result.roll);
  auto made = venue::make(std::move(result));
  if (!made)
    return fault{path + "." + std::string{made.error().member},
                 made.error().reason};
  to.add(*std::move(made));
  return std::nullopt;
}

std::optional<fault> assign(venue_table& to, std::string_view pattern,
                            std::string_view name) {
  auto path = ".symbols[" + rules::quoted(pattern) + "]";
  if (pattern.empty())
    return fault{path, "a pattern may not be empty"};
  auto where = to.find(name);
  if (!where) {
    std::vector<std::string_view> known;
    for (const auto& x : to.venues())
      known.push_back(x->name());
    return fault{path, "there is no venue " + rules::quoted(name)
                         + did_you_mean(name, known)};
  }
  if (!to.assign(pattern, std::move(where)))
    return fault{path, "is one pattern with * or ? too many: there may be "
                         + std::to_string(max_venue_patterns)};
  return std::nullopt;
}

expected<venue_table, fault> make_table(const value& x) {
  if (auto why = whole_file()(x))
    return unexpected{std::move(*why)};
  if (auto why = unknown_member(x, "", file_names))
    return unexpected{std::move(*why)};
  venue_table result;
  if (const auto* venues = rules::find(x, "venues"))
    for (const auto& [name, definition] : venues->GetObject())
      if (auto why = add_venue(result, rules::text_of(name), definition))
        return unexpected{std::move(*why)};
  if (const auto* symbols = rules::find(x, "symbols"))
    for (const auto& [pattern, name] : symbols->GetObject())
      if (auto why =
            assign(result, rules::text_of(pattern), rules::text_of(name)))
        return unexpected{std::move(*why)};
  return result;
}

} // namespace

expected<venue_table, std::string> read_sessions_file(const std::string& path) {
  auto text = read_definitions(path);
  if (!text)
    return unexpected{path + ": " + text.error()};
  auto parsed = parse_document(*text);
  if (!parsed)
    return unexpected{path + ": " + parsed.error()};
  auto table = make_table(*parsed);
  if (table)
    return *std::move(table);
  const auto& why = table.error();
  auto result = path + ": ";
  // A path's first dot joins it to nothing.
  if (!why.path.empty())
    result.append(why.path, 1).append(": ");
  return unexpected{result + why.reason};
}

} // namespace livegrid
