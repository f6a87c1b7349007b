#define CAF_SUITE node.keys

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <vector>

#include "key_files.hpp"

#include "unit_test.hpp"

using namespace livegrid::test;

namespace {

using strings = std::vector<std::string>;

struct fixture {
  key_files keys;

  /// Adds a key with these words, which must be refused.
  void check_refusal(const strings& words, int code, std::string_view why) {
    auto before = keys.read();
    auto done = keys.run(words);
    CAF_CHECK_EQUAL(done.exit_code, code);
    CAF_CHECK(contains(done.error, why));
    CAF_CHECK_EQUAL(done.output, "");
    CAF_CHECK_EQUAL(keys.read(), before);
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(node_keys_tests, fixture)

CAF_TEST(a secret is shown once and kept nowhere) {
  auto made =
    keys.run({"add", "alice", "--scopes", "read,publish", "--symbols=AAPL,MS*",
              "--expires=30d", "--limits=connections:2,ticks:100"});
  CAF_CHECK_EQUAL(made.exit_code, 0);
  auto secret = made.last_line();
  CAF_CHECK(secret.starts_with("alice."));
  CAF_CHECK_EQUAL(secret.size(), 6u + 43u);
  CAF_CHECK(!contains(keys.read(), secret.substr(6)));
  struct stat file {};
  CAF_REQUIRE_EQUAL(::stat(keys.path().c_str(), &file), 0);
  CAF_CHECK_EQUAL(file.st_mode & 0777u, 0600u);
  auto other = keys.add("bob", "operate");
  CAF_CHECK_NOT_EQUAL(other.substr(4), secret.substr(6));
  auto listed = keys.run({"list"});
  CAF_CHECK_EQUAL(listed.exit_code, 0);
  CAF_CHECK(contains(listed.output, "alice"));
  CAF_CHECK(contains(listed.output, "read,publish"));
  CAF_CHECK(contains(listed.output, "AAPL,MS*"));
  CAF_CHECK(contains(listed.output, "bob"));
  CAF_CHECK(!contains(listed.output, secret.substr(6)));
  CAF_CHECK_EQUAL(keys.run({"revoke", "alice"}).exit_code, 0);
  listed = keys.run({"list"});
  CAF_CHECK(!contains(listed.output, "alice"));
  CAF_CHECK(contains(listed.output, "bob"));
}

CAF_TEST(what cannot be is refused and changes nothing) {
  keys.add("alice", "read");
  check_refusal({"add", "alice", "--scopes=read"}, 1, "already");
  check_refusal({"add", "bob"}, 2, "--scopes");
  check_refusal({"add", "bob", "--scopes=write"}, 2, "'write'");
  check_refusal({"add", "b.b", "--scopes=read"}, 2, "name");
  check_refusal({"add", "", "--scopes=read"}, 2, "name");
  check_refusal({"add", std::string(65, 'b'), "--scopes=read"}, 2, "name");
  check_refusal({"add", "bob", "--scopes=read", "--symbols="}, 2, "--symbols");
  check_refusal({"add", "bob", "--scopes=read", "--symbols=A\"B"}, 2, "A\"B");
  check_refusal({"add", "bob", "--scopes=read", "--expires=soon"}, 2, "soon");
  check_refusal({"add", "bob", "--scopes=read", "--expires=2001-01-01"}, 2,
                "is over");
  check_refusal({"add", "bob", "--scopes=read", "--limits=wishes:3"}, 2,
                "wishes");
  for (auto bad : {"ticks", "ticks:", "ticks:0", "ticks:-1", "ticks:1x",
                   "ticks:99999999999999999999"})
    check_refusal(
      {"add", "bob", "--scopes=read", std::string{"--limits="} + bad}, 2, bad);
  check_refusal({"add", "bob", "carol", "--scopes=read"}, 2, "carol");
  check_refusal({"add", "bob", "--scopes=read", "--nonsense=1"}, 2, "nonsense");
  check_refusal({"revoke", "bob"}, 1, "'bob'");
  check_refusal({"revoke"}, 2, "name");
  check_refusal({"list", "alice"}, 2, "name");
  check_refusal({"make", "alice"}, 2, "add, list or revoke");
  check_refusal({}, 2, "add, list or revoke");
}

CAF_TEST(the file must be for this user alone) {
  keys.add("alice", "read");
  auto text = keys.read();
  for (auto mode : {0604u, 0602u, 0620u, 0666u}) {
    keys.write(text, mode);
    check_refusal({"add", "bob", "--scopes=read"}, 1, "chmod 600");
    node_process node{node_options{.args = keys.settings()}};
    CAF_CHECK_EQUAL(node.wait_for_exit(), 2);
    CAF_CHECK(contains(node.standard_error(), keys.path()));
  }
  keys.write(text, 0640);
  CAF_CHECK_EQUAL(keys.run({"list"}).exit_code, 0);
  // What a link points to is not what would be changed.
  keys.write(text);
  auto other = keys.path() + ".there";
  std::filesystem::rename(keys.path(), other);
  std::filesystem::create_symlink(other, keys.path());
  check_refusal({"add", "bob", "--scopes=read"}, 1, "symbolic link");
  std::filesystem::remove(keys.path());
  std::filesystem::create_directory(keys.path());
  CAF_CHECK_EQUAL(keys.run({"list"}).exit_code, 1);
}

CAF_TEST(a file that makes no sense is refused and named) {
  std::string good = R"({"name":"a","hash":"sha256:)" + std::string(64, '0')
                     + R"(","scopes":["read"],"symbols":["*"],)"
                       R"("created":"2026-01-01T00:00:00Z"})";
  auto with = [&](const std::string& from, const std::string& to) {
    auto result = good;
    return "{\"keys\":[" + result.replace(result.find(from), from.size(), to)
           + "]}";
  };
  struct {
    std::string text;
    const char* named;
  } cases[] = {
    {"", "keys.json"},
    {"[]", "object"},
    {"{}", "keys"},
    {"{\"keys\":[{}]}", "keys[0].name"},
    {"{\"keys\":[" + good + ',' + good + "]}", "twice"},
    {with("\"a\"", "\"a b\""), "name"},
    {with("sha256:", "md5:"), "hash"},
    {with("0000", "00g0"), "hash"},
    {with("0000", "000"), "hash"},
    {with("\"read\"", "\"root\""), "scopes"},
    {with("\"*\"", "\"a,b\""), "symbols"},
    {with("2026-01", "2026-13"), "created"},
    {with("\"symbols\"", "\"expires\":\"x\",\"symbols\""), "expires"},
    {with("\"symbols\"", "\"limits\":{\"ticks\":-1},\"symbols\""), "ticks"},
    {with("\"symbols\"", "\"limits\":{\"ticks\":0.5},\"symbols\""), "ticks"},
  };
  for (const auto& x : cases) {
    CAF_MESSAGE(x.text);
    keys.write(x.text);
    auto done = keys.run({"list"});
    CAF_CHECK_EQUAL(done.exit_code, 1);
    CAF_CHECK(contains(done.error, x.named));
    node_process node{node_options{.args = keys.settings()}};
    CAF_CHECK_EQUAL(node.wait_for_exit(), 2);
  }
  keys.write("{\"keys\":[" + good + "]}");
  CAF_CHECK_EQUAL(keys.run({"list"}).exit_code, 0);
}

CAF_TEST_FIXTURE_SCOPE_END()
