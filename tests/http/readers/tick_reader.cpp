#define CAF_SUITE http.readers.tick_reader

#include "livegrid/http/readers/tick_reader.hpp"

#include <cstdint>
#include <string>
#include <string_view>

#include "unit_test.hpp"

using namespace livegrid;
using namespace std::string_literals;

namespace {

parsed_ticks accept(std::string_view body) {
  auto result = read_ticks(body);
  if (!result)
    CAF_FAIL("refused: " << result.error().message);
  return *std::move(result);
}

tick one(std::string_view body) {
  auto result = accept(body);
  CAF_REQUIRE(result.single);
  CAF_REQUIRE_EQUAL(result.ticks.size(), 1u);
  return result.ticks.front();
}

refusal refuse(std::string_view body) {
  auto result = read_ticks(body);
  if (result)
    CAF_FAIL("accepted");
  return std::move(result).error();
}

/// A tick with one more field.
std::string with(std::string_view field) {
  return R"({"symbol":"A",)" + std::string{field} + "}";
}

CAF_TEST(forms) {
  struct {
    std::string_view body;
    std::size_t ticks;
    bool single;
  } cases[] = {
    {R"({"symbol":"A","price":1})", 1, true},
    {"\n {\"symbol\":\"A\",\n \"price\":1\n}\r\n\n", 1, true},
    {"\xEF\xBB\xBF{\"symbol\":\"A\",\"price\":1}", 1, true},
    {"[]", 0, false},
    {" [ ] ", 0, false},
    {R"([{"symbol":"A","price":1}])", 1, false},
    {"\xEF\xBB\xBF "
     "[{\"symbol\":\"A\",\"price\":1},\n{\"symbol\":\"B\",\"seq\":1}]",
     2, false},
    {"{\"symbol\":\"A\",\"price\":1}\n{\"symbol\":\"B\",\"price\":1}", 2,
     false},
    {"\xEF\xBB\xBF\n\n{\"symbol\":\"A\",\"price\":1} \r\n\r\n \t\n"
     "  {\"symbol\":\"B\",\"price\":1}\r\n\n",
     2, false},
  };
  for (auto& c : cases) {
    CAF_MESSAGE(c.body);
    auto x = accept(c.body);
    CAF_CHECK_EQUAL(x.ticks.size(), c.ticks);
    CAF_CHECK_EQUAL(x.single, c.single);
  }
}

CAF_TEST(fields) {
  auto x = one(R"({"symbol":"BRK.B","price":1.5,"volume":2,"size":3,
    "prev_close":4,"open":5,"high":6,"low":0,"bid":8,"ask":9,"bid_size":10,
    "ask_size":11,"market_cap":1e18,"time":1700000000.25,"seq":7,
    "change":"x","change_percent":[1,{"a":[]}],"date":{"b":null},
    "note":"q\"uote","flag":true,"off":false,"none":null,"ratio":1.50,
    "big":123456789012345678901234567890,"zero":-0,"e":1e3})");
  CAF_CHECK_EQUAL(x.symbol.str(), "BRK.B");
  CAF_CHECK_EQUAL(x.given, 0x0FFF);
  double values[] = {1.5, 2, 3, 4, 5, 6, 0, 8, 9, 10, 11, 1e18};
  for (std::size_t i = 0; i < num_fields; ++i)
    CAF_CHECK_EQUAL(x.values[i], values[i]);
  CAF_REQUIRE(x.time);
  CAF_CHECK_EQUAL(x.time->time_since_epoch().count(),
                  1'700'000'000'250'000'000);
  CAF_CHECK_EQUAL(x.seq.value_or(-1), 7);
  std::vector<extra_cell> extras{
    {"note", R"("q\"uote")"},
    {"flag", "true"},
    {"off", "false"},
    {"none", "null"},
    {"ratio", "1.5"},
    {"big", "123456789012345678901234567890"},
    {"zero", "0"},
    {"e", "1000"},
  };
  CAF_REQUIRE_EQUAL(x.extras.size(), extras.size());
  for (std::size_t i = 0; i < extras.size(); ++i) {
    CAF_CHECK_EQUAL(x.extras[i].name, extras[i].name);
    CAF_CHECK_EQUAL(x.extras[i].json, extras[i].json);
  }
}

