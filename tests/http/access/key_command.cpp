#define CAF_SUITE http.access.key_command

#include "livegrid/http/access/key_command.hpp"

#include <algorithm>
#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "captured_stderr.hpp"
#include "captured_stdout.hpp"
#include "temp_file.hpp"

#include "livegrid/http/access/keys_file.hpp"
#include "livegrid/http/system/base64.hpp"
#include "livegrid/http/system/secret.hpp"

#include "unit_test.hpp"

using namespace livegrid;
using namespace livegrid::test;
using namespace std::chrono_literals;

namespace {

/// What a command came to.
struct done {
  int code = 0;
  std::string output;
  std::string error;
};

struct fixture {
  /// Runs the words behind `livegrid key`, as they stand.
  done run(const std::vector<std::string>& words) const {
    std::vector<const char*> argv{"livegrid", "key"};
    for (auto& x : words)
      argv.push_back(x.c_str());
    const auto n = static_cast<int>(argv.size());
    argv.push_back(nullptr);
    const char* envp[] = {env.c_str(), nullptr};
    captured_stderr error;
    captured_stdout output;
    auto code = run_key_command(n, argv.data(), envp);
    return {code, output.text(), error.text()};
  }

  /// Runs the words with the file of keys.
  done with_file(std::vector<std::string> words) const {
    words.push_back("--access.keys-file=" + path);
    return run(words);
  }

  /// Adds a key of that name; there must be none.
  access_key add(const std::string& name, std::vector<std::string> words) {
    words.insert(words.begin(), {"add", name});
    auto x = with_file(words);
    CAF_REQUIRE_EQUAL(x.error, "");
    CAF_REQUIRE_EQUAL(x.code, 0);
    auto keys = read_keys_file(path);
    CAF_REQUIRE(keys);
    return *keys->at(name);
  }

