#include "livegrid/actors/members/member.hpp"

#include <algorithm>

#include "livegrid/actors/base/text.hpp"

namespace livegrid {

namespace {

constexpr std::size_t max_member_name = 64;
constexpr std::size_t instance_size = 32;
constexpr std::size_t max_address = 253;

bool is_word(char c) noexcept {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z')
         || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
}

bool is_hex(char c) noexcept {
  return hex_value(c) >= 0;
}

bool is_address(char c) noexcept {
  return is_word(c) || c == ':' || c == '%';
}

// -- the hash: nodes of any build must agree on it, so it never changes -------

/// FNV-1a.
std::uint64_t hash_of(std::string_view text) noexcept {
  std::uint64_t result = 0xcbf29ce484222325;
  for (unsigned char c : text) {
    result ^= c;
    result *= 0x100000001b3;
  }
  return result;
}

/// The end of MurmurHash3: every bit of `x` moves every bit of the result.
std::uint64_t mixed(std::uint64_t x) noexcept {
  x ^= x >> 33;
  x *= 0xff51afd7ed558ccd;
  x ^= x >> 33;
  x *= 0xc4ceb9fe1a85ec53;
  x ^= x >> 33;
  return x;
}

} // namespace

bool valid_member_name(std::string_view text) noexcept {
  return !text.empty() && text.size() <= max_member_name
         && std::all_of(text.begin(), text.end(), is_word);
}

bool member::valid() const noexcept {
  return valid_member_name(name) && instance.size() == instance_size
         && std::all_of(instance.begin(), instance.end(), is_hex)
         && !address.empty() && address.size() <= max_address
         && std::all_of(address.begin(), address.end(), is_address) && port != 0
         && pinned.size() <= max_pinned
         && std::is_sorted(pinned.begin(), pinned.end())
         && std::adjacent_find(pinned.begin(), pinned.end()) == pinned.end();
}

bool cluster_view::valid() const noexcept {
  auto in_order = [](const member& x, const member& y) {
    return x.name < y.name;
  };
  auto out_of_order = [&](const member& x, const member& y) {
    return !in_order(x, y);
  };
  return members.size() <= max_members
         && std::all_of(members.begin(), members.end(),
                        [](const member& x) { return x.valid(); })
         && std::adjacent_find(members.begin(), members.end(), out_of_order)
              == members.end();
}

std::optional<placement> place_of(const symbol_name& symbol,
                                  const cluster_view& view) noexcept {
  // Rendezvous hashing: the member that has the most weight for the symbol.
  auto key = mixed(hash_of(symbol.str()));
  std::optional<std::size_t> first;
  std::optional<std::size_t> second;
  auto pinned = [&](std::size_t i) {
    const auto& xs = view.members[i].pinned;
    return !xs.empty() && std::binary_search(xs.begin(), xs.end(), symbol);
  };
  auto weight = [&](std::size_t i) {
    return mixed(hash_of(view.members[i].name) ^ key);
  };
  // Names decide between equals, so that their order does not.
  auto beats = [&](std::size_t i, std::optional<std::size_t> j) {
    if (!j)
      return true;
    if (auto pi = pinned(i), pj = pinned(*j); pi || pj)
      return pi && (!pj || view.members[i].name < view.members[*j].name);
    auto wi = weight(i);
    auto wj = weight(*j);
    return wi > wj
           || (wi == wj && view.members[i].name < view.members[*j].name);
  };
  for (std::size_t i = 0; i < view.members.size(); ++i) {
    if (!view.members[i].owns_symbols)
      continue;
    if (beats(i, first)) {
      second = first;
      first = i;
    } else if (beats(i, second)) {
      second = i;
    }
  }
  if (!first)
    return std::nullopt;
  return placement{*first, second};
}

std::optional<std::size_t> owner_of(const symbol_name& symbol,
                                    const cluster_view& view) noexcept {
  auto result = place_of(symbol, view);
  return result ? std::optional{result->owner} : std::nullopt;
}

std::uint64_t agreed_hash(std::string_view text) noexcept {
  return mixed(hash_of(text));
}

std::uint64_t hash_of_members(const cluster_view& view) noexcept {
  std::uint64_t result = 0;
  auto take = [&](std::string_view x) { result = mixed(result ^ hash_of(x)); };
  for (const auto& x : view.members) {
    take(x.name);
    take(x.instance);
    take(x.owns_symbols ? "owns" : "");
    for (const auto& y : x.pinned)
      take(y.str());
  }
  return result;
}

std::string join_fault(const member& self, const std::string& own_cluster,
                       const member& who, const std::string& cluster) {
  if (cluster != own_cluster)
    return "this is a node of cluster '" + own_cluster + "', not '" + cluster
           + '\'';
  if (who.protocol != self.protocol)
    return "this node speaks version " + std::to_string(self.protocol)
           + ", not " + std::to_string(who.protocol);
  if (who.name == self.name && who.instance != self.instance)
    return "this node has the name " + who.name + ", too";
  return {};
}

} // namespace livegrid