CAF_TEST(numeric strings) {
  auto x = one(with(R"("price":"150.25","volume":"0","seq":"12",
                       "time":"1700000000000","open":"1e2")"));
  CAF_CHECK_EQUAL(x.get(field::price), 150.25);
  CAF_CHECK(x.has(field::volume));
  CAF_CHECK_EQUAL(x.get(field::open), 100);
  CAF_CHECK_EQUAL(x.seq.value_or(-1), 12);
  CAF_CHECK_EQUAL(x.time->time_since_epoch().count(),
                  1'700'000'000'000'000'000);
  x = one(with(R"("time":"20231114T221320Z")"));
  CAF_CHECK_EQUAL(x.time->time_since_epoch().count(),
                  1'700'000'000'000'000'000);
  x = one(with(R"("time":"2023-11-14T22:13:20Z")"));
  CAF_CHECK_EQUAL(x.time->time_since_epoch().count(),
                  1'700'000'000'000'000'000);
}

CAF_TEST(sequence numbers) {
  struct {
    std::string_view text;
    std::int64_t seq;
  } good[] = {
    {"0", 0},
    {"-0", 0},
    {"5.0", 5},
    {"1e3", 1000},
    {"\"42\"", 42},
    {"9007199254740993", 9007199254740993},
    {"9223372036854775807", 9223372036854775807},
  };
  for (auto& c : good) {
    CAF_MESSAGE(c.text);
    CAF_CHECK_EQUAL(
      one(with("\"seq\":" + std::string{c.text})).seq.value_or(-1), c.seq);
  }
  for (auto text : {"-1", "1.5", "9223372036854775808", "1e17", "\"\"", "true",
                    "\"x\"", "[1]"}) {
    CAF_MESSAGE(text);
    CAF_CHECK_EQUAL(refuse(with("\"seq\":" + std::string{text})).field, "seq");
  }
}

CAF_TEST(null is not given) {
  auto x = one(with(R"("price":null,"time":null,"seq":null,"volume":1)"));
  CAF_CHECK(!x.has(field::price));
  CAF_CHECK(!x.time);
  CAF_CHECK(!x.seq);
  CAF_CHECK_EQUAL(refuse(with(R"("price":null)")).type, "missing");
  CAF_CHECK_EQUAL(refuse(R"({"symbol":null,"price":1})").field, "symbol");
}

CAF_TEST(cells are taken back) {
  auto bit = [](field f) { return 1u << static_cast<unsigned>(f); };
  auto x = one(with(R"("clear":["high","low","note"],"price":1)"));
  CAF_CHECK_EQUAL(x.cleared, bit(field::high) | bit(field::low));
  CAF_CHECK_EQUAL(x.given, bit(field::price));
  CAF_REQUIRE_EQUAL(x.extras.size(), 1u);
  CAF_CHECK_EQUAL(x.extras[0].name, "note");
  CAF_CHECK_EQUAL(x.extras[0].json, "null");
  // What else is there counts, wherever it stands.
  for (auto text :
       {R"("mood":"x","clear":["mood"])", R"("clear":["mood"],"mood":"x")",
        R"("clear":["high"],"mood":"x","clear":["mood","mood"])"}) {
    CAF_MESSAGE(text);
    x = one(with(text));
    CAF_CHECK_EQUAL(x.cleared, 0u);
    CAF_CHECK(x.extras == (std::vector<extra_cell>{{"mood", "\"x\""}}));
  }
  CAF_CHECK(
    one(with(R"("clear":["note"],"clear":["open"],"bid":1)")).extras.empty());
  CAF_CHECK(
    one(with(R"("clear":["note"],"clear":null,"bid":1)")).extras.empty());
  // It is enough for a tick, and the last of two counts.
  CAF_CHECK_EQUAL(one(with(R"("clear":["open"],"clear":["volume"])")).cleared,
                  bit(field::volume));
  CAF_CHECK_EQUAL(one(with(R"("clear":["open"],"clear":null,"bid":1)")).cleared,
                  0u);
  CAF_CHECK_EQUAL(accept(R"([{"symbol":"A","clear":["open"]},)"
                         R"({"symbol":"B","price":1}])")
                    .ticks.at(1)
                    .cleared,
                  0u);
  for (auto wrong :
       {R"("clear":"high")", R"("clear":1)", R"("clear":true)",
        R"("clear":{"high":1})", R"("clear":["high",1])",
        R"("clear":[["high"]])", R"("clear":[{"x":1}])", R"("clear":[null])"}) {
    CAF_MESSAGE(wrong);
    CAF_CHECK_EQUAL(refuse(with(wrong)).message,
                    "clear must be an array of names");
  }
  for (auto name :
       {"symbol", "time", "seq", "date", "change", "freshness", "", "no name"})
    CAF_CHECK(refuse(with("\"clear\":[\"" + std::string{name} + "\"]"))
                .message.starts_with("clear cannot take back "));
}

CAF_TEST(of a key given twice the last counts) {
  auto x = one(R"({"symbol":"A","price":1,"symbol":"B","price":2,"x":1,"y":2,
                   "x":"z"})");
  CAF_CHECK_EQUAL(x.symbol.str(), "B");
  CAF_CHECK_EQUAL(x.get(field::price), 2);
  CAF_REQUIRE_EQUAL(x.extras.size(), 2u);
  CAF_CHECK_EQUAL(x.extras[0].json, "\"z\"");
  x = one(with(R"("price":1,"volume":2,"price":null)"));
  CAF_CHECK(!x.has(field::price));
  // Also where the first value cannot be.
  x =
    one(with(R"("price":-1e19,"x":[1],"seq":"x","price":3,"x":1,"seq":null)"));
  CAF_CHECK_EQUAL(x.get(field::price), 3);
  x = one(R"({"symbol":"*","symbol":"A","price":1})");
  CAF_CHECK_EQUAL(x.symbol.str(), "A");
  CAF_CHECK_EQUAL(refuse(with(R"("price":1,"price":-1e19)")).field, "price");
  CAF_CHECK_EQUAL(refuse(R"({"symbol":"A","symbol":null,"price":1})").type,
                  "missing");
}

