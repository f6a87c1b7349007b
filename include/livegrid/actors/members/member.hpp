#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <caf/error.hpp>
#include <caf/meta/load_callback.hpp>
#include <caf/meta/type_name.hpp>
#include <caf/sec.hpp>

#include "livegrid/actors/prices/symbol_name.hpp"

namespace livegrid {

/// The most members that a cluster may have.
constexpr std::size_t max_members = 256;

/// The most symbols that the operator may have moved to one member.
constexpr std::size_t max_pinned = 100;

/// A node of a cluster, as the others know it.
struct member {
  /// Unique in the cluster: 1 to 64 bytes of `A-Z a-z 0-9 . _ -`.
  std::string name;

  /// A random id of this run of the node: 32 hexadecimal digits in lower case.
  std::string instance;

  /// Where its node port is: an IP address or a host's name, 1 to 253 bytes of
  /// `A-Z a-z 0-9 . _ - : %`.
  std::string address;

  std::uint16_t port = 0; ///< not 0

  bool owns_symbols = true; ///< takes its share of the symbols
  bool serves_http = true;

  /// Which version of the messages between nodes it speaks.
  std::uint32_t protocol = 0;

  /// What it owns since the operator says so, whatever its share would be;
  /// sorted, each once.
  std::vector<symbol_name> pinned;

  /// In the view of a list: since which epoch it has been in each. Where that
  /// is another than in the view before, it was left out in between, and may
  /// not have heard of it. 0 where etcd says who is there: it tells a member
  /// that it is none.
  std::uint64_t since = 0;

  /// Whether its parts are what they must be.
  bool valid() const noexcept;

  friend bool operator==(const member&, const member&) = default;

  /// Loading one that is not valid is an error.
  template <class Inspector>
  friend auto inspect(Inspector& f, member& x) {
    auto load = [&]() -> caf::error {
      if (x.valid())
        return caf::none;
      return caf::sec::invalid_argument;
    };
    return f(caf::meta::type_name("member"), x.name, x.instance, x.address,
             x.port, x.owns_symbols, x.serves_http, x.protocol, x.pinned,
             x.since, caf::meta::load_callback(load));
  }
};

/// Whether `text` can name a member or a cluster.
bool valid_member_name(std::string_view text) noexcept;

/// Who is there, as all agree.
struct cluster_view {
  /// Of two views the one with the higher epoch is newer.
  std::uint64_t epoch = 0;

  /// Sorted by name, each name once, `max_members` at most.
  std::vector<member> members;

  /// Whether the members are valid and in their order.
  bool valid() const noexcept;

  friend bool operator==(const cluster_view&, const cluster_view&) = default;

  /// Loading one that is not valid is an error.
  template <class Inspector>
  friend auto inspect(Inspector& f, cluster_view& x) {
    auto load = [&]() -> caf::error {
      if (x.valid())
        return caf::none;
      x.members.clear();
      return caf::sec::invalid_argument;
    };
    return f(caf::meta::type_name("cluster_view"), x.epoch, x.members,
             caf::meta::load_callback(load));
  }
};

/// Which of the view's members owns that symbol, as an index: the first one
/// that it is pinned to, or else the one whose share it belongs to; nothing if
/// none of them owns symbols. Every machine gets the same answer from the same
/// names. A member that comes takes its share from all others alike and moves
/// nothing else; one that goes leaves its own to all others alike.
std::optional<std::size_t> owner_of(const symbol_name& symbol,
                                    const cluster_view& view) noexcept;

/// Who owns a symbol, as an index into a view's members, and who will if that
/// member goes.
struct placement {
  std::size_t owner = 0;
  std::optional<std::size_t> next;
};

/// Like `owner_of`, with the next one.
std::optional<placement> place_of(const symbol_name& symbol,
                                  const cluster_view& view) noexcept;

/// A hash that nodes of any build agree on.
std::uint64_t agreed_hash(std::string_view text) noexcept;

/// Stands for all that views of the same epoch may differ in.
std::uint64_t hash_of_members(const cluster_view& view) noexcept;

/// Why `who`, of the cluster of that name, cannot be a member with `self`, of
/// `own_cluster`; empty if it can. Whether a third one has its name is not
/// looked at.
std::string join_fault(const member& self, const std::string& own_cluster,
                       const member& who, const std::string& cluster);

} // namespace livegrid
