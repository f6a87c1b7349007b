#define CAF_SUITE http.readers.tick_values

#include "livegrid/http/readers/tick_values.hpp"

#include <cmath>
#include <limits>
#include <string>
#include <string_view>

#include "unit_test.hpp"

using namespace livegrid;

namespace {

using kind = tick_key::kind;

/// Writes why a part could not be set, with its type; nothing if it was.
std::string show(const std::optional<refusal>& x) {
  return x ? x->type + ": " + x->message : "";
}

CAF_TEST(keys are told apart by their exact names) {
  for (std::size_t i = 0; i < num_fields; ++i) {
    auto f = static_cast<field>(i);
    CAF_MESSAGE(to_string(f));
    auto key = classify(to_string(f));
    CAF_CHECK(key.what == kind::number);
    CAF_CHECK(key.which == f);
  }
  struct {
    std::string_view name;
    kind what;
  } cases[] = {
    {"symbol", kind::symbol},
    {"time", kind::time},
    {"seq", kind::seq},
    {"date", kind::ignored},
    {"change", kind::ignored},
    {"change_percent", kind::ignored},
    {"freshness", kind::ignored},
    {"Price", kind::extra},
    {"prices", kind::extra},
    {"ask_sizes", kind::extra},
    {"x", kind::extra},
    {"_0", kind::extra},
    {"abcdefghijklmnopqrstuvwxyz_12345", kind::extra},
    {"abcdefghijklmnopqrstuvwxyz_123456", kind::bad},
    {"", kind::bad},
    {"type", kind::bad},
    {"price ", kind::bad},
    {"a-b", kind::bad},
    {std::string_view{"bid\0", 4}, kind::bad},
    {"\xC3\xA9", kind::bad},
  };
  for (auto& c : cases) {
    CAF_MESSAGE(c.name);
    CAF_CHECK(classify(c.name).what == c.what);
  }
}

CAF_TEST(numbers are taken within the bounds of their field) {
  const auto infinity = std::numeric_limits<double>::infinity();
  struct {
    field which;
    double x;
    std::string_view fault;
  } cases[] = {
    {field::price, 5e-324, ""},
    {field::price, 1e18, ""},
    {field::price, 0, ""},
    {field::price, -37.63, ""},
    {field::price, -1e18, ""},
    {field::price, -infinity,
     "greater_than_equal: price must not be below -1e18"},
    {field::price, std::nextafter(1e18, 2e18),
     "less_than_equal: price must not be above 1e18"},
    {field::prev_close, 0, ""},
    {field::prev_close, -0.25, ""},
    {field::bid, -1e-9, ""},
    {field::low, -2, ""},
    {field::bid_size, 0, ""},
    {field::bid_size, -1e-9,
     "greater_than_equal: bid_size must not be below 0"},
    {field::market_cap, -1,
     "greater_than_equal: market_cap must not be below 0"},
    {field::volume, infinity, "less_than_equal: volume must not be above 1e18"},
  };
  for (auto& c : cases) {
    CAF_MESSAGE(to_string(c.which) << " " << c.x);
    tick to;
    CAF_CHECK_EQUAL(show(set_number(to, c.which, c.x)), c.fault);
    CAF_CHECK_EQUAL(to.has(c.which), c.fault.empty());
    if (c.fault.empty())
      CAF_CHECK_EQUAL(to.get(c.which), c.x);
  }
  tick to;
  CAF_CHECK_EQUAL(show(set_number(to, field::bid, -0.0)), "");
  CAF_CHECK(!std::signbit(to.get(field::bid)));
}

CAF_TEST(a part that cannot be leaves the tick as it was) {
  tick to;
  CAF_CHECK_EQUAL(show(set_symbol(to, "A")), "");
  CAF_CHECK_EQUAL(show(set_number(to, field::price, "1.5")), "");
  CAF_CHECK_EQUAL(show(set_time(to, "1700000001.5")), "");
  CAF_CHECK_EQUAL(show(set_seq(to, "5")), "");
  CAF_CHECK_EQUAL(show(set_extra_text(to, "note", "x")), "");
  const auto before = to;
  CAF_CHECK_EQUAL(before.symbol.str(), "A");
  CAF_CHECK_EQUAL(before.get(field::price), 1.5);
  CAF_CHECK_EQUAL(before.time->time_since_epoch().count(),
                  1'700'000'001'500'000'000);
  CAF_CHECK_EQUAL(show(set_symbol(to, "A,B")),
                  "string_pattern_mismatch: symbol must be 1 to 64 bytes of "
                  "printable ASCII and UTF-8 letters, without , \" \\ * ? and "
                  "without blanks at its ends");
  CAF_CHECK_EQUAL(show(set_number(to, field::price, "1,5")),
                  "float_parsing: price must be a number or a numeric string");
  CAF_CHECK_EQUAL(show(set_number(to, field::volume, "-1")),
                  "greater_than_equal: volume must not be below 0");
  CAF_CHECK_EQUAL(show(set_time(to, "noon")),
                  "datetime_parsing: time must be an ISO 8601 time or an "
                  "epoch time in s, ms, us or ns, from 1677 to 2262");
  CAF_CHECK_EQUAL(show(set_seq(to, "x")), "int_parsing: seq must be an "
                                          "integer");
  CAF_CHECK_EQUAL(
    show(set_extra_text(to, "note", std::string(max_extra_text + 1, 'x'))),
    "string_too_long: note must have at most 256 bytes");
  CAF_CHECK(to == before);
}

CAF_TEST(a day is a text and no number) {
  constexpr std::string_view no_epoch =
    "datetime_parsing: time must be an epoch time in s, ms, us or ns, from "
    "1990 to 2262; a day, or an earlier time, is a text such as \"20240102\" "
    "or "
    "\"2024-01-02T09:30:00Z\"";
  tick to;
  CAF_CHECK_EQUAL(show(set_time(to, "20240102")), "");
  CAF_CHECK_EQUAL(to.time->time_since_epoch().count(),
                  1'704'153'600'000'000'000);
  CAF_CHECK_EQUAL(show(set_time(to, "20240102T093000Z")), "");
  CAF_CHECK_EQUAL(to.time->time_since_epoch().count(),
                  1'704'187'800'000'000'000);
  for (auto text : {"0", "5", "2024", "-1", "1e300"}) {
    CAF_MESSAGE(text);
    CAF_CHECK_EQUAL(show(set_time(to, text)), no_epoch);
    CAF_CHECK_EQUAL(show(set_epoch_time(to, text)), no_epoch);
  }
  CAF_CHECK_EQUAL(show(set_epoch_time(to, "20240102")), no_epoch);
  CAF_CHECK_EQUAL(show(set_epoch_time(to, "1704187800")), "");
}

CAF_TEST(sequence numbers are whole from 0 to 2 to the 63 less 1) {
  struct {
    std::string_view text;
    std::int64_t seq;
    std::string_view fault;
  } cases[] = {
    {"0", 0, ""},
    {"-0", 0, ""},
    {"9223372036854775807", 9'223'372'036'854'775'807, ""},
    {"5.0", 5, ""},
    {"1E3", 1000, ""},
    {"9007199254740992.0", 9'007'199'254'740'992, ""},
    {"9007199254740994.0", -1, "int_from_float: seq must be an integer"},
    {"1e16", -1, "int_from_float: seq must be an integer"},
    {"5.5", -1, "int_from_float: seq must be an integer"},
    {"9223372036854775808", -1,
     "less_than_equal: seq must not be above 9223372036854775807"},
    {"-1", -1, "greater_than_equal: seq must not be below 0"},
    {"-1e300", -1, "greater_than_equal: seq must not be below 0"},
    {"", -1, "int_parsing: seq must be an integer"},
    {"+5", -1, "int_parsing: seq must be an integer"},
    {"5 ", -1, "int_parsing: seq must be an integer"},
    {"1e999", -1, "int_parsing: seq must be an integer"},
  };
  for (auto& c : cases) {
    CAF_MESSAGE(c.text);
    tick to;
    CAF_CHECK_EQUAL(show(set_seq(to, c.text)), c.fault);
    CAF_CHECK_EQUAL(to.seq.value_or(-1), c.seq);
  }
}

CAF_TEST(extra cells are added or replaced up to 64) {
  tick to;
  for (int i = 0; i < 64; ++i)
    CAF_CHECK_EQUAL(show(set_extra(to, "x" + std::to_string(i), "true")), "");
  const auto before = to;
  CAF_CHECK_EQUAL(
    show(set_extra(to, "y", "1")),
    "too_long: y is one cell too many: a tick may bring 64 of its own");
  CAF_CHECK(to == before);
  CAF_CHECK_EQUAL(show(set_extra(to, "x63", "null")), "");
  CAF_CHECK_EQUAL(to.extras.size(), 64u);
  CAF_CHECK_EQUAL(to.extras.back().json, "null");
  CAF_CHECK_EQUAL(to.extras.front().json, "true");
}

CAF_TEST(a text of an extra cell becomes a JSON string) {
  tick to;
  CAF_CHECK_EQUAL(show(set_extra_text(to, "x", "say \"hi\"\n")), "");
  CAF_CHECK_EQUAL(to.extras[0].json, R"("say \"hi\"\n")");
  // The limit is on the text, not on how it is written.
  CAF_CHECK_EQUAL(show(set_extra_text(to, "x", std::string(256, '"'))), "");
  CAF_CHECK_EQUAL(to.extras[0].json.size(), 514u);
  CAF_CHECK_EQUAL(show(set_extra_text(to, "x", "")), "");
  CAF_CHECK_EQUAL(to.extras[0].json, "\"\"");
}

CAF_TEST(a number of an extra cell keeps the digits of an integer) {
  struct {
    std::string_view text;
    double x;
    std::string_view json;
  } cases[] = {
    {"123456789012345678901234567890", 1.2345678901234568e29,
     "123456789012345678901234567890"},
    {"-7", -7, "-7"},
    {"0", 0, "0"},
    {"-0", -0.0, "0"},
    {"-0.0", -0.0, "0"},
    {"1.50", 1.5, "1.5"},
    {"1e3", 1000, "1000"},
    {"5E-1", 0.5, "0.5"},
  };
  for (auto& c : cases) {
    CAF_MESSAGE(c.text);
    tick to;
    CAF_CHECK_EQUAL(show(set_extra_number(to, "x", c.text, c.x)), "");
    CAF_CHECK_EQUAL(to.extras[0].json, c.json);
  }
}

CAF_TEST(refusals name the field and no element) {
  auto at = [](const refusal& x) {
    CAF_CHECK_EQUAL(x.code, errc::invalid);
    CAF_CHECK_EQUAL(x.element, -1);
    CAF_CHECK_EQUAL(x.symbol, "");
    return "[" + x.field + "] " + x.type + ": " + x.message;
  };
  CAF_CHECK_EQUAL(at(wrong_type(classify("bid"), "bid")),
                  "[bid] float_type: bid must be a number or a numeric "
                  "string");
  CAF_CHECK_EQUAL(at(wrong_type(classify("symbol"), "symbol")),
                  "[symbol] string_type: symbol must be a string");
  CAF_CHECK_EQUAL(at(wrong_type(classify("time"), "time")),
                  "[time] datetime_type: time must be a number or a string");
  CAF_CHECK_EQUAL(at(wrong_type(classify("seq"), "seq")),
                  "[seq] int_type: seq must be an integer");
  CAF_CHECK_EQUAL(at(wrong_type(classify("note"), "note")),
                  "[note] scalar_type: note must be a number, a string, true, "
                  "false or null");
  CAF_CHECK_EQUAL(at(bad_name("a b")),
                  "[a b] invalid_key: the name of a field must be 1 to 32 of "
                  "A-Z a-z 0-9 _ and not type");
  CAF_CHECK_EQUAL(at(missing_symbol()), "[symbol] missing: symbol is missing");
  CAF_CHECK_EQUAL(at(missing_fields()),
                  "[] missing: a tick needs at least one field besides "
                  "symbol");
  // A sender's own name is repeated up to 64 bytes, and not within a character.
  CAF_CHECK_EQUAL(bad_name(std::string(63, 'x') + "\xC3\xA9").field,
                  std::string(63, 'x'));
}

} // namespace
