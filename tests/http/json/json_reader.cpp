#define CAF_SUITE http.json.json_reader

#include "livegrid/http/json/json_reader.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "livegrid/actors/base/text.hpp"

#include "unit_test.hpp"

using namespace livegrid;
using namespace std::string_view_literals;

namespace {

/// Writes down what it gets.
struct recorder : json_handler {
  std::string log;
  double last = 0;

  void null() override {
    log += "null ";
  }
  void boolean(bool x) override {
    log += x ? "true " : "false ";
  }
  void number(std::string_view text, double x) override {
    log += text;
    log += ' ';
    last = x;
  }
  void string(std::string_view text) override {
    log += '\'';
    log += text;
    log += "' ";
  }
  void key(std::string_view name) override {
    log += name;
    log += ": ";
  }
  void begin_object() override {
    log += "{ ";
  }
  void end_object() override {
    log += "} ";
  }
  void begin_array() override {
    log += "[ ";
  }
  void end_array() override {
    log += "] ";
  }
};

std::string read(std::string_view text) {
  recorder out;
  if (auto error = read_json(text, out)) {
    CAF_CHECK_EQUAL(error->code, errc::malformed);
    return "error: " + error->message;
  }
  return out.log;
}

std::string nested(std::size_t depth) {
  return std::string(depth, '[') + std::string(depth, ']');
}

CAF_TEST(values come in their order) {
  CAF_CHECK_EQUAL(
    read(R"( {"a":[1,-2.50,true,false,null,"x\n\u00e9"],"b":{}} )"),
    "{ a: [ 1 -2.50 true false null 'x\n\xC3\xA9' ] b: { } } ");
  CAF_CHECK_EQUAL(read("\xEF\xBB\xBF[]"), "[ ] ");
  CAF_CHECK_EQUAL(read(R"("\ud83d\ude00")"), "'\xF0\x9F\x98\x80' ");
  CAF_CHECK_EQUAL(read("\"\xED\x9F\xBF\""), "'\xED\x9F\xBF' ");
  CAF_CHECK_EQUAL(read(R"("\u0000")"), "'\0' "sv);
}

CAF_TEST(numbers keep their digits and the nearest double) {
  struct {
    std::string_view text;
    double x;
  } cases[] = {
    {"0", 0},
    {"-0", 0},
    {"4.35", 4.35},
    {"0.1", 0.1},
    {"-1.7976931348623157e308", -1.7976931348623157e308},
    {"123456789012345678901234567890", 123456789012345678901234567890.0},
    {"18446744073709551616", 18446744073709551616.0},
    {"9007199254740993", 9007199254740992.0},
    {"1E+2", 100},
    {"5e-324", 5e-324},
    {"1e-999", 0},
    {"1e-99999999999999999999", 0},
    {"2.2250738585072011e-308", 2.2250738585072011e-308},
    {"0.000000000000000000000000000000000000000001", 1e-42},
  };
  for (auto& c : cases) {
    CAF_MESSAGE(c.text);
    recorder out;
    auto text = std::string{c.text};
    CAF_REQUIRE(!read_json(text, out));
    CAF_CHECK_EQUAL(out.log, text + " ");
    CAF_CHECK(out.last == c.x);
  }
}

CAF_TEST(errors say what and where) {
  struct {
    std::string_view text;
    std::string_view message;
  } cases[] = {
    {"", "empty text at byte 0"},
    {"  ", "empty text at byte 2"},
    {"[1 2]", "Missing a comma or ']' after an array element at byte 3"},
    {"[1,\n 2,\n x]", "Invalid value at byte 9, line 3"},
    {R"({"a" 1})", "Missing a colon after a name of object member at byte 5"},
    {R"({"a":1,})", "Missing a name for object member at byte 7"},
    {R"({a:1})", "Missing a name for object member at byte 1"},
    {"[1] x", "text after the end at byte 4"},
    {"{}{}", "text after the end at byte 2"},
    {"nul", "Invalid value at byte 3"},
    {"NaN", "Invalid value at byte 0"},
    {"[Infinity]", "Invalid value at byte 1"},
    {"+1", "Invalid value at byte 0"},
    {"01", "text after the end at byte 1"},
    {"[1.]", "Miss fraction part in number at byte 3"},
    {"[1e]", "Miss exponent in number at byte 3"},
    {"[1e999]", "number out of range at byte 1"},
    {"[ 10e308]", "number out of range at byte 2"},
    {"[-0.9e309]", "number out of range at byte 1"},
    {R"(["\ud800"])", "The surrogate pair in string is invalid at byte 2"},
    {R"(["\ud800\u0041"])",
     "The surrogate pair in string is invalid at byte 2"},
    {R"(["\udc00"])", "half of a surrogate pair in a string at byte 9"},
    {R"({"\udfff":1})", "half of a surrogate pair in a name at byte 9"},
    {R"(["\x"])", "Invalid escape character in string at byte 2"},
    {R"(["abc)", "Missing a closing quotation mark in string at byte 5"},
    {"[\"a\nb\"]", "Invalid escape character in string at byte 3, line 1"},
    {"[\"\xFF\"]", "Invalid encoding in string at byte 2"},
    {"[\"\xC0\x80\"]", "Invalid encoding in string at byte 2"},
    {"[\"\xED\xA0\x80\"]", "Invalid encoding in string at byte 2"},
    {"[1,\0 2]"sv, "a NUL byte at byte 3"},
    {"[1]\0"sv, "text after the end at byte 3"},
    {"[\"a\0b\"]"sv, "a NUL byte at byte 3"},
    {"{\"a\"\0:1}"sv, "a NUL byte at byte 4"},
    {"\0"sv, "a NUL byte at byte 0"},
    {"\xEF\xBB\xBF\xEF\xBB\xBF[]", "Invalid value at byte 3"},
    {"[1/*c*/]", "Missing a comma or ']' after an array element at byte 2"},
  };
  for (auto& c : cases) {
    CAF_MESSAGE(c.text);
    CAF_CHECK_EQUAL(read(c.text), "error: " + std::string{c.message});
  }
}

CAF_TEST(depth is limited) {
  CAF_CHECK_EQUAL(read(nested(max_json_depth)).find("error"),
                  std::string::npos);
  CAF_CHECK_EQUAL(read(nested(max_json_depth + 1)),
                  "error: nested too deeply at byte 32");
  CAF_CHECK_EQUAL(read(std::string(1'000'000, '[')),
                  "error: nested too deeply at byte 32");
  std::string objects;
  for (int i = 0; i < 100'000; ++i)
    objects += "{\"a\":";
  CAF_CHECK_EQUAL(read(objects), "error: nested too deeply at byte 160");
}

CAF_TEST(huge tokens) {
  std::string digits(1'000'000, '7');
  CAF_CHECK_EQUAL(read(digits), "error: number out of range at byte 0");
  auto fraction = "0." + digits;
  CAF_CHECK_EQUAL(read(fraction), fraction + " ");
  auto tiny = "0." + std::string(1000, '0') + "1";
  CAF_CHECK_EQUAL(read(tiny), tiny + " ");
  CAF_CHECK_EQUAL(read("\"" + digits + "\""), "'" + digits + "' ");
}

/// What `for_each_object` makes of a text, each object with its line before it.
std::string read_objects(std::string_view text) {
  recorder out;
  auto begin = [&](std::int64_t line) {
    out.log += std::to_string(line) + ' ';
  };
  auto read = for_each_object(text, out, begin);
  if (!read) {
    CAF_CHECK_EQUAL(read.error().code, errc::malformed);
    return out.log + "error: " + read.error().message;
  }
  return out.log + (*read == object_layout::single ? "single" : "lines");
}

CAF_TEST(objects come one by one with the numbers of their lines) {
  CAF_CHECK_EQUAL(read_objects("{}"), "0 { } single");
  CAF_CHECK_EQUAL(read_objects("\xEF\xBB\xBF \n {\"a\":\n1}\n\n"),
                  "1 { a: 1 } single");
  CAF_CHECK_EQUAL(read_objects("{\"a\":1}\n\n \t\r\n{\"b\":2}"),
                  "0 { a: 1 } 3 { b: 2 } lines");
  CAF_CHECK_EQUAL(read_objects("{}\n{} \n"), "0 { } 1 { } lines");
}

CAF_TEST(objects that share a line are a fault) {
  CAF_CHECK_EQUAL(read_objects("{\n}\n{}"),
                  "0 { } error: text after the object at byte 4, line 3");
  CAF_CHECK_EQUAL(read_objects("{} x\n"),
                  "0 { } error: text after the object of this line at byte 3, "
                  "line 1");
  CAF_CHECK_EQUAL(read_objects("{}{}"),
                  "0 { } error: text after the object of this line at byte 2 "
                  "(curl -d joins lines: send them by --data-binary)");
  // The second of them goes over two lines.
  CAF_CHECK_EQUAL(read_objects("{}\n{\n}"),
                  "0 { } 1 { error: Missing a name for object member at byte "
                  "4, line 2");
}

CAF_TEST(what a text says begins behind a mark and blanks) {
  CAF_CHECK(first_of_json("") == std::nullopt);
  CAF_CHECK(first_of_json("\xEF\xBB\xBF \r\n\t") == std::nullopt);
  CAF_CHECK(first_of_json("\xEF\xBB\xBF [1]") == '[');
  CAF_CHECK(first_of_json("{") == '{');
}

struct ignore_all : json_handler {
  void null() override {
  }
  void boolean(bool) override {
  }
  void number(std::string_view, double) override {
  }
  void string(std::string_view) override {
  }
  void key(std::string_view) override {
  }
  void begin_object() override {
  }
  void end_object() override {
  }
  void begin_array() override {
  }
  void end_array() override {
  }
};

CAF_TEST(every pair of bytes makes valid JSON) {
  ignore_all handler;
  for (int a = 0; a < 256; ++a)
    for (int b = 0; b < 256; ++b) {
      char text[] = {static_cast<char>(a), static_cast<char>(b)};
      std::string json;
      append_json_string(json, {text, 2});
      if (auto error = read_json(json, handler))
        CAF_FAIL("bytes " << a << " " << b << ": " << error->message);
    }
}

} // namespace
