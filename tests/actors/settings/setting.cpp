#define CAF_SUITE actors.settings.setting

#include "livegrid/actors/settings/setting.hpp"

#include <string>
#include <vector>

#include "parse_settings.hpp"

using namespace livegrid;
using namespace livegrid::test;

CAF_TEST(variables are named after their settings) {
  CAF_CHECK_EQUAL(variable_of("http.port"), "LIVEGRID_HTTP_PORT");
  CAF_CHECK_EQUAL(variable_of("http.max-body"), "LIVEGRID_HTTP_MAX_BODY");
}

CAF_TEST(values come in several forms) {
  const std::vector<value_case> cases{
    {"http.max-body", "1024", "1KiB"},
    {"http.max-body", "1024B", "1KiB"},
    {"http.max-body", "2 MiB", "2MiB"},
    {"http.max-body", "1025", "1025"},
    {"http.max-body", "1048576", ""},
    {"ws.ping-interval", "1h", "1h"},
    {"ws.ping-interval", "60s", "1min"},
    {"ws.ping-interval", "1500ms", "1500ms"},
    {"ws.ping-interval", "20000 ms", ""},
    {"replay.speed", "0", "0"},
    {"replay.speed", "1e6", "1000000"},
    {"replay.speed", "1.0", ""},
    {"replay.loop", "on", "true"},
    {"replay.loop", "0", ""},
    {"http.address", "localhost", ""},
    {"cluster.address", "0.0.0.0", "0.0.0.0"},
    {"cluster.address", "2001:DB8:0::1", "2001:db8::1"},
    {"console.address", "127.9.9.9", "127.9.9.9"},
    {"http.allowed-origins", "*", "*"},
    {"http.allowed-origins", "HTTPS://A.Example:443 ,http://b:80,http://b",
     "https://a.example, http://b"},
    {"http.allowed-origins", "https://a:80,http://[0:0::1]:3000",
     "https://a:80, http://[::1]:3000"},
    {"http.allowed-origins", "tauri://localhost,chrome-extension://ab",
     "tauri://localhost, chrome-extension://ab"},
  };
  for (const auto& c : cases) {
    CAF_MESSAGE(c.name << " " << c.given);
    CAF_CHECK_EQUAL(changes(parsed({"--" + c.name, c.given}).values),
                    c.shown.empty() ? "" : c.name + '=' + c.shown + '\n');
  }
}

CAF_TEST(a list of origins may be empty or stand in the file) {
  CAF_CHECK(
    parsed({"--http.allowed-origins="}).values.http.allowed_origins.empty());
  temp_file file{"http.allowed-origins=[\"https://a\", \"https://b\"]"};
  auto x = parsed({"--config-file", file.path()});
  CAF_CHECK(x.values.http.allowed_origins
            == (strings{"https://a", "https://b"}));
}

