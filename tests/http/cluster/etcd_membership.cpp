#define CAF_SUITE http.cluster.etcd_membership

// What it does with an etcd is tested with one, in tests/cluster.

#include "livegrid/http/cluster/etcd_membership.hpp"

#include <chrono>
#include <functional>
#include <set>
#include <string>
#include <string_view>

#include "unit_test.hpp"

using namespace livegrid;
using namespace std::chrono_literals;

namespace {

membership_config good() {
  membership_config x;
  x.endpoints = {"http://127.0.0.1:2379"};
  x.cluster = "live-grid_1.x";
  x.self.name = "a";
  x.self.instance = random_instance();
  x.self.address = "127.0.0.1";
  x.self.port = 7781;
  return x;
}

std::string fault(const std::function<void(membership_config&)>& change) {
  auto x = good();
  change(x);
  return x.fault();
}

} // namespace

CAF_TEST(what cannot be is said before it is tried) {
  const std::string_view number = "there must be 1 to 8 endpoints of etcd";
  const std::string_view cluster =
    "the cluster's name must be 1 to 64 of A-Z a-z 0-9 . _ -";
  const std::string_view self =
    "the node's name, instance, address or port cannot be one";
  const std::string_view ttl = "the time to live must be 2 to 60 s";
  struct {
    std::function<void(membership_config&)> change;
    std::string_view fault;
  } cases[] = {
    {[](auto&) {}, ""},
    {[](auto& x) { x.endpoints.resize(8, x.endpoints[0]); }, ""},
    {[](auto& x) { x.endpoints.resize(9, x.endpoints[0]); }, number},
    {[](auto& x) { x.endpoints.clear(); }, number},
    {[](auto& x) { x.cluster = ""; }, cluster},
    {[](auto& x) { x.cluster = "a/b"; }, cluster},
    {[](auto& x) { x.cluster = std::string(64, 'x'); }, ""},
    {[](auto& x) { x.cluster = std::string(65, 'x'); }, cluster},
    {[](auto& x) { x.self.name = "a b"; }, self},
    {[](auto& x) { x.self.instance.pop_back(); }, self},
    {[](auto& x) { x.self.instance[0] = 'A'; }, self},
    {[](auto& x) { x.self.address = ""; }, self},
    {[](auto& x) { x.self.port = 0; }, self},
    {[](auto& x) { x.ttl = 2s; }, ""},
    {[](auto& x) { x.ttl = 1s; }, ttl},
    {[](auto& x) { x.ttl = 60s; }, ""},
    {[](auto& x) { x.ttl = 61s; }, ttl},
  };
  for (auto& c : cases)
    CAF_CHECK_EQUAL(fault(c.change), c.fault);
  // The words for an endpoint are those of `endpoint_fault`.
  auto why = fault([](auto& x) { x.endpoints.push_back("http://a"); });
  CAF_CHECK(why.starts_with("an endpoint of etcd "));
  CAF_CHECK_EQUAL(why.substr(20), endpoint_fault("http://a"));
}

CAF_TEST(an instance is one that no other run has) {
  std::set<std::string> seen;
  for (int i = 0; i < 100; ++i) {
    auto x = random_instance();
    CAF_CHECK_EQUAL(x.size(), 32u);
    CAF_CHECK_EQUAL(x.find_first_not_of("0123456789abcdef"), std::string::npos);
    CAF_CHECK(seen.insert(x).second);
  }
}