CAF_TEST(computed cells are ignored but count as a field) {
  for (auto field : {"\"change\":1", "\"change_percent\":\"x\"", "\"date\":{}",
                     "\"date\":[[1]]", "\"change\":null"}) {
    CAF_MESSAGE(field);
    CAF_CHECK(one(with(field)).empty());
  }
}

CAF_TEST(values that cannot be) {
  struct {
    std::string body;
    std::int64_t element;
    std::string_view field;
    std::string_view type;
  } cases[] = {
    {with("\"price\":-1e19"), -1, "price", "greater_than_equal"},
    {with("\"price\":\"-1e19\""), -1, "price", "greater_than_equal"},
    {with("\"prev_close\":-1e19"), -1, "prev_close", "greater_than_equal"},
    {with("\"volume\":-1"), -1, "volume", "greater_than_equal"},
    {with("\"bid_size\":-0.01"), -1, "bid_size", "greater_than_equal"},
    {with("\"price\":1.1e18"), -1, "price", "less_than_equal"},
    {with("\"price\":true"), -1, "price", "float_type"},
    {with("\"price\":[1]"), -1, "price", "float_type"},
    {with("\"price\":{\"symbol\":\"B\"}"), -1, "price", "float_type"},
    {with("\"price\":\"\""), -1, "price", "float_parsing"},
    {with("\"price\":\"1,5\""), -1, "price", "float_parsing"},
    {with("\"price\":\" 1\""), -1, "price", "float_parsing"},
    {with("\"price\":\"NaN\""), -1, "price", "float_parsing"},
    {with("\"price\":\"1e999\""), -1, "price", "float_parsing"},
    {with("\"price\":\"0x10\""), -1, "price", "float_parsing"},
    {with("\"time\":\"yesterday\""), -1, "time", "datetime_parsing"},
    {with("\"time\":1e30"), -1, "time", "datetime_parsing"},
    {with("\"time\":20240102"), -1, "time", "datetime_parsing"},
    {with("\"time\":0"), -1, "time", "datetime_parsing"},
    {with("\"time\":false"), -1, "time", "datetime_type"},
    {with("\"x\":[]"), -1, "x", "scalar_type"},
    {with("\"x\":{\"y\":1}"), -1, "x", "scalar_type"},
    {with("\"x y\":1"), -1, "x y", "invalid_key"},
    {with("\"type\":1"), -1, "type", "invalid_key"},
    {with("\"\":1"), -1, "", "invalid_key"},
    {with("\"" + std::string(33, 'x') + "\":null"), -1,
     std::string_view{"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"}, "invalid_key"},
    {with("\"x\":\"" + std::string(257, 'x') + "\""), -1, "x",
     "string_too_long"},
    {R"({"price":1})", -1, "symbol", "missing"},
    {R"({"symbol":"A"})", -1, "", "missing"},
    {"{}", -1, "symbol", "missing"},
    {R"({"symbol":1,"price":1})", -1, "symbol", "string_type"},
    {R"({"symbol":["A"],"price":1})", -1, "symbol", "string_type"},
    {R"({"symbol":"","price":1})", -1, "symbol", "string_pattern_mismatch"},
    {R"({"symbol":" A","price":1})", -1, "symbol", "string_pattern_mismatch"},
    {R"({"symbol":"A\u0000","price":1})", -1, "symbol",
     "string_pattern_mismatch"},
    {"{\"symbol\":\"" + std::string(65, 'A') + "\",\"price\":1}", -1, "symbol",
     "string_pattern_mismatch"},
    {"1", -1, "", "dict_type"},
    {"\"x\"", -1, "", "dict_type"},
    {"null", -1, "", "dict_type"},
    {"[1]", 0, "", "dict_type"},
    {"[{\"symbol\":\"A\",\"price\":1},[{\"symbol\":\"A\",\"price\":1}]]", 1, "",
     "dict_type"},
    {"[{\"symbol\":\"A\",\"price\":1},{\"symbol\":\"A\",\"price\":-1e19},"
     "{\"symbol\":\"A\",\"bid\":-1}]",
     1, "price", "greater_than_equal"},
    {"[{\"symbol\":\"A\",\"bid_size\":-1,\"price\":-1e19}]", 0, "bid_size",
     "greater_than_equal"},
    {"[{\"symbol\":\"A\",\"price\":1},{\"price\":1}]", 1, "symbol", "missing"},
    {"\n{\"symbol\":\"A\",\"price\":1}\n\n{\"symbol\":\"A\",\"price\":-1e19}",
     3, "price", "greater_than_equal"},
    {"{\"symbol\":\"A\",\"price\":-1e19}\n{\"symbol\":\"A\",\"price\":1}", 0,
     "price", "greater_than_equal"},
    {"\n\n{\"symbol\":\"A\",\"price\":-1e19}\n", -1, "price",
     "greater_than_equal"},
    {"{\"symbol\":\"A\",\"price\":1}\n5\n", 1, "", "dict_type"},
    {"{\"symbol\":\"A\",\"price\":1}\n[]\n", 1, "", "dict_type"},
  };
  for (auto& c : cases) {
    CAF_MESSAGE(c.body);
    auto x = refuse(c.body);
    CAF_CHECK_EQUAL(x.code, errc::invalid);
    CAF_CHECK_EQUAL(x.element, c.element);
    CAF_CHECK_EQUAL(x.field, c.field);
    CAF_CHECK_EQUAL(x.type, c.type);
    CAF_CHECK(!x.message.empty());
  }
  CAF_CHECK_EQUAL(refuse(with("\"price\":-1e19")).message,
                  "price must not be below -1e18");
  CAF_CHECK_EQUAL(
    refuse(with("\"x\":\"" + std::string(257, 'x') + "\"")).message,
    "x must have at most 256 bytes");
}

