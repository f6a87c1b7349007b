#include "livegrid/http/access/client_identity.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <string>

#include "livegrid/actors/base/address_range.hpp"
#include "livegrid/http/system/secret.hpp"

namespace livegrid {

namespace {

bool is_loopback(const std::string& address) {
  static const auto loopback = *address_ranges::parse("127.0.0.0/8,::1/128");
  return loopback.contains(address);
}

} // namespace

std::string client_name(const caller& x) {
  return x.key ? "key " + x.key->name : "address " + network_of(x.address);
}

std::uint64_t client_number(std::string_view name) {
  // Whoever posts does so many times: its name is hashed once. Of many others
  // nothing is kept.
  constexpr std::size_t most = 1024;
  thread_local std::map<std::string, std::uint64_t, std::less<>> known;
  if (auto i = known.find(name); i != known.end())
    return i->second;
  std::uint64_t result = 0;
  auto digest = sha256(name);
  for (std::size_t i = 0; i < sizeof result; ++i)
    result = result << 8 | digest[i];
  result = std::max<std::uint64_t>(1, result);
  if (known.size() >= most)
    known.clear();
  known.emplace(name, result);
  return result;
}

std::uint64_t publisher_of(const caller& x) {
  return !x.key && is_loopback(x.address) ? 0 : client_number(client_name(x));
}

std::uint64_t poster_of(const caller& x) {
  auto name = client_name(x);
  return client_number(x.key ? name : "post " + name);
}

publisher_seats::seat publisher_seats::take(const caller& x) {
  auto name = client_name(x);
  if (x.key)
    return {client_number(name), nullptr};
  auto& taken = (*taken_)[name];
  // The first that nobody has.
  std::size_t free = 0;
  for (auto place : taken)
    if (place == free)
      ++free;
    else
      break;
  taken.insert(free);
  auto leave = [all = taken_, name, free](void*) {
    auto i = all->find(name);
    i->second.erase(free);
    if (i->second.empty())
      all->erase(i);
  };
  return {client_number("socket " + std::to_string(free) + ' ' + name),
          {static_cast<void*>(this), std::move(leave)}};
}

} // namespace livegrid
