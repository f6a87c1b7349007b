#define CAF_SUITE http.access.keys_file

#include "livegrid/http/access/keys_file.hpp"

#include <chrono>
#include <string>
#include <string_view>

#include "livegrid/http/system/secret.hpp"

#include "temp_file.hpp"

#include "unit_test.hpp"

using namespace livegrid;
using namespace livegrid::test;
using namespace std::chrono_literals;

namespace {

/// A key named alice with these members instead of its own.
std::string keys_with(std::string_view member, std::string_view value) {
  struct {
    std::string_view name;
    std::string value;
  } members[] = {
    {"name", R"("alice")"},
    {"hash", "\"sha256:" + to_hex(sha256("secret")) + '"'},
    {"scopes", R"(["read", "publish"])"},
    {"symbols", R"(["AAPL", "MS*"])"},
    {"created", R"("2026-01-31T12:00:00Z")"},
    {"expires", R"("2027-01-31T12:00:00Z")"},
    {"limits", R"({"requests": 50})"},
  };
  std::string result;
  for (auto& x : members) {
    if (x.name == member)
      x.value = value;
    if (!x.value.empty())
      result += (result.empty() ? "\"" : ", \"") + std::string{x.name}
                + "\": " + x.value;
  }
  return "{\"keys\": [{" + result + "}]}";
}

/// What is wrong with keys; empty if nothing is.
std::string fault_of(std::string_view text) {
  auto read = parse_keys(text);
  return read ? "" : read.error();
}

} // namespace

CAF_TEST(a key is read with all that it has) {
  auto keys = parse_keys(keys_with("", ""));
  CAF_REQUIRE(keys);
  CAF_REQUIRE_EQUAL(keys->size(), 1u);
  const auto& x = *keys->at("alice");
  CAF_CHECK_EQUAL(x.name, "alice");
  CAF_CHECK(x.hash == sha256("secret"));
  CAF_CHECK(x.may(scope::read));
  CAF_CHECK(x.may(scope::publish));
  CAF_CHECK(!x.may(scope::operate));
  CAF_CHECK_EQUAL(x.symbols->patterns().size(), 2u);
  CAF_CHECK(x.created == access_key::seconds{1'769'860'800s});
  CAF_REQUIRE(x.expires);
  CAF_CHECK(*x.expires == access_key::seconds{1'801'396'800s});
  CAF_CHECK_EQUAL(x.limits.requests, 50u);
  CAF_CHECK_EQUAL(x.limits.connections, 0u);
}

CAF_TEST(what may be missing may) {
  CAF_CHECK_EQUAL(fault_of(R"({"keys": []})"), "");
  CAF_CHECK_EQUAL(fault_of(keys_with("expires", "")), "");
  CAF_CHECK_EQUAL(fault_of(keys_with("limits", "")), "");
  CAF_CHECK_EQUAL(fault_of(keys_with("limits", "{}")), "");
}

CAF_TEST(what is wrong is said in one line with its place) {
  struct {
    std::string_view member;
    std::string_view value;
    std::string_view why;
  } cases[] = {
    {"name", R"("a b")",
     "keys[0].name: must be 1 to 64 letters, digits, '-' and '_'"},
    {"name", "1", "keys[0].name: must be a string, not 1"},
    {"name", "", "keys[0].name: is missing"},
    {"hash", R"("sha256:ab")",
     "keys[0].hash: must be sha256: and 64 hexadecimal digits"},
    {"scopes", R"(["write"])",
     "keys[0].scopes[0]: \"write\" is none of read, publish, operate"},
    {"symbols", R"([""])", "keys[0].symbols[0]: is empty"},
    {"created", R"("yesterday")", "keys[0].created: is no ISO 8601 time"},
    {"expires", R"("2027-02-30")", "keys[0].expires: is no ISO 8601 time"},
    {"limits", R"({"ticks": 0.5})",
     "keys[0].limits.ticks: must be a whole number"},
  };
  for (auto& c : cases)
    CAF_CHECK_EQUAL(fault_of(keys_with(c.member, c.value)), c.why);
  CAF_CHECK_EQUAL(fault_of("[]"), "must be an object, not an array");
  CAF_CHECK(fault_of("{\n").starts_with("line 2: "));
}

CAF_TEST(a name is there once) {
  auto one = keys_with("", "");
  auto begin = one.find('{', 1);
  auto key = one.substr(begin, one.rfind(']') - begin);
  CAF_CHECK_EQUAL(fault_of("{\"keys\": [" + key + ", " + key + "]}"),
                  "keys[1].name: alice is there twice");
}

CAF_TEST(keys are written as they are read) {
  auto first = *parse_keys(keys_with("", ""));
  auto text = to_json(first);
  auto second = *parse_keys(text);
  CAF_CHECK_EQUAL(to_json(second), text);
  const auto& x = *second.at("alice");
  CAF_CHECK(x.hash == first.at("alice")->hash);
  CAF_CHECK(x.expires == first.at("alice")->expires);
  CAF_CHECK_EQUAL(x.limits.requests, 50u);
  CAF_CHECK_EQUAL(to_json({}), "{\"keys\": [\n]}\n");
}

CAF_TEST(a file that is no good is named) {
  temp_file broken{"{", ".json"};
  auto read = read_keys_file(broken.path());
  CAF_REQUIRE(!read);
  CAF_CHECK(read.error().starts_with(broken.path() + ": "));
  read = read_keys_file(broken.path() + ".none");
  CAF_REQUIRE(!read);
  CAF_CHECK_EQUAL(read.error(),
                  broken.path() + ".none: No such file or directory");
}
