#define CAF_SUITE http.cluster.etcd_access

#include "livegrid/http/cluster/etcd_access.hpp"

#include <string>

#include <sys/stat.h>

#include "identity.hpp"
#include "temp_file.hpp"

#include "unit_test.hpp"

using namespace livegrid;
using namespace livegrid::test;

namespace {

std::string list(std::string_view text, bool tls = false) {
  auto found = parse_endpoints(text, tls);
  if (!found)
    return "fault: " + found.error();
  std::string result;
  for (const auto& x : *found)
    result += (result.empty() ? "" : " ") + x;
  return result;
}

std::string fault_of(const settings& x) {
  auto found = read_etcd_access(x);
  return found ? std::string{} : found.error();
}

} // namespace

CAF_TEST(addresses are taken as people write them) {
  CAF_CHECK_EQUAL(list("http://a:2379"), "http://a:2379");
  CAF_CHECK_EQUAL(list("http://a:2379/, b:1 ,https://[::1]:2/"),
                  "http://a:2379 http://b:1 https://[::1]:2");
  CAF_CHECK_EQUAL(list("a:1,http://b:2", true), "https://a:1 http://b:2");
}

CAF_TEST(each wrong form has words of its own) {
  struct {
    std::string_view text;
    std::string_view why;
  } cases[] = {
    {"", "is empty"},
    {"http://a:1,", "is empty"},
    {"http://a", "has no port; etcd's is 2379"},
    {"a", "has no port"},
    {"http://[::1]", "has no port"},
    {"http://:1", "names no host"},
    {"http://", "names no host"},
    {"http://a:0", "none of 1 to 65535"},
    {"http://a:65536", "none of 1 to 65535"},
    {"http://a:1x", "none of 1 to 65535"},
    {"http://a b:1", "has a character"},
    {"http://a:1/v3", "has a path"},
    {"http://a:1?x=1", "has a query"},
    {"etcd://a:1", "begins with neither"},
    {"file:///a:1", "begins with neither"},
    {"HTTP://a:1", "begins with neither"},
    {"a:1,a:1,a:1,a:1,a:1,a:1,a:1,a:1,a:1", "over 8"},
  };
  for (auto& c : cases) {
    CAF_MESSAGE(c.text);
    auto found = list(c.text);
    CAF_CHECK(found.starts_with("fault: "));
    CAF_CHECK(found.find(c.why) != std::string::npos);
  }
  // A secret is not repeated.
  auto found = list("http://livegrid:geheim@a:1");
  CAF_CHECK(found.find("cluster.etcd-user") != std::string::npos);
  CAF_CHECK(found.find("geheim") == std::string::npos);
}

CAF_TEST(a password comes from a file that others cannot read) {
  temp_file file{"geheim\n"};
  settings x;
  x.cluster.etcd_user = "livegrid";
  x.cluster.etcd_password_file = file.path();
  ::chmod(file.path().c_str(), 0600);
  auto found = read_etcd_access(x);
  CAF_REQUIRE(found);
  CAF_CHECK_EQUAL(found->password, "geheim");
  ::chmod(file.path().c_str(), 0644);
  CAF_CHECK(fault_of(x).starts_with("cluster.etcd-password-file: "));
  x.cluster.etcd_password_file = "/nonexistent/x";
  CAF_CHECK(fault_of(x).starts_with("cluster.etcd-password-file: "));
  temp_file empty{"\n"};
  ::chmod(empty.path().c_str(), 0600);
  x.cluster.etcd_password_file = empty.path();
  CAF_CHECK(fault_of(x).find("is empty") != std::string::npos);
}

CAF_TEST(files of TLS that do not fit are said with their setting) {
  identity authority;
  identity node{&authority};
  identity other{&authority};
  temp_file ca{authority.cert()};
  temp_file cert{node.cert()};
  temp_file key{node.key()};
  temp_file other_key{other.key()};
  temp_file rubbish{"no pem\n"};
  for (const auto* x : {&key, &other_key})
    ::chmod(x->path().c_str(), 0600);
  settings x;
  x.cluster.etcd_ca = ca.path();
  CAF_CHECK_EQUAL(fault_of(x), "");
  x.cluster.etcd_cert = cert.path();
  x.cluster.etcd_key = key.path();
  CAF_CHECK_EQUAL(fault_of(x), "");
  x.cluster.etcd_key = other_key.path();
  CAF_CHECK(fault_of(x).starts_with("cluster.etcd-key: "));
  ::chmod(key.path().c_str(), 0644);
  x.cluster.etcd_key = key.path();
  CAF_CHECK(fault_of(x).find("others may read") != std::string::npos);
  ::chmod(key.path().c_str(), 0600);
  x.cluster.etcd_cert = rubbish.path();
  CAF_CHECK(fault_of(x).starts_with("cluster.etcd-cert: "));
  x.cluster.etcd_ca = rubbish.path();
  CAF_CHECK(fault_of(x).starts_with("cluster.etcd-ca: "));
}
