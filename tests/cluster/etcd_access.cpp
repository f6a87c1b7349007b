#define CAF_SUITE cluster.etcd_access

#include "livegrid/http/cluster/etcd_membership.hpp"

#include <string>

#include "livegrid/http/system/base64.hpp"

#include "etcd_process.hpp"
#include "identity.hpp"
#include "member_node.hpp"
#include "node_process.hpp"
#include "temp_file.hpp"
#include "wait.hpp"

#include "unit_test.hpp"

using namespace livegrid;
using namespace livegrid::test;
using namespace std::chrono_literals;

namespace {

/// Far longer than a test waits, so that no lease expires.
constexpr auto for_ever = 60s;

/// Waits until it answers: a member of another cluster joins and leaves.
void wait_until_up(const etcd_process& etcd) {
  auto config = member_config({etcd.endpoint()}, "first", for_ever);
  config.cluster = "other";
  member_node first{config};
  first.wait_for_view("first");
}

/// Makes users, of whom `livegrid` may see and change what is ours alone, and
/// asks for passwords from then on.
void turn_authentication_on(const etcd_process& etcd) {
  auto quoted = [](std::string_view x) { return '"' + to_base64(x) + '"'; };
  etcd.post("/v3/auth/role/add", R"({"name":"root"})");
  etcd.post("/v3/auth/user/add", R"({"name":"root","password":"r"})");
  etcd.post("/v3/auth/user/grant", R"({"user":"root","role":"root"})");
  etcd.post("/v3/auth/role/add", R"({"name":"livegrid"})");
  etcd.post("/v3/auth/role/grant",
            R"({"name":"livegrid","perm":{"permType":"READWRITE","key":)"
              + quoted("/livegrid/") + R"(,"range_end":)" + quoted("/livegrid0")
              + "}}");
  etcd.post("/v3/auth/user/add", R"({"name":"livegrid","password":"geheim"})");
  etcd.post("/v3/auth/user/grant", R"({"user":"livegrid","role":"livegrid"})");
  etcd.post("/v3/auth/enable", "{}");
}

membership_config as_user(const etcd_process& etcd, std::string name,
                          std::string password = "geheim") {
  auto result = member_config({etcd.endpoint()}, std::move(name), for_ever);
  result.access.user = "livegrid";
  result.access.password = std::move(password);
  return result;
}

bool contains(const std::string& text, std::string_view what) {
  return text.find(what) != std::string::npos;
}

} // namespace

CAF_TEST(members log in where etcd asks who they are) {
  etcd_process etcd;
  etcd.start();
  wait_until_up(etcd);
  turn_authentication_on(etcd);
  member_node a{as_user(etcd, "a")};
  a.wait_for_view("a");
  member_node b{as_user(etcd, "b")};
  b.wait_for_view("a,b");
  a.wait_for_view("a,b");
  // It knows nobody's token any more, and all go on.
  etcd.stop();
  etcd.start();
  member_node c{as_user(etcd, "c")};
  c.wait_for_view("a,b,c");
  a.wait_for_view("a,b,c");
  b.wait_for_view("a,b,c");
  a.membership().restate(false, {});
  CAF_CHECK_GREATER(c.wait_for_view("a,b,c"), 0u);
}

CAF_TEST(who may not come in is told why) {
  etcd_process etcd;
  etcd.start();
  wait_until_up(etcd);
  turn_authentication_on(etcd);
  {
    member_node wrong{as_user(etcd, "a", "gehein")};
    auto x = wrong.next();
    CAF_CHECK_EQUAL(x.kind, "waiting");
    CAF_CHECK(contains(x.text, "as user livegrid: "));
    CAF_CHECK(contains(x.text, "invalid user ID or password"));
    CAF_CHECK(!contains(x.text, "gehein"));
  }
  auto nobody = member_config({etcd.endpoint()}, "a", for_ever);
  member_node none{nobody};
  auto x = none.next();
  CAF_CHECK_EQUAL(x.kind, "waiting");
  CAF_CHECK(contains(x.text, "set cluster.etcd-user"));
}

CAF_TEST(a user where nobody is asked is no fault) {
  etcd_process etcd;
  etcd.start();
  member_node a{as_user(etcd, "a")};
  a.wait_for_view("a");
}

CAF_TEST(members speak TLS with an etcd that knows them by certificate) {
  identity authority;
  identity server{&authority, 3600, "IP:127.0.0.1"};
  identity client{&authority};
  identity stranger;
  temp_file ca{authority.cert()};
  temp_file cert{server.cert()};
  temp_file key{server.key()};
  temp_file own_cert{client.cert()};
  temp_file own_key{client.key()};
  temp_file other_ca{stranger.cert()};
  etcd_process etcd;
  etcd.use_tls(cert.path(), key.path(), ca.path());
  etcd.start();
  auto config = member_config({etcd.endpoint()}, "a", for_ever);
  config.access.ca = ca.path();
  config.access.cert = own_cert.path();
  config.access.key = own_key.path();
  member_node a{config};
  a.wait_for_view("a");
  // Whom it does not know it does not believe.
  auto careful = config;
  careful.self.name = "b";
  careful.access.ca = other_ca.path();
  member_node b{careful};
  CAF_CHECK_EQUAL(b.next().kind, "waiting");
  // And who shows no certificate is not let in.
  auto nameless = config;
  nameless.self.name = "c";
  nameless.access.cert.clear();
  nameless.access.key.clear();
  member_node c{nameless};
  CAF_CHECK_EQUAL(c.next().kind, "waiting");
}

CAF_TEST(a node takes the password from its environment and shows it nowhere) {
  etcd_process etcd;
  etcd.start();
  wait_until_up(etcd);
  turn_authentication_on(etcd);
  auto port = port_holder{}.port();
  node_process node{
    node_options{.args = {"--market.feed=none", example_symbols(),
                          "--cluster.etcd=" + etcd.endpoint() + "/",
                          "--cluster.etcd-user=livegrid",
                          "--cluster.port=" + std::to_string(port)},
                 .env = {{"LIVEGRID_CLUSTER_ETCD_PASSWORD", "geheim"}}}};
  node.wait_until_listening();
  node.wait_for_error_text("cluster_joined");
  CAF_CHECK(!contains(node.standard_error(), "geheim"));
  CAF_CHECK(!contains(node.standard_error(), "ignored the variable"));
}
