#define CAF_SUITE http.operator.console_wire

#include "livegrid/http/operator/console_wire.hpp"

#include "unit_test.hpp"

using namespace livegrid;

namespace {

console_answer made_answer() {
  console_answer x;
  x.parts.push_back({"symbol",
                     "AAPL",
                     {{"price", fact_value::json("150.50")},
                      {"freshness", fact_value::json("\"live\"")},
                      {"looks", "17"},
                      {"big", std::uint64_t{UINT64_MAX}},
                      {"on", true},
                      {"none", fact_value::json("null")}},
                     {}});
  x.lists.push_back({.title = "t\n\"x\"",
                     .columns = {"a", "b"},
                     .rows = {{"1", "\xE2\x82\xAC"}, {"", "\x01"}},
                     .total = 1000,
                     .page = 2,
                     .pages = 20});
  x.note = "done";
  return x;
}

bool refused(std::string_view text) {
  return !console_line::parse(text);
}

} // namespace

CAF_TEST(an answer comes as it went) {
  console_line x;
  x.answer = made_answer();
  auto text = x.str();
  CAF_CHECK_EQUAL(text.find('\n'), std::string::npos);
  auto y = console_line::parse(text);
  CAF_REQUIRE(y && y->answer);
  CAF_CHECK(y->answer->parts == x.answer->parts);
  const auto& list = y->answer->lists.at(0);
  CAF_CHECK_EQUAL(list.title, x.answer->lists[0].title);
  CAF_CHECK(list.columns == x.answer->lists[0].columns);
  CAF_CHECK(list.rows == x.answer->lists[0].rows);
  CAF_CHECK_EQUAL(list.total, 1000u);
  CAF_CHECK_EQUAL(list.page, 2u);
  CAF_CHECK_EQUAL(list.pages, 20u);
  CAF_CHECK_EQUAL(y->answer->note, "done");
}

CAF_TEST(the other lines come as they went too) {
  console_line x;
  x.protocol = console_protocol;
  x.wants_proof = true;
  x.nonce = "ab";
  auto y = console_line::parse(x.str());
  CAF_REQUIRE(y);
  CAF_CHECK_EQUAL(y->protocol, console_protocol);
  CAF_CHECK(y->wants_proof);
  CAF_CHECK_EQUAL(y->nonce, "ab");
  console_line proof;
  proof.key = "boss";
  proof.proof = "cd";
  y = console_line::parse(proof.str());
  CAF_REQUIRE(y);
  CAF_CHECK_EQUAL(y->key, "boss");
  CAF_CHECK_EQUAL(y->proof, "cd");
  CAF_CHECK(!y->wants_proof);
  console_line ask;
  ask.ask = "log \"debug\"";
  y = console_line::parse(ask.str());
  CAF_REQUIRE(y && y->ask);
  CAF_CHECK_EQUAL(*y->ask, "log \"debug\"");
}

CAF_TEST(what is none of these is refused) {
  CAF_CHECK(refused(""));
  CAF_CHECK(refused("GET / HTTP/1.1"));
  CAF_CHECK(refused("[]"));
  CAF_CHECK(refused(R"({"ask":1})"));
  CAF_CHECK(refused(R"({"ask":"x","ask":"y"})"));
  CAF_CHECK(refused(R"({"proof":1})"));
  CAF_CHECK(refused(R"({"livegrid_console":-1})"));
  CAF_CHECK(refused(R"({"answer":[]})"));
  CAF_CHECK(refused(R"({"answer":{"parts":[1]}})"));
  CAF_CHECK(refused(R"({"answer":{"parts":[{"facts":[["a","b"]]}]}})"));
  // A row that its columns do not cover.
  CAF_CHECK(
    refused(R"({"answer":{"lists":[{"columns":["a"],"rows":[["1","2"]]}]}})"));
  CAF_CHECK(refused(std::string(100'000, '[')));
  CAF_CHECK(refused("{\"a\":" + std::string(100'000, '[')));
}

CAF_TEST(a fact that claims to be a number is one or a text) {
  auto x = console_line::parse(
    R"({"answer":{"parts":[{"facts":[["a","};rm",false],["b","7",false]]}]}})");
  CAF_REQUIRE(x && x->answer);
  const auto& facts = x->answer->parts.at(0).facts;
  CAF_CHECK(facts.at(0).second.is_text());
  CAF_CHECK(!facts.at(1).second.is_text());
}
