#define CAF_SUITE http.cluster.etcd_messages

#include "livegrid/http/cluster/etcd_messages.hpp"

#include <string>
#include <string_view>

#include "livegrid/http/json/json_document.hpp"
#include "livegrid/http/system/base64.hpp"

#include "unit_test.hpp"

using namespace livegrid;
using namespace std::chrono_literals;

namespace {

// Answers as etcd 3.4.23 gave them.
#define HEADER(revision)                                                       \
  R"("header":{"cluster_id":"324952591200643719",)"                            \
  R"("member_id":"3319814642761637952",)"                                      \
  R"("revision":")" revision R"(","raft_term":"2"})"

#define ENTRY                                                                  \
  R"({"key":"L2xpdmVncmlkL2MvbWVtYmVycy9h","create_revision":"2",)"            \
  R"("mod_revision":"3","version":"2","value":"eyJhIjoxfQ==",)"                \
  R"("lease":"2324035605801393929"})"

template <class T>
T good(etcd::answer<T> x) {
  if (!x)
    CAF_FAIL(x.error().reason);
  return *std::move(x);
}

template <class T>
etcd::failure bad(etcd::answer<T> x) {
  if (x)
    CAF_FAIL("was taken");
  return std::move(x).error();
}

void check_entry(const etcd::entry& x) {
  CAF_CHECK_EQUAL(x.key, "/livegrid/c/members/a");
  CAF_CHECK_EQUAL(x.value, "{\"a\":1}");
  CAF_CHECK_EQUAL(x.changed, 3u);
}

CAF_TEST(requests are JSON with bytes in base64) {
  CAF_CHECK_EQUAL(etcd::grant_request(3s), R"({"TTL":3})");
  CAF_CHECK_EQUAL(etcd::renew_request(7), R"({"ID":"7"})");
  CAF_CHECK_EQUAL(etcd::revoke_request(7), R"({"ID":"7"})");
  CAF_CHECK_EQUAL(etcd::get_request("/a"), R"({"key":"L2E="})");
  // The end of the range is the prefix with its last byte one higher.
  CAF_CHECK_EQUAL(etcd::watch_request("/a/", 9),
                  R"({"create_request":{"key":"L2Ev","range_end":"L2Ew",)"
                  R"("start_revision":"9"}})");
  CAF_CHECK_EQUAL(
    etcd::put_request({"/a/b", "{}", 5, 7, "/a/"}),
    R"({"compare":[{"target":"MOD","result":"EQUAL","key":"L2EvYg==",)"
    R"("mod_revision":"7"}],"success":[{"request_put":{"key":"L2EvYg==",)"
    R"("value":"e30=","lease":"5"}},{"request_range":{"key":"L2Ev",)"
    R"("range_end":"L2Ew"}}],"failure":[{"request_range":)"
    R"({"key":"L2EvYg=="}}]})");
}

CAF_TEST(who logs in gets a token) {
  CAF_CHECK_EQUAL(etcd::login_request("live\"grid", "a\\b"),
                  R"({"name":"live\"grid","password":"a\\b"})");
  CAF_CHECK_EQUAL(
    good(etcd::read_token("{" HEADER("1") R"(,"token":"hNfFpsXzdFFNbhxV.9"})")),
    "hNfFpsXzdFFNbhxV.9");
  // It goes into a header.
  for (auto text : {R"({"token":""})", R"({"token":"a b"})",
                    R"({"token":"a\r\nb"})", R"({"token":7})", "{}"})
    CAF_CHECK(bad(etcd::read_token(text)).what
              == etcd::failure::kind::malformed);
  auto wrong = bad(etcd::read_token(
    R"({"error":"etcdserver: authentication failed, invalid user ID or )"
    R"(password","message":"etcdserver: authentication failed, invalid user )"
    R"(ID or password","code":3})"));
  CAF_CHECK(wrong.what == etcd::failure::kind::refused);
  CAF_CHECK(wrong.reason.find("invalid user ID") != std::string::npos);
}

CAF_TEST(who is not known is told so) {
  for (auto text : {R"({"error":"etcdserver: invalid auth token","message":)"
                    R"("etcdserver: invalid auth token","code":16})",
                    R"({"error":"etcdserver: user name is empty","message":)"
                    R"("etcdserver: user name is empty","code":3})"})
    CAF_CHECK(bad(etcd::read_grant(text)).what
              == etcd::failure::kind::stranger);
  auto news = good(etcd::read_news(R"({"result":{)" HEADER(
    "7") R"(,"created":true,"canceled":true,)"
         R"("cancel_reason":"rpc error: code = PermissionDenied"}})"));
  CAF_CHECK(news.ended);
  CAF_CHECK_EQUAL(news.reason, "rpc error: code = PermissionDenied");
}

CAF_TEST(leases are granted and renewed) {
  auto x = good(etcd::read_grant("{" HEADER("1") R"(,"ID":"23","TTL":"3"})"));
  CAF_CHECK_EQUAL(x.id, 23u);
  CAF_CHECK(x.ttl == 3s);
  x = good(etcd::read_renewal(
    R"({"result":{)" HEADER("1") R"(,"ID":"23","TTL":"60"}})"));
  CAF_CHECK_EQUAL(x.id, 23u);
  CAF_CHECK(x.ttl == 60s);
  // What it knows not it answers without a time to live.
  auto why =
    bad(etcd::read_renewal(R"({"result":{)" HEADER("1") R"(,"ID":"23"}})"));
  CAF_CHECK(why.what == etcd::failure::kind::not_found);
}

