#define CAF_SUITE http.json.json_rules

#include "livegrid/http/json/json_rules.hpp"

#include <string>
#include <string_view>

#include "unit_test.hpp"

using namespace livegrid;
using namespace livegrid::json_rules;
using namespace std::literals;

namespace {

rapidjson::Document parse(std::string_view json) {
  rapidjson::Document result;
  result.Parse(json.data(), json.size());
  CAF_REQUIRE(!result.HasParseError());
  return result;
}

/// Where a text breaks a rule and why; nothing if it keeps it.
std::string check(const rule& x, std::string_view json) {
  auto bad = x(parse(json));
  return bad ? bad->path + " " + bad->reason : "";
}

CAF_TEST(each kind of value says what it must be and what it is) {
  struct {
    rule check;
    std::string_view json;
    std::string_view fault;
  } cases[] = {
    {string(), R"("")", ""},
    {string(), "5", " must be a string, not 5"},
    {string(), "null", " must be a string, not null"},
    {string(1), R"("")", " is empty"},
    {string(1), R"("a")", ""},
    {boolean(), "true", ""},
    {boolean(), "false", ""},
    {boolean(), "0", " must be true or false, not 0"},
    {literal_false(), "false", ""},
    {literal_false(), "true", " must be false, not true"},
    {literal_false(), "null", " must be false, not null"},
    {number(), "-1.5e3", ""},
    {number(), R"("1")", R"( must be a number, not "1")"},
    {number(0, 1), "0", ""},
    {number(0, 1), "1.0", ""},
    {number(0, 1), "1.5", " must be a number from 0 to 1, not 1.5"},
    {number(0, 0.5), "-1", " must be a number from 0 to 0.5, not -1"},
    {number(0, 1), "true", " must be a number from 0 to 1, not true"},
    {at_least(2), "2", ""},
    {at_least(2), "1e300", ""},
    {at_least(2), "1.5", " must be a number of at least 2, not 1.5"},
    {at_least(0.5), "[]", " must be a number of at least 0.5, not an array"},
    {one_of({"a", "b"}), R"("b")", ""},
    {one_of({"a", "b"}), R"("c")", R"( "c" is none of a, b)"},
    {one_of({"a", "b"}), R"("A")", R"( "A" is none of a, b)"},
    {one_of({"a", "b"}), R"("a\u0000")", R"( "a\u0000" is none of a, b)"},
    {one_of({"a", "b"}), "{}", " must be one of a, b, not an object"},
    {any_object(), "{}", ""},
    {any_object(), R"({"x":[]})", ""},
    {any_object(), "[]", " must be an object, not an array"},
  };
  for (auto& c : cases) {
    CAF_MESSAGE(c.json);
    CAF_CHECK_EQUAL(check(c.check, c.json), c.fault);
  }
}

CAF_TEST(a fault within is told with the way to it) {
  auto x = object(
    {required("list", array(record(object({required("min", number())}))))});
  struct {
    std::string_view json;
    std::string_view fault;
  } cases[] = {
    {R"({"list":[]})", ""},
    {R"({"list":[{}]})", ""},
    {R"({"list":[{"a":{"min":1}},{"b":{"min":2}}]})", ""},
    {"5", " must be an object, not 5"},
    {R"({"list":5})", ".list must be an array, not 5"},
    {R"({"list":[{},5]})", ".list[1] must be an object, not 5"},
    {R"({"list":[{"a\n\"b":5}]})",
     R"(.list[0]["a\n\"b"] must be an object, not 5)"},
    {R"({"list":[{"a":{}}]})", R"(.list[0]["a"].min is missing)"},
    {R"({"list":[{"a":{"min":"1"}}]})",
     R"(.list[0]["a"].min must be a number, not "1")"},
    // The first fault counts.
    {R"({"list":[{"a":{"min":1}},{"b":5},{"c":6}]})",
     R"(.list[1]["b"] must be an object, not 5)"},
  };
  for (auto& c : cases) {
    CAF_MESSAGE(c.json);
    CAF_CHECK_EQUAL(check(x, c.json), c.fault);
  }
}

CAF_TEST(a member is required or may be absent or null) {
  auto x = object({required("a", number()), json_rules::optional("b", number()),
                   nullish("c", number())});
  CAF_CHECK_EQUAL(check(x, R"({"a":1})"), "");
  CAF_CHECK_EQUAL(check(x, R"({"a":1,"b":2,"c":3,"d":null})"), "");
  CAF_CHECK_EQUAL(check(x, R"({"a":1,"c":null})"), "");
  CAF_CHECK_EQUAL(check(x, R"({"b":1})"), ".a is missing");
  CAF_CHECK_EQUAL(check(x, R"({"A":1})"), ".a is missing");
  CAF_CHECK_EQUAL(check(x, R"({"a":null})"), ".a must be a number, not null");
  CAF_CHECK_EQUAL(check(x, R"({"a":1,"b":null})"),
                  ".b must be a number, not null");
  CAF_CHECK_EQUAL(check(x, R"({"a":1,"c":true})"),
                  ".c must be a number, not true");
  // In the order of the rules, not in that of the members.
  CAF_CHECK_EQUAL(check(x, R"({"c":"x","b":"x"})"), ".a is missing");
}