CAF_TEST(what cannot be names the setting and its source) {
  struct bad_case {
    std::string name;
    std::string value;
    std::string why;
  };
  const std::vector<bad_case> cases{
    {"http.address", "example.com", "is not an IPv4 or IPv6 address"},
    {"http.address", "127.0.", "is not an IPv4 or IPv6 address"},
    {"http.address", "010.0.0.1", "is not an IPv4 or IPv6 address"},
    {"http.address", "127.0.0.1:80", "is not an IPv4 or IPv6 address"},
    {"http.address", "[::1]", "is not an IPv4 or IPv6 address"},
    {"http.address", "", "is not an IPv4 or IPv6 address"},
    {"node.name", "a b", "is not 1 to 64 letters"},
    {"node.roles", "symbols,web", "is not one of symbols|http"},
    {"node.roles", "", "takes symbols, http or both"},
    {"cluster.name", "", "is not 1 to 64 letters"},
    {"cluster.port", "0", "is not within 1 to 65535"},
    {"cluster.ttl", "1s", "is not within 2s to 1min"},
    {"http.port", "65536", "is not within 0 to 65535"},
    {"http.port", "-1", "is not a whole number"},
    {"http.port", "+1", "is not a whole number"},
    {"http.port", "80x", "is not a whole number"},
    {"http.port", "1.5", "is not a whole number"},
    {"http.port", "", "is not a whole number"},
    {"http.port", "18446744073709551616", "is not a whole number"},
    {"http.port", "tcp://10.0.0.1:7779", "is not a whole number"},
    {"http.max-body", "1023", "is not within 1KiB to 64MiB"},
    {"http.max-body", "65MiB", "is not within 1KiB to 64MiB"},
    {"http.max-body", "1MB", "is not a size"},
    {"http.max-body", "1.5MiB", "is not a size"},
    {"http.max-body", "KiB", "is not a size"},
    {"http.max-body", "17179869184GiB", "is not a size"},
    {"http.max-connections", "0", "is not within 1 to 1000000"},
    {"http.max-connections", "1000001", "is not within 1 to 1000000"},
    {"http.max-connections", "1KiB", "is not a whole number"},
    {"http.allowed-origins", "null", "sandboxed"},
    {"http.allowed-origins", "*,https://a", "must stand alone"},
    {"http.allowed-origins", "https://a,,https://b", "\"\" is not scheme"},
    {"http.allowed-origins", "a.example", "is not scheme://host"},
    {"http.allowed-origins", "1x://a", "is not scheme://host"},
    {"http.allowed-origins", "https://a/", "more than scheme://host:port"},
    {"http.allowed-origins", "https://u@a", "more than scheme://host:port"},
    {"http.allowed-origins", "https://", "not a name or an address"},
    {"http.allowed-origins", "https://*.a", "not a name or an address"},
    {"http.allowed-origins", "https://a b", "not a name or an address"},
    {"http.allowed-origins", "https://a:", "not within 1 and 65535"},
    {"http.allowed-origins", "https://a:0", "not within 1 and 65535"},
    {"http.allowed-origins", "https://a:65536", "not within 1 and 65535"},
    {"http.allowed-origins", "https://[", "not an IPv6 address"},
    {"http.allowed-origins", "https://[]", "not an IPv6 address"},
    {"http.allowed-origins", "https://[::1", "not an IPv6 address"},
    {"http.allowed-origins", "https://[1.2.3.4]", "not an IPv6 address"},
    {"http.allowed-origins", "https://[::1]80", "not within 1 and 65535"},
    {"ws.max-message", "127", "is not within 128 to 16MiB"},
    {"ws.max-message", "16777217", "is not within 128 to 16MiB"},
    {"ws.ping-interval", "20", "is not a span"},
    {"ws.ping-interval", "20sec", "is not a span"},
    {"ws.ping-interval", "99ms", "is not within 100ms to 1h"},
    {"ws.ping-interval", "61min", "is not within 100ms to 1h"},
    {"ws.ping-interval", "9223372036854775808ms", "is not a span"},
    {"ws.ping-interval", "9223372036854775807h", "is not a span"},
    {"ws.send-buffer", "4095", "is not within 4KiB to 16MiB"},
    {"ws.send-buffer", "1GiB", "is not within 4KiB to 16MiB"},
    {"market.feed", "Simulator", "is not one of simulator|"},
    {"market.feed", "", "is not one of simulator|"},
    {"market.feed", "simulator|replay", "is not one of"},
    {"market.max-symbols", "0", "is not within 1 to 10000000"},
    {"market.max-symbols", "10000001", "is not within 1 to 10000000"},
    {"replay.speed", "-0.5", "is not within 0 to 1000000"},
    {"replay.speed", "1000001", "is not within 0 to 1000000"},
    {"replay.speed", "nan", "is not a number"},
    {"replay.speed", "inf", "is not a number"},
    {"replay.speed", "1e999", "is not a number"},
    {"replay.loop", "maybe", "is not true or false"},
    {"replay.loop", "", "is not true or false"},
    {"console.address", "0.0.0.0", "SSH tunnel"},
    {"console.address", "::", "SSH tunnel"},
    {"console.address", "192.168.1.5", "no access control"},
    {"console.port", "65536", "is not within 0 to 65535"},
    {"log.level", "trace", "is not one of error|warning|info|debug"},
    {"log.format", "xml", "is not one of text|json"},
  };
  for (const auto& c : cases) {
    CAF_MESSAGE(c.name << " " << c.value);
    auto error = error_of({"--" + c.name + '=' + c.value});
    CAF_CHECK(error.starts_with("--" + c.name + ": "));
    CAF_CHECK(contains(error, c.why));
    auto variable = variable_of(c.name);
    error = error_of({}, {variable + '=' + c.value});
    CAF_CHECK(error.starts_with(variable + " (" + c.name + "): "));
    CAF_CHECK(contains(error, c.why));
    temp_file file{"; a comment\n" + c.name + "=\"" + c.value + '"'};
    error = error_of({"--config-file=" + file.path()});
    CAF_CHECK(error.starts_with(file.path() + ":2: " + c.name + ": "));
    CAF_CHECK(contains(error, c.why));
  }
}

CAF_TEST(a list is no scalar) {
  for (const auto& x : all_settings()) {
    if (x.is_list)
      continue;
    temp_file file{std::string{x.name} + "=[1]"};
    auto error = error_of({"--config-file", file.path()});
    CAF_CHECK_EQUAL(error, file.path() + ":1: " + std::string{x.name}
                             + ": takes one value, not a list");
  }
}

CAF_TEST(a file name cannot hide a zero byte) {
  temp_file file{std::string{"replay.file=a\0b", 15}};
  CAF_CHECK(
    contains(error_of({"--config-file", file.path()}), ":1: replay.file: "));
}
