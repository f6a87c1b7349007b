#define CAF_SUITE http.cluster.cluster_node

// A node that meets others is tested with others, in tests/cluster.

#include "livegrid/http/cluster/cluster_node.hpp"

#include <sys/stat.h>

#include <functional>
#include <string>

#include "identity.hpp"
#include "temp_file.hpp"

#include "unit_test.hpp"

using namespace livegrid;
using namespace livegrid::test;

namespace {

std::string fault(const std::function<void(settings&)>& change) {
  settings x;
  change(x);
  auto fine = check_cluster(x);
  return fine ? std::string{} : fine.error();
}

/// The same for a cluster that asks etcd there.
std::string etcd_fault(
  const std::string& endpoints,
  const std::function<void(settings&)>& change = [](settings&) {}) {
  return fault([&](settings& x) {
    x.cluster.etcd = endpoints;
    change(x);
  });
}

} // namespace

CAF_TEST(a list of nodes has this one) {
  auto listed = [](std::string join) {
    return fault([&](settings& x) {
      x.cluster.address = "192.0.2.1";
      x.cluster.port = 7781;
      x.cluster.join = join;
    });
  };
  CAF_CHECK_EQUAL(listed("192.0.2.1:7781"), "");
  CAF_CHECK_EQUAL(listed("192.0.2.2:7781, 192.0.2.1:7781 ,x"), "");
  const std::string absent = "cluster.join: 192.0.2.1:7781, which is this "
                             "node's, is not in it";
  CAF_CHECK_EQUAL(listed(""), absent);
  CAF_CHECK_EQUAL(listed("192.0.2.1:7782"), absent);
  CAF_CHECK_EQUAL(listed("192.0.2.1"), absent);
  CAF_CHECK_EQUAL(listed("192.0.2.11:7781"), absent);
}

CAF_TEST(an etcd is named so that it can be asked) {
  CAF_CHECK_EQUAL(etcd_fault("http://127.0.0.1:2379"), "");
  CAF_CHECK_EQUAL(etcd_fault("http://a:1, b:2"), "");
  CAF_CHECK(etcd_fault("a").starts_with("cluster.etcd: "));
  // What is wrong with the way to it is said before where it is.
  auto why = etcd_fault("a", [](settings& x) {
    x.cluster.etcd_user = "live";
    x.cluster.etcd_password_file = "/nonexistent/x";
  });
  CAF_CHECK(why.starts_with("cluster.etcd-password-file: "));
}

CAF_TEST(what is for TLS is not sent without) {
  identity authority;
  temp_file ca{authority.cert()};
  auto with_ca = [&](const std::string& endpoints) {
    return etcd_fault(endpoints,
                      [&](settings& x) { x.cluster.etcd_ca = ca.path(); });
  };
  CAF_CHECK_EQUAL(with_ca("https://a:1"), "");
  CAF_CHECK_EQUAL(with_ca("a:1"), "");
  CAF_CHECK_EQUAL(with_ca("https://a:1,http://b:2"),
                  "cluster.etcd: http://b:2 is no TLS, and cluster.etcd-ca or "
                  "cluster.etcd-cert is for https://");
}

CAF_TEST(what a member cannot be is a fault) {
  const std::string etcd = "http://127.0.0.1:2379";
  CAF_CHECK_EQUAL(etcd_fault(etcd, [](settings& x) { x.cluster.port = 0; }),
                  "cluster.etcd: the node's name, instance, address or port "
                  "cannot be one");
  CAF_CHECK_EQUAL(
    etcd_fault(etcd, [](settings& x) { x.cluster.name = "a/b"; }),
    "cluster.etcd: the cluster's name must be 1 to 64 of A-Z a-z 0-9 . _ -");
  // Part of a second is a whole one.
  auto ttl = [&](int ms) {
    return etcd_fault(etcd, [&](settings& x) {
      x.cluster.ttl = std::chrono::milliseconds{ms};
    });
  };
  CAF_CHECK_EQUAL(ttl(1001), "");
  CAF_CHECK_EQUAL(ttl(60'000), "");
  CAF_CHECK_NOT_EQUAL(ttl(1000), "");
  CAF_CHECK_NOT_EQUAL(ttl(60'001), "");
}

CAF_TEST(certificates of nodes are good before anything is asked) {
  identity authority;
  identity node{&authority};
  identity other{&authority};
  temp_file ca{authority.cert()};
  temp_file cert{node.cert()};
  temp_file key{node.key()};
  temp_file other_key{other.key()};
  auto with_key = [&](const std::string& path) {
    return fault([&](settings& x) {
      x.cluster.tls_cert = cert.path();
      x.cluster.tls_key = path;
      x.cluster.tls_ca = ca.path();
      x.cluster.join = "127.0.0.1:7781";
    });
  };
  CAF_CHECK_EQUAL(with_key(key.path()), "");
  CAF_CHECK_EQUAL(with_key(other_key.path()),
                  "cluster.tls-cert: " + other_key.path()
                    + ": is not the key of " + cert.path());
}
