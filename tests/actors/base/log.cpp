#define CAF_SUITE actors.base.log

#include "livegrid/actors/base/log.hpp"

#include <cstdint>
#include <string>
#include <string_view>

#include "log_fixture.hpp"

using namespace livegrid;
using namespace livegrid::test;
using namespace std::string_view_literals;

namespace {

/// What somebody outside may send to be taken for a line, a field or a member.
const std::string_view forgeries[] = {
  "x\n2026-11-25T06:44:32.123Z info forged",
  "x\r\ny",
  "\" code=1 forged=\"",
  "\\",
  "\\\"",
  "\",\"event\":\"forged",
  "\"}\n{\"time\":\"\"}",
  "\x1B[2K\x1B[1A",
  "\0\x1F\x7F"sv,
  "\xC2\x85\xC2\x9B\xE2\x80\xA8\xE2\x80\xA9",
  "\xFF\xC0\x80\xED\xA0\x80",
  "{} {0} %v %Y %",
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(log_tests, log_fixture)

CAF_TEST(an event is a line of text) {
  log->info("subscriber_closed", {{"subscriber", std::uint64_t{12}},
                                  {"peer", "127.0.0.1:5000"},
                                  {"code", std::uint16_t{1001}},
                                  {"reason", std::string{"a \"b\""}}});
  CAF_CHECK_EQUAL(line(), "2026-11-25T06:44:32.123Z info subscriber_closed "
                          "subscriber=12 peer=\"127.0.0.1:5000\" code=1001 "
                          "reason=\"a \\\"b\\\"\"");
  log->info("bare", {});
  CAF_CHECK_EQUAL(line(), "2026-11-25T06:44:32.123Z info bare");
}

CAF_TEST(an event is an object of JSON) {
  open(log_format::json);
  log->warning("subscriber_closed", {{"subscriber", std::uint64_t{12}},
                                     {"peer", "127.0.0.1:5000"},
                                     {"alive", false}});
  CAF_CHECK_EQUAL(line(), R"({"time":"2026-11-25T06:44:32.123Z",)"
                          R"("level":"warning","event":"subscriber_closed",)"
                          R"("subscriber":12,"peer":"127.0.0.1:5000",)"
                          R"("alive":false})");
  log->info("bare", {});
  CAF_CHECK_EQUAL(line(), R"({"time":"2026-11-25T06:44:32.123Z",)"
                          R"("level":"info","event":"bare"})");
}

CAF_TEST(whole numbers are written whole) {
  log->info(
    "numbers",
    {{"a", INT64_MIN}, {"b", UINT64_MAX}, {"c", std::int8_t{-1}}, {"d", true}});
  CAF_CHECK(line().ends_with(
    "numbers a=-9223372036854775808 b=18446744073709551615 c=-1 d=true"));
}

CAF_TEST(nothing from outside makes a line or a field) {
  for (auto what : forgeries) {
    log.reset();
    open(log_format::text);
    log->info("said", {{"what", what}, {"end", 1}});
    auto text = line();
    auto value = text.substr(text.find('=') + 1);
    CAF_REQUIRE(value.ends_with(" end=1"));
    value.resize(value.size() - 6);
    // One JSON string, so it ends where it should.
    CAF_CHECK(json_value::parse(value).is_string());
    for (auto c : text)
      CAF_CHECK(static_cast<unsigned char>(c) >= 0x20 && c != 0x7F);
    for (auto separator : {"\xC2\x85", "\xC2\x9B", "\xE2\x80\xA8"})
      CAF_CHECK(text.find(separator) == std::string::npos);
  }
}

CAF_TEST(nothing from outside makes a member of JSON) {
  for (auto what : forgeries) {
    open(log_format::json);
    log->info("said", {{"what", what}, {"end", 1}});
    auto x = json();
    CAF_CHECK_EQUAL(joined(x.keys()), "time,level,event,what,end");
    CAF_CHECK_EQUAL(x.at("event").text(), "said");
    CAF_CHECK(x.at("what").is_string());
    CAF_CHECK_EQUAL(x.at("end").literal(), "1");
  }
}

CAF_TEST(bytes that are no UTF 8 are replaced) {
  log->info("said", {{"what", "a\xFFz"}});
  CAF_CHECK(line().ends_with("what=\"a\xEF\xBF\xBDz\""));
  open(log_format::json);
  log->info("said", {{"what", "a\xFFz\xC3\xA9"}});
  CAF_CHECK_EQUAL(json().at("what").text(), "a\xEF\xBF\xBDz\xC3\xA9");
}

CAF_TEST(a long text is cut between characters) {
  std::string text(511, 'x');
  log->info("said", {{"what", text + "yz"}});
  CAF_CHECK(line().ends_with("what=\"" + text + "y...\""));
  log->info("said", {{"what", text + "\xC3\xA9"}});
  CAF_CHECK(line().ends_with("what=\"" + text + "...\""));
  log->info("said", {{"what", text + "y"}});
  CAF_CHECK(line().ends_with("what=\"" + text + "y\""));
}

CAF_TEST(what is below the threshold is left out) {
  struct {
    log_level threshold;
    std::size_t lines;
  } cases[] = {
    {log_level::error, 1},
    {log_level::warning, 2},
    {log_level::info, 3},
    {log_level::debug, 4},
  };
  for (auto& x : cases) {
    open(log_format::text);
    log->threshold(x.threshold);
    log->error("said", {});
    log->warning("said", {});
    log->info("said", {});
    log->write(log_level::debug, "said", {});
    CAF_CHECK_EQUAL(lines().size(), x.lines);
    CAF_CHECK(log->enabled(x.threshold));
    CAF_CHECK(log->enabled(log_level::error));
  }
}

CAF_TEST(levels and formats have names) {
  CAF_CHECK(parse_log_level("error") == log_level::error);
  CAF_CHECK(parse_log_level("debug") == log_level::debug);
  CAF_CHECK(!parse_log_level("Info"));
  CAF_CHECK(parse_log_format("text") == log_format::text);
  CAF_CHECK(parse_log_format("json") == log_format::json);
  CAF_CHECK(!parse_log_format(""));
  for (auto x : {"error", "warning", "info", "debug"}) {
    log->threshold(log_level::debug);
    log->write(*parse_log_level(x), "said", {});
    CAF_CHECK(line().ends_with("Z " + std::string{x} + " said"));
  }
}

CAF_TEST_FIXTURE_SCOPE_END()