CAF_TEST(what is not JSON) {
  struct {
    std::string body;
    std::string_view message;
  } cases[] = {
    {"", "empty body"},
    {" \r\n\t", "empty body"},
    {"\xEF\xBB\xBF", "empty body"},
    {"hello", "Invalid value at byte 0"},
    {"[" + with("\"price\":1") + ",]", "Invalid value at byte 26"},
    {with("\"price\":1e999"), "number out of range at byte 22"},
    {with("\"change\":1e999"), "number out of range at byte 23"},
    {with("\"price\":NaN"), "Invalid value at byte 22"},
    // A fault of the JSON behind a value that cannot be.
    {"[" + with("\"price\":-1e19") + ",{]",
     "Missing a name for object member at byte 31"},
    {with("\"price\":1") + " " + with("\"price\":1"),
     "text after the object of this line at byte 25"},
    // So curl sends lines that it has joined.
    {with("\"price\":1") + with("\"price\":1"),
     "text after the object of this line at byte 24 (curl -d joins lines: send "
     "them by --data-binary)"},
    {with("\"price\":1") + "x",
     "text after the object of this line at byte 24"},
    {with("\"price\":1") + "\n" + with("\"price\":1") + " ,\n",
     "text after the object of this line at byte 50, line 2"},
    {with("\"price\":1") + "\n\n{\"symbol\":\"A\",\n\"price\":1}",
     "Missing a name for object member at byte 40, line 3"},
    {"{\"symbol\":\"A\",\n\"price\":1}\n" + with("\"price\":1"),
     "text after the object at byte 26, line 3"},
    {with("\"price\":1") + "\n\0"s, "a NUL byte at byte 25, line 2"},
    {std::string(1'000'000, '['), "nested too deeply at byte 32"},
    {with("\"date\":" + std::string(1000, '[')),
     "nested too deeply at byte 52"},
    {with("\"x\":\"\\ud800\""),
     "The surrogate pair in string is invalid at byte 19"},
    {with("\"x\":\"\xC3\""), "Invalid encoding in string at byte 19"},
  };
  for (auto& c : cases) {
    CAF_MESSAGE(c.message);
    auto x = refuse(c.body);
    CAF_CHECK_EQUAL(x.code, errc::malformed);
    CAF_CHECK_EQUAL(x.message, c.message);
  }
}

