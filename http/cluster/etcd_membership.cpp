#include "livegrid/http/cluster/etcd_membership.hpp"

#include <random>
#include <utility>

#include "livegrid/http/cluster/member_loop.hpp"

namespace livegrid {

namespace {

constexpr std::size_t max_endpoints = 8;
constexpr std::chrono::seconds min_ttl{2};
constexpr std::chrono::seconds max_ttl{60};

std::string fault_of(const std::vector<std::string>& endpoints) {
  if (endpoints.empty() || endpoints.size() > max_endpoints)
    return "there must be 1 to 8 endpoints of etcd";
  for (const auto& x : endpoints)
    if (auto why = endpoint_fault(x); !why.empty())
      return "an endpoint of etcd " + why;
  return {};
}

} // namespace

std::string membership_config::fault() const {
  if (auto why = fault_of(endpoints); !why.empty())
    return why;
  if (!valid_member_name(cluster))
    return "the cluster's name must be 1 to 64 of A-Z a-z 0-9 . _ -";
  if (!self.valid())
    return "the node's name, instance, address or port cannot be one";
  if (ttl < min_ttl || ttl > max_ttl)
    return "the time to live must be 2 to 60 s";
  return {};
}

etcd_membership::etcd_membership(membership_config config, listener tell)
  : loop_(std::make_unique<member_loop>(config, std::move(tell),
                                        make_http_carrier(config.access))),
    thread_([loop = loop_.get()] { loop->run(); }) {
  // nop
}

etcd_membership::~etcd_membership() {
  stop();
}

void etcd_membership::restate(bool owns_symbols,
                              std::vector<symbol_name> pinned) {
  loop_->restate(owns_symbols, std::move(pinned));
}

void etcd_membership::stop() {
  loop_->stop();
  if (thread_.joinable())
    thread_.join();
}

boot_clock::time_point etcd_membership::valid_until() const noexcept {
  return loop_->valid_until();
}

std::string random_instance() {
  constexpr std::string_view digits = "0123456789abcdef";
  std::random_device random;
  std::string result;
  while (result.size() < 32)
    for (auto bits = random(), i = 0u; i < 8; ++i, bits >>= 4)
      result += digits[bits & 15];
  return result;
}

} // namespace livegrid
