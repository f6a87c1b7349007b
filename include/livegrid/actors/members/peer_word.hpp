#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include <caf/meta/type_name.hpp>

#include "livegrid/actors/prices/symbol_name.hpp"

namespace livegrid {

/// What tells one set of names from another, whatever their order. It is kept
/// as names come and go, one by one.
struct wish_digest {
  std::uint64_t names = 0; ///< how many
  std::uint64_t sum = 0;   ///< of their hashes, see `hash_of` in cluster.cpp

  void add(const symbol_name& x) noexcept;

  void remove(const symbol_name& x) noexcept;

  friend bool operator==(const wish_digest&, const wish_digest&) = default;

  template <class Inspector>
  friend auto inspect(Inspector& f, wish_digest& x) {
    return f(caf::meta::type_name("wish_digest"), x.names, x.sum);
  }
};

/// What nodes tell each other once a second, so that each can see what they do
/// not agree on.
struct peer_word {
  std::uint64_t epoch = 0;   ///< of the sender's view
  std::uint64_t members = 0; ///< a hash of that view's members
  bool settled = false;      ///< it has its share

  /// What it has asked the receiver for: these symbols, and perhaps all.
  wish_digest wishes;
  bool everything = false;

  /// In an answer: whether that is what the receiver knows of.
  bool wishes_agree = true;

  template <class Inspector>
  friend auto inspect(Inspector& f, peer_word& x) {
    return f(caf::meta::type_name("peer_word"), x.epoch, x.members, x.settled,
             x.wishes, x.everything, x.wishes_agree);
  }
};

/// A part of all that one node wants of another.
struct wish_part {
  std::vector<symbol_name> names;
  bool everything = false; ///< every symbol, beside these
  bool first = false;      ///< what was asked for before counts no more, ...
  bool last = false;       ///< ... once this has come

  template <class Inspector>
  friend auto inspect(Inspector& f, wish_part& x) {
    return f(caf::meta::type_name("wish_part"), x.names, x.everything, x.first,
             x.last);
  }
};

} // namespace livegrid
