#include "livegrid/http/readers/tick_values.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <utility>

#include "livegrid/actors/base/number.hpp"
#include "livegrid/actors/base/text.hpp"
#include "livegrid/actors/base/time_text.hpp"

namespace livegrid {

namespace {

/// Bytes of a sender's own text that a message repeats.
constexpr std::size_t max_quoted = 64;

const std::string must_be_a_name = "must be " + std::string{symbol_name::rule};

refusal fault(std::string_view name, std::string_view what, const char* type) {
  refusal result;
  result.code = errc::invalid;
  result.field = cut_text(name, max_quoted);
  result.message = result.field;
  result.message += ' ';
  result.message += what;
  result.type = type;
  return result;
}

refusal out_of_bounds(field f, double x) {
  if (x > max_value)
    return fault(to_string(f), "must not be above 1e18", "less_than_equal");
  if (acceptable(f, -1))
    return fault(to_string(f), "must not be below -1e18", "greater_than_equal");
  return fault(to_string(f), "must not be below 0", "greater_than_equal");
}

refusal no_epoch_time() {
  return fault("time",
               "must be an epoch time in s, ms, us or ns, from 1990 to 2262; a "
               "day, or an earlier time, is a text such as \"20240102\" or "
               "\"2024-01-02T09:30:00Z\"",
               "datetime_parsing");
}

extra_cell* find(tick& in, std::string_view name) noexcept {
  for (auto& x : in.extras)
    if (x.name == name)
      return &x;
  return nullptr;
}

constexpr tick_key::kind kind_of(cell_kind x) noexcept {
  using kind = tick_key::kind;
  switch (x) {
  case cell_kind::symbol:
    return kind::symbol;
  case cell_kind::number:
    return kind::number;
  case cell_kind::time:
    return kind::time;
  case cell_kind::seq:
    return kind::seq;
  case cell_kind::computed:
    break;
  }
  return kind::ignored;
}

constexpr auto keys_of_cells = [] {
  std::array<tick_key, fixed_cells> result;
  for (std::size_t i = 0; i < fixed_cells; ++i)
    result[i] = {kind_of(known_cells[i].kind), known_cells[i].number,
                 known_cells[i].name};
  return result;
}();

} // namespace

tick_key classify(std::string_view name) noexcept {
  if (auto known = parse_cell(name))
    return keys_of_cells[index(*known)];
  return {.what = extra_cell::valid_name(name) ? tick_key::kind::extra
                                               : tick_key::kind::bad};
}

std::optional<refusal> set_symbol(tick& out, std::string_view text) {
  auto name = symbol_name::parse(text);
  if (!name)
    return fault("symbol", must_be_a_name, "string_pattern_mismatch");
  out.symbol = std::move(*name);
  return std::nullopt;
}

std::optional<refusal> set_number(tick& out, field f, double x) {
  if (!acceptable(f, x))
    return out_of_bounds(f, x);
  out.set(f, x == 0 ? 0 : x); // -0 is 0
  return std::nullopt;
}

std::optional<refusal> set_number(tick& out, field f, std::string_view text) {
  auto x = parse_number(text);
  if (!x)
    return fault(to_string(f), "must be a number or a numeric string",
                 "float_parsing");
  return set_number(out, f, *x);
}

std::optional<refusal> set_time(tick& out, std::string_view text) {
  auto x = parse_time(text);
  if (!x)
    return parse_number(text)
             ? no_epoch_time()
             : fault("time",
                     "must be an ISO 8601 time or an epoch time in s, ms, us "
                     "or ns, from 1677 to 2262",
                     "datetime_parsing");
  out.time = *x;
  return std::nullopt;
}

std::optional<refusal> set_epoch_time(tick& out, std::string_view text) {
  auto x = parse_epoch(text);
  if (!x)
    return no_epoch_time();
  out.time = *x;
  return std::nullopt;
}

std::optional<refusal> set_seq(tick& out, std::string_view text) {
  auto x = parse_number(text);
  if (!x)
    return fault("seq", "must be an integer", "int_parsing");
  if (*x < 0)
    return fault("seq", "must not be below 0", "greater_than_equal");
  std::int64_t seq = 0;
  if (text.find_first_of(".eE") == text.npos) {
    auto [end, code] =
      std::from_chars(text.data(), text.data() + text.size(), seq);
    if (code != std::errc{})
      return fault("seq", "must not be above 9223372036854775807",
                   "less_than_equal");
  } else {
    // Above 2^53 a double no longer tells an integer from its neighbours.
    if (*x != std::floor(*x) || *x > 9007199254740992.0)
      return fault("seq", "must be an integer", "int_from_float");
    seq = static_cast<std::int64_t>(*x);
  }
  out.seq = seq;
  return std::nullopt;
}

std::optional<refusal> set_cleared(tick& out, std::string_view name) {
  auto key = classify(name);
  if (key.what == tick_key::kind::extra)
    return find(out, name) ? std::nullopt : set_extra(out, name, "null");
  if (key.what != tick_key::kind::number) {
    std::string what = "cannot take back ";
    what += cut_text(name, max_quoted);
    what += ": it takes the names of numbers and of cells of the source's own";
    return fault("clear", what, "enum");
  }
  out.cleared |=
    static_cast<std::uint16_t>(1u << static_cast<unsigned>(key.which));
  return std::nullopt;
}

std::optional<refusal> set_extra(tick& out, std::string_view name,
                                 std::string_view json) {
  if (auto known = find(out, name)) {
    known->json = json;
    return std::nullopt;
  }
  if (out.extras.size() == max_extra_cells)
    return fault(name, "is one cell too many: a tick may bring 64 of its own",
                 "too_long");
  out.extras.push_back({std::string{name}, std::string{json}});
  return std::nullopt;
}

std::optional<refusal> set_extra_text(tick& out, std::string_view name,
                                      std::string_view text) {
  if (text.size() > max_extra_text)
    return fault(name, "must have at most 256 bytes", "string_too_long");
  std::string json;
  append_json_string(json, text);
  return set_extra(out, name, json);
}

std::optional<refusal> set_extra_number(tick& out, std::string_view name,
                                        std::string_view text, double x) {
  if (x != 0 && text.find_first_of(".eE") == text.npos)
    return set_extra(out, name, text);
  std::string json;
  append_number(json, x == 0 ? 0 : x); // -0 is 0
  return set_extra(out, name, json);
}

refusal wrong_type(tick_key key, std::string_view name) {
  using kind = tick_key::kind;
  switch (key.what) {
  case kind::number:
    return fault(name, "must be a number or a numeric string", "float_type");
  case kind::symbol:
    return fault(name, "must be a string", "string_type");
  case kind::time:
    return fault(name, "must be a number or a string", "datetime_type");
  case kind::seq:
    return fault(name, "must be an integer", "int_type");
  case kind::clear:
    return fault(name, "must be an array of names", "list_type");
  default:
    return fault(name, "must be a number, a string, true, false or null",
                 "scalar_type");
  }
}

refusal bad_name(std::string_view name) {
  auto result = fault(name, "", "invalid_key");
  result.message = "the name of a field must be 1 to 32 of A-Z a-z 0-9 _ and "
                   "not type";
  return result;
}

refusal missing_symbol() {
  return fault("symbol", "is missing", "missing");
}

refusal missing_fields() {
  refusal result;
  result.code = errc::invalid;
  result.message = "a tick needs at least one field besides symbol";
  result.type = "missing";
  return result;
}

} // namespace livegrid
