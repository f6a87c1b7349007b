#define CAF_SUITE http.api.api_base

#include "livegrid/http/api/api_base.hpp"

#include <string>

#include <rapidjson/document.h>

#include "unit_test.hpp"

using namespace livegrid;

namespace {

rapidjson::Document parsed(std::string_view json) {
  rapidjson::Document result;
  result.Parse(json.data(), json.size());
  CAF_REQUIRE(!result.HasParseError());
  return result;
}

} // namespace

CAF_TEST(the base of OpenAPI has what several paths refer to and no path) {
  auto x = parsed(openapi_base());
  CAF_CHECK_EQUAL(std::string{x["openapi"].GetString()}, "3.1.0");
  CAF_CHECK(x["paths"].ObjectEmpty());
  for (auto name : {"SymbolName", "Number", "Tick", "Error", "Invalid"})
    CAF_CHECK(x["components"]["schemas"].HasMember(name));
  for (auto name : {"Error", "Invalid"})
    CAF_CHECK(x["components"]["responses"].HasMember(name));
}

CAF_TEST(the base of AsyncAPI has what several channels share and no channel) {
  auto x = parsed(asyncapi_base());
  CAF_CHECK_EQUAL(std::string{x["asyncapi"].GetString()}, "3.0.0");
  CAF_CHECK(x["channels"].ObjectEmpty());
  CAF_CHECK(x["operations"].ObjectEmpty());
  for (auto name : {"Params", "BadInput"})
    CAF_CHECK(x["components"]["messages"].HasMember(name));
}