  temp_directory folder;
  std::string path = folder.path() + "/keys.json";
  std::string env = "HOME=/nonexistent";
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(key_command_tests, fixture)

CAF_TEST(the secret that is shown is that of the hash that is kept) {
  auto x = with_file({"add", "alice", "--scopes=read"});
  CAF_CHECK_EQUAL(x.code, 0);
  CAF_CHECK_EQUAL(x.error, "");
  auto begin = x.output.rfind("\nalice.") + 7;
  auto secret = x.output.substr(begin, x.output.size() - begin - 1);
  CAF_CHECK_EQUAL(from_base64url(secret).value_or("").size(), 32u);
  auto keys = read_keys_file(path);
  CAF_REQUIRE(keys);
  CAF_CHECK(keys->at("alice")->hash == sha256(secret));
}

CAF_TEST(options may have their value behind a sign or as the next word) {
  auto x = add("a", {"--scopes", "read,operate", "--symbols", "AAPL, MS*",
                     "--limits=connections:2, bad-messages:1000000000000",
                     "--expires", "2200-01-31T12:00:00+01:00"});
  CAF_CHECK(x.may(scope::read));
  CAF_CHECK(!x.may(scope::publish));
  CAF_CHECK(x.may(scope::operate));
  CAF_CHECK_EQUAL(x.symbols->patterns(),
                  (std::vector<std::string>{"AAPL", "MS*"}));
  CAF_CHECK_EQUAL(x.limits.connections, 2u);
  CAF_CHECK_EQUAL(x.limits.bad_messages, 1'000'000'000'000u);
  CAF_CHECK_EQUAL(x.limits.symbols, 0u);
  CAF_CHECK(x.expires
            == std::chrono::sys_days{std::chrono::year{2200} / 1 / 31} + 11h);
  x = add("b", {"--scopes=publish"});
  CAF_CHECK_EQUAL(x.symbols->patterns(), std::vector<std::string>{"*"});
  CAF_CHECK(!x.expires);
  // Of an option given twice the last counts.
  x = add("c", {"--scopes=publish", "--scopes=read"});
  CAF_CHECK(x.may(scope::read) && !x.may(scope::publish));
}

CAF_TEST(a span counts from when the key is made) {
  auto x = add("a", {"--scopes=read", "--expires=12h"});
  CAF_CHECK(x.expires == x.created + 12h);
  x = add("b", {"--scopes=read", "--expires=30d"});
  CAF_CHECK(x.expires == x.created + 30 * 24h);
}

CAF_TEST(the file may be named wherever settings come from) {
  CAF_CHECK_EQUAL(
    run({"--access.keys-file", path, "add", "a", "--scopes=read"}).code, 0);
  env = "LIVEGRID_ACCESS_KEYS_FILE=" + path;
  auto x = run({"list"});
  CAF_CHECK_EQUAL(x.error, "");
  CAF_CHECK_NOT_EQUAL(x.output.find("\na  "), std::string::npos);
}

CAF_TEST(a list tells all but the secrets) {
  CAF_CHECK_EQUAL(with_file({"list"}).code, 1);
  add("zoe", {"--scopes=publish", "--expires=2200-01-31"});
  add("adam", {"--scopes=operate,read", "--symbols=A,B*"});
  auto x = with_file({"list"});
  CAF_CHECK_EQUAL(x.code, 0);
  CAF_CHECK_EQUAL(x.error, "");
  CAF_CHECK_EQUAL(std::count(x.output.begin(), x.output.end(), '\n'), 3);
  CAF_CHECK(x.output.starts_with("name "));
  CAF_CHECK_NOT_EQUAL(x.output.find("\nadam                 read,operate  "),
                      std::string::npos);
  CAF_CHECK_NOT_EQUAL(x.output.find(" never                A,B*\nzoe "),
                      std::string::npos);
  CAF_CHECK(x.output.ends_with(" 2200-01-31T00:00:00Z *\n"));
}

CAF_TEST(a key that is revoked is gone and may be made anew) {
  add("a", {"--scopes=read"});
  add("b", {"--scopes=read"});
  auto x = with_file({"revoke", "a"});
  CAF_CHECK_EQUAL(x.code, 0);
  CAF_CHECK_EQUAL(x.output, "revoked a\n");
  x = with_file({"revoke", "a"});
  CAF_CHECK_EQUAL(x.code, 1);
  CAF_CHECK_EQUAL(x.error, "livegrid: there is no key 'a'\n");
  x = with_file({"add", "b", "--scopes=read"});
  CAF_CHECK_EQUAL(x.code, 1);
  CAF_CHECK_EQUAL(x.error,
                  "livegrid: there is a key b already; revoke it first\n");
  add("a", {"--scopes=publish"});
}

CAF_TEST(words that are not understood are told in one line) {
  struct {
    std::vector<std::string> words;
    std::string_view error;
  } cases[] = {
    {{}, "key takes add, list or revoke; try livegrid key --help"},
    {{"ADD", "a"}, "key takes add, list or revoke; try livegrid key --help"},
    {{"add"}, "add takes the name of a key"},
    {{"revoke"}, "revoke takes the name of a key"},
    {{"list", "a"}, "list takes no name"},
    {{"add", "a", "b"}, "'b' is one word too many"},
    {{"list", "--scopes"}, "--scopes: takes a value"},
    {{"list"}, "access.keys-file: needed, the file of keys"},
    {{"list", "--access.keys-file="},
     "access.keys-file: needed, the file of keys"},
  };
  for (auto& c : cases) {
    CAF_MESSAGE(c.error);
    auto x = run(c.words);
    CAF_CHECK_EQUAL(x.code, 2);
    CAF_CHECK_EQUAL(x.output, "");
    CAF_CHECK_EQUAL(x.error, "livegrid: " + std::string{c.error} + "\n");
  }
}

CAF_TEST(a key that cannot be is told in one line) {
  const std::string read = "--scopes=read";
  const std::string no_time = "' is no ISO 8601 time and no span such as 12h "
                              "or 30d, until 2262";
  struct {
    std::vector<std::string> words;
    std::string error;
  } cases[] = {
    {{"a.b", read}, "the name must be 1 to 64 letters, digits, '-' and '_'"},
    {{"a"}, "--scopes: needed: read, publish or operate"},
    {{"a", "--scopes= , "}, "--scopes: '' is none of read, publish, operate"},
    {{"a", "--scopes=read,Publish"},
     "--scopes: 'Publish' is none of read, publish, operate"},
    {{"a", read, "--symbols= "}, "--symbols: takes names or patterns"},
    {{"a", read, "--expires=0h"}, "--expires: '0h" + no_time},
    {{"a", read, "--expires=-1d"}, "--expires: '-1d" + no_time},
    {{"a", read, "--expires=1w"}, "--expires: '1w" + no_time},
    {{"a", read, "--expires=1 d"}, "--expires: '1 d" + no_time},
    {{"a", read, "--expires=1000000h"}, "--expires: '1000000h" + no_time},
    // The largest number of days there is lies behind the end of all times.
    {{"a", read, "--expires=999999d"}, "--expires: '999999d" + no_time},
    {{"a", read, "--expires=1970-01-01"}, "--expires: 1970-01-01 is over"},
    {{"a", read, "--limits=tick:1"},
     "--limits: 'tick' is none of connections, symbols, upgrades, requests, "
     "ticks, bad-messages"},
    {{"a", read, "--limits=ticks:1,ticks:0"},
     "--limits: 'ticks:0' must be ticks: and a number from 1"},
    {{"a", read, "--limits=ticks"},
     "--limits: 'ticks' must be ticks: and a number from 1"},
    {{"a", read, "--limits=ticks:1000000000001"},
     "--limits: 'ticks:1000000000001' must be ticks: and a number from 1"},
  };
  for (auto& c : cases) {
    CAF_MESSAGE(c.error);
    c.words.insert(c.words.begin(), "add");
    auto x = with_file(c.words);
    CAF_CHECK_EQUAL(x.code, 2);
    CAF_CHECK_EQUAL(x.output, "");
    CAF_CHECK_EQUAL(x.error, "livegrid: " + c.error + "\n");
  }
}

CAF_TEST(whoever asks for help gets it whatever else stands there) {
  for (auto& words :
       {std::vector<std::string>{"--help"}, {"add", "--nonsense", "--help"}}) {
    auto x = run(words);
    CAF_CHECK_EQUAL(x.code, 0);
    CAF_CHECK_EQUAL(x.error, "");
    CAF_CHECK(x.output.starts_with("livegrid key add NAME --scopes="));
  }
}

CAF_TEST_FIXTURE_SCOPE_END()