CAF_TEST(errors have a kind and a reason) {
  auto why = bad(etcd::read_put(
    R"({"error":"etcdserver: requested lease not found",)"
    R"("message":"etcdserver: requested lease not found","code":5})"));
  CAF_CHECK(why.what == etcd::failure::kind::not_found);
  CAF_CHECK_EQUAL(why.reason, "etcdserver: requested lease not found");
  why = bad(etcd::read_entries(
    R"({"error":"x","message":"etcdserver: no leader","code":14})"));
  CAF_CHECK(why.what == etcd::failure::kind::refused);
  why = bad(etcd::read_news(
    R"({"error":{"grpc_code":14,"http_code":503,"message":"gone"}})"));
  CAF_CHECK(why.what == etcd::failure::kind::refused);
  CAF_CHECK_EQUAL(why.reason, "gone");
  why = bad(etcd::read_news(R"({"error":{"message":")" + std::string(999, 'x')
                            + "\"}}"));
  CAF_CHECK_EQUAL(why.reason.size(), 200u);
}

CAF_TEST(entries are read) {
  auto xs = good(etcd::read_entries("{" HEADER("3") R"(,"kvs":[)" ENTRY
                                                    R"(],"count":"1"})"));
  CAF_REQUIRE_EQUAL(xs.size(), 1u);
  check_entry(xs.front());
  CAF_CHECK(good(etcd::read_entries("{" HEADER("3") "}")).empty());
}

CAF_TEST(a put says what is there then) {
  auto x =
    good(etcd::read_put("{" HEADER("3") R"(,"succeeded":true,"responses":[)"
                                        R"({"response_put":{"header":{}}},)"
                                        R"({"response_range":{"kvs":[)" ENTRY
                                        R"(],"count":"1"}}]})"));
  CAF_CHECK(x.done);
  CAF_CHECK_EQUAL(x.at, 3u);
  CAF_REQUIRE_EQUAL(x.entries.size(), 1u);
  check_entry(x.entries.front());
  x = good(etcd::read_put(
    "{" HEADER("3") R"(,"responses":[{"response_range":{"kvs":[)" ENTRY
                    R"(],"count":"1"}}]})"));
  CAF_CHECK(!x.done);
  CAF_REQUIRE_EQUAL(x.entries.size(), 1u);
  check_entry(x.entries.front());
}

CAF_TEST(a watch tells of changes and of its end) {
  auto x =
    good(etcd::read_news(R"({"result":{)" HEADER("2") R"(,"created":true}})"));
  CAF_CHECK(x.changes.empty() && !x.ended && x.compacted == 0);
  x = good(etcd::read_news(R"({"result":{)" HEADER(
    "4") R"(,"events":[{"kv":)" ENTRY
         R"(},{"type":"DELETE","kv":{"key":"L2E=","mod_revision":"4"}}]}})"));
  CAF_REQUIRE_EQUAL(x.changes.size(), 2u);
  CAF_CHECK(!x.changes[0].removed);
  check_entry(x.changes[0].what);
  CAF_CHECK(x.changes[1].removed);
  CAF_CHECK_EQUAL(x.changes[1].what.key, "/a");
  CAF_CHECK_EQUAL(x.changes[1].what.changed, 4u);
  x = good(etcd::read_news(
    R"({"result":{"header":{},"canceled":true,"compact_revision":"3"}})"));
  CAF_CHECK(x.ended);
  CAF_CHECK_EQUAL(x.compacted, 3u);
}

CAF_TEST(what etcd would not say is a failure) {
  std::string texts[] = {
    "",
    "x",
    "[]",
    "null",
    "{",
    "{}",
    "<html>",
    std::string(5000, '['),
    std::string(etcd::max_answer + 1, ' '),
    R"({"result":3})",
    R"({"result":{"events":{}}})",
    R"({"result":{"events":[3]}})",
    R"({"result":{"events":[{"kv":{}}]}})",
    R"({"result":{"events":[{"kv":{"key":"!","mod_revision":"3"}}]}})",
    R"({"result":{"events":[{"kv":{"key":"L2E=","mod_revision":"0"}}]}})",
    R"({"result":{"events":[{"kv":{"key":"L2E=","mod_revision":3}}]}})",
    R"({"result":{"events":[{"kv":{"key":"L2E=","mod_revision":"-3"}}]}})",
    R"({"result":{"events":[{"kv":{"key":"L2E=","mod_revision":"3x"}}]}})",
    R"({"result":{"events":[{"kv":{"key":"L2E=",)"
    R"("mod_revision":"99999999999999999999"}}]}})",
    R"({"result":{"compact_revision":""}})",
  };
  for (const auto& text : texts) {
    CAF_MESSAGE(text.substr(0, 100));
    CAF_CHECK(bad(etcd::read_news(text)).what
              == etcd::failure::kind::malformed);
    CAF_CHECK(!etcd::read_put(text));
    CAF_CHECK(!etcd::read_grant(text));
    CAF_CHECK(!etcd::read_renewal(text));
  }
  for (auto text :
       {R"({"ID":"23"})", R"({"TTL":"3"})", R"({"ID":"23","TTL":"86401"})",
        R"({"ID":"23","TTL":"18446744073709551615"})"}) {
    CAF_MESSAGE(text);
    bad(etcd::read_grant(text));
  }
  for (auto text :
       {R"({"header":{"revision":"3"},"succeeded":true})",
        R"({"header":{"revision":"3"},"responses":[]})",
        R"({"header":{"revision":"0"},"responses":[{"response_range":{}}]})",
        R"({"header":{"revision":"3"},"succeeded":true,)"
        R"("responses":[{"response_range":{}}]})",
        R"({"responses":[{"response_range":{}}]})"}) {
    CAF_MESSAGE(text);
    bad(etcd::read_put(text));
  }
}

} // namespace
