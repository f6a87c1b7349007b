#define CAF_SUITE http.cluster.member_json

#include "livegrid/http/cluster/member_json.hpp"

#include <string>
#include <string_view>

#include "unit_test.hpp"

using namespace livegrid;

namespace {

constexpr std::string_view good =
  R"({"instance":"0123456789abcdef0123456789abcdef","address":"10.0.0.1",)"
  R"("port":7781,"owns_symbols":true,"serves_http":false,"protocol":3})";

/// `good` with `what`, which must be in it, replaced.
std::string with(std::string_view what, std::string_view by) {
  std::string result{good};
  auto i = result.find(what);
  CAF_REQUIRE_NOT_EQUAL(i, std::string::npos);
  return result.replace(i, what.size(), by);
}

std::string fault(std::string_view name, std::string_view text) {
  auto result = parse_member(name, text);
  return result ? "none" : result.error();
}

CAF_TEST(members are read as they were written) {
  auto parsed = parse_member("a", good);
  CAF_REQUIRE(parsed);
  auto& x = *parsed;
  CAF_CHECK_EQUAL(x.name, "a");
  CAF_CHECK_EQUAL(x.instance, "0123456789abcdef0123456789abcdef");
  CAF_CHECK_EQUAL(x.address, "10.0.0.1");
  CAF_CHECK_EQUAL(x.port, 7781u);
  CAF_CHECK(x.owns_symbols);
  CAF_CHECK(!x.serves_http);
  CAF_CHECK_EQUAL(x.protocol, 3u);
  CAF_CHECK_EQUAL(to_json(x), good);
  x.owns_symbols = false;
  x.protocol = 4294967295;
  CAF_CHECK(*parse_member("a", to_json(x)) == x);
}

CAF_TEST(pinned symbols are read as they were written) {
  auto x = *parse_member("a", good);
  x.pinned = {*symbol_name::parse("AAPL"), *symbol_name::parse("BRK.B")};
  auto text = to_json(x);
  CAF_CHECK(*parse_member("a", text) == x);
  CAF_CHECK_EQUAL(fault("a", with("}", R"(,"pinned":"A"})")),
                  "pinned must be a list");
  CAF_CHECK_EQUAL(fault("a", with("}", R"(,"pinned":["a,b"]})")),
                  "pinned must be names of symbols");
  CAF_CHECK_EQUAL(fault("a", with("}", R"(,"pinned":["B","A"]})")),
                  "its instance, address or pinned symbols cannot be");
}

CAF_TEST(later versions may say more) {
  CAF_CHECK_EQUAL(fault("a", with("{", R"({"zone":["x",{"y":1}],)")), "none");
}

CAF_TEST(what is no member is refused with a reason) {
  CAF_CHECK_EQUAL(fault("a b", good), "its name cannot be one");
  CAF_CHECK_EQUAL(fault("", good), "its name cannot be one");
  CAF_CHECK_EQUAL(fault("a/b", good), "its name cannot be one");
  CAF_CHECK_EQUAL(fault("a", with("7781", "7781.5")),
                  "its port and protocol must be whole numbers");
  CAF_CHECK_EQUAL(fault("a", with("10.0.0.1", "a b")),
                  "its instance, address or pinned symbols cannot be");
  CAF_CHECK_EQUAL(fault("a", with("0123", "X123")),
                  "its instance, address or pinned symbols cannot be");
  CAF_CHECK_EQUAL(fault("a", std::string(max_member_json + 1, ' ')),
                  "is larger than 8192 bytes");
  for (auto text :
       {std::string{}, std::string{"{"}, std::string{"[]"}, std::string{"null"},
        std::string{"{}"}, std::string(1000, '['), with("7781", "0"),
        with("7781", "65536"), with("7781", "-1"), with("7781", "\"1\""),
        with("true", "1"), with("\"protocol\":3", "\"protocol\":4294967296"),
        with("\"port\":7781,", ""),
        with("\"port\":7781", "\"port\":1,\"port\":2"),
        std::string{good} + "x"}) {
    CAF_MESSAGE(text);
    CAF_CHECK_NOT_EQUAL(fault("a", text), "none");
  }
}

} // namespace