CAF_TEST(of choices a fault within tells more than that none fits) {
  auto x = either("a name or a range",
                  {string(1), object({required("min", number())})});
  CAF_CHECK_EQUAL(check(x, R"("a")"), "");
  CAF_CHECK_EQUAL(check(x, R"({"min":1})"), "");
  CAF_CHECK_EQUAL(check(x, "5"), " must be a name or a range, not 5");
  CAF_CHECK_EQUAL(check(x, R"("")"), R"( must be a name or a range, not "")");
  CAF_CHECK_EQUAL(check(x, "{}"), ".min is missing");
  CAF_CHECK_EQUAL(check(x, R"({"min":"1"})"),
                  R"(.min must be a number, not "1")");
  // Of several faults within the first is told.
  auto y = either("a or b", {object({required("a", number())}),
                             object({required("b", number())})});
  CAF_CHECK_EQUAL(check(y, "{}"), ".a is missing");
}

CAF_TEST(all parts are kept in their order) {
  auto x = all({any_object(), object({required("a", number())}),
                object({required("b", number())})});
  CAF_CHECK_EQUAL(check(x, R"({"a":1,"b":2})"), "");
  CAF_CHECK_EQUAL(check(x, "[]"), " must be an object, not an array");
  CAF_CHECK_EQUAL(check(x, "{}"), ".a is missing");
  CAF_CHECK_EQUAL(check(x, R"({"a":1})"), ".b is missing");
  CAF_CHECK_EQUAL(check(all({}), "5"), "");
}

CAF_TEST(members are found by all of their bytes) {
  auto x = parse(R"({"a":"x","a\u0000":"y\u0000z","":7,"n":null})");
  CAF_REQUIRE(find(x, "a"));
  CAF_CHECK_EQUAL(find_string(x, "a").value_or("none"), "x");
  CAF_CHECK_EQUAL(find_string(x, "a\0"sv).value_or("none"), "y\0z"sv);
  CAF_CHECK_EQUAL(find_string(x, "n").value_or("none"), "none");
  CAF_CHECK_EQUAL(find_string(x, "").value_or("none"), "none");
  CAF_REQUIRE(find(x, std::string_view{}));
  CAF_CHECK(find(x, {})->IsNumber());
  CAF_CHECK(find(x, "n")->IsNull());
  CAF_CHECK(!find(x, "b"));
  CAF_CHECK(!find(parse("[1]"), "a"));
  CAF_CHECK(!find(parse("null"), "a"));
  CAF_CHECK_EQUAL(text_of(reference(std::string_view{})), "");
  CAF_CHECK_EQUAL(text_of(reference("a\0b"sv)), "a\0b"sv);
}

CAF_TEST(a value is named by its text if it is short) {
  struct {
    std::string_view json;
    std::string name;
  } cases[] = {
    {"null", "null"},
    {"-1.5", "-1.5"},
    {R"([1])", "an array"},
    {"{}", "an object"},
    {R"("a\"b\n\u0001")", R"("a\"b\n\u0001")"},
  };
  for (auto& c : cases) {
    CAF_MESSAGE(c.json);
    CAF_CHECK_EQUAL(describe(parse(c.json)), c.name);
  }
  auto named = [](const std::string& text) {
    return describe(reference(text));
  };
  std::string longest(48, 'x');
  CAF_CHECK_EQUAL(named(longest), json_rules::quoted(longest));
  CAF_CHECK_EQUAL(named(longest + 'y'), json_rules::quoted(longest) + "...");
  // No character is cut in two.
  std::string most(47, 'x');
  CAF_CHECK_EQUAL(named(most + "\xC3\xA9"), json_rules::quoted(most) + "...");
  CAF_CHECK_EQUAL(named(std::string(45, 'x') + "\xF0\x9F\x98\x80"),
                  json_rules::quoted(std::string(45, 'x')) + "...");
  // Bytes that begin none are none to be kept together.
  CAF_CHECK_EQUAL(named(std::string(60, '\x80')),
                  json_rules::quoted("") + "...");
}

CAF_TEST(values are written compactly or for people) {
  auto x = parse(R"( {"a" : [1, 2.50], "b": {}} )");
  CAF_CHECK_EQUAL(to_json(x), R"({"a":[1,2.5],"b":{}})");
  CAF_CHECK_EQUAL(to_pretty_json(x), "{\n  \"a\": [\n    1,\n    2.5\n  ],\n"
                                     "  \"b\": {}\n}");
  CAF_CHECK_EQUAL(json_rules::quoted("a\r\t\x1f\0\"\\"sv),
                  R"("a\r\t\u001F\u0000\"\\")");
  CAF_CHECK_EQUAL(join({}), "");
  CAF_CHECK_EQUAL(join({"a"}), "a");
  CAF_CHECK_EQUAL(join({"a", "b", "c"}), "a, b, c");
}

} // namespace