CAF_TEST(limits of extra cells) {
  std::string fields;
  for (int i = 0; i < 64; ++i)
    fields += "\"x" + std::to_string(i) + "\":1,";
  CAF_CHECK_EQUAL(one(with(fields + "\"x7\":2")).extras.size(), 64u);
  auto fault = refuse(with(fields + "\"y\":2"));
  CAF_CHECK_EQUAL(fault.field, "y");
  CAF_CHECK_EQUAL(fault.type, "too_long");
  auto name = std::string(32, 'n');
  auto x = one(with("\"" + name + "\":1"));
  CAF_CHECK_EQUAL(x.extras[0].name, name);
  // The limit is on the text, not on how it is written.
  std::string escaped;
  for (int i = 0; i < 128; ++i)
    escaped += "\\u00e9";
  x = one(with("\"x\":\"" + escaped + "\""));
  CAF_CHECK_EQUAL(x.extras[0].json.size(), 258u);
  CAF_CHECK_EQUAL(refuse(with("\"x\":\"" + escaped + "y\"")).field, "x");
  // Long names are not sent back as they are.
  fault = refuse(with("\"" + std::string(100'000, 'n') + "\":1"));
  CAF_CHECK_EQUAL(fault.field.size(), 64u);
  CAF_CHECK_LESS(fault.message.size(), 200u);
}

} // namespace
