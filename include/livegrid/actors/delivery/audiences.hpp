#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "livegrid/actors/delivery/outbox.hpp"
#include "livegrid/actors/prices/row.hpp"
#include "livegrid/actors/prices/subscription.hpp"
#include "livegrid/actors/prices/symbol_filter.hpp"
#include "livegrid/actors/prices/symbol_name.hpp"
#include "livegrid/fwd.hpp"

namespace livegrid {

struct audience;

/// A symbol that somebody here wants.
struct watched_symbol {
  using time_point = outbox::time_point;

  symbol_name name;
  outbox::symbol_key key = 0;
  row_ptr latest;       ///< null until its owner has answered
  time_point flushed{}; ///< when `latest` was last sent out

  /// Since when its rows are asked for, in nanoseconds since 1970: its first
  /// row may be older, and tell what was before.
  std::int64_t since = 0;

  /// Where `latest` only says that time has passed: the last row that a tick
  /// made, and when that was sent out.
  row_ptr ticked;
  time_point ticked_at{};

  bool staged = false; ///< this flush has a row of it
  std::vector<audience*> audiences;
  std::uint64_t viewers = 0; ///< members of these

  /// Whether it has no row of a trade yet.
  bool is_awaited() const noexcept {
    return !latest || latest->is_vacant();
  }
};

/// What makes the bytes of subscribers differ: subscribers of whom all of this
/// is the same get the same bytes.
struct audience_key {
  const view* shown = nullptr;
  bool changes_only = false;
  bool as_array = false;
  bool everything = false;

  /// Of `everything`: which of it. Null for all, and where there are names.
  symbol_filter_ptr filter;

  std::vector<outbox::symbol_key> symbols; ///< sorted

  friend auto operator<=>(const audience_key&, const audience_key&) = default;
};

/// Subscribers who get the same bytes. There are none without members, but
/// while one of them moves.
struct audience {
  const audience_key& key;

  std::vector<outbox*> members;

  /// Rows of this flush that they get, by their places in it.
  std::vector<std::uint32_t> staged;

  /// Whether a row is what those who want all get, or these names.
  bool shows(const row& x) const {
    return !key.everything
           || (!x.is_vacant() && allows(key.filter, x.symbol()));
  }
};

/// A subscriber, where it belongs, and what its last change of the set brought,
/// whose rows came with it.
struct audience_member {
  outbox_ptr box;
  audience* where = nullptr;
  std::size_t place = 0;    ///< in `where->members`
  std::uint64_t number = 0; ///< by age, from 1

  outbox::time_point changed{};
  std::vector<outbox::symbol_key> added; ///< sorted
  bool added_all = false;
};

/// Something that the market is to be told: that rows of these symbols, or of
/// all if none is named, are wanted from now on, or no more.
struct interest_change {
  bool wanted;
  std::vector<symbol_name> names;

  friend bool operator==(const interest_change&,
                         const interest_change&) = default;
};

/// In this order.
using interest_changes = std::vector<interest_change>;

/// Who gets what: subscribers by audience, and audiences by symbol. Sends
/// nothing itself: whoever changes a set is told what the market must know.
class audiences {
public:
  using symbol_key = outbox::symbol_key;
  using time_point = outbox::time_point;

  // -- subscribers ------------------------------------------------------------

  /// The member with that outbox; one that wants nothing yet if it is new.
  audience_member& find_or_add(const outbox_ptr& who);

  /// Null if it is not here.
  audience_member* find(outbox* who);

  /// Null if there is none whose owner has that id.
  const audience_member* find(std::uint64_t id) const;

  /// What a change of the set has brought.
  struct change {
    audience* before; ///< where it was; has to be released
    bool moved;       ///< whether it is elsewhere now

    /// What it wants, in the order asked; nothing if it wants all.
    std::vector<symbol_key> wanted;

    interest_changes news;
  };

  /// Gives a member another set, and discards what waits of symbols that it no
  /// longer wants.
  /// @param today the time of day, in nanoseconds since 1970.
  change change_set(audience_member& who, const subscription& what,
                    time_point now, std::int64_t today);

  /// Takes a member away.
  /// @returns where it was, which has to be released.
  audience* remove(audience_member& who);

  /// Forgets an audience, which has no members, and symbols that nobody wants
  /// any more.
  interest_changes release(audience* x);

  std::size_t num_members() const noexcept {
    return members_.size();
  }

  /// By outbox, in no order.
  const std::unordered_map<outbox*, audience_member>& members() const noexcept {
    return members_;
  }

  /// By `number`.
  const std::map<std::uint64_t, const audience_member*>& by_age() const {
    return by_age_;
  }

  std::size_t size() const noexcept {
    return all_.size();
  }

  /// Those who want every symbol.
  const std::vector<audience*>& of_everything() const noexcept {
    return everything_;
  }

  // -- symbols ----------------------------------------------------------------

  /// Null if nobody wants it by name, and no row of it has come to those who
  /// want all.
  watched_symbol* find(const symbol_name& which) const {
    auto i = keys_.find(which);
    return i == keys_.end() ? nullptr : symbols_[i->second].get();
  }

  /// Null if there is none of that key any more.
  watched_symbol* at(symbol_key key) const noexcept {
    return symbols_[key].get();
  }

  /// Makes a symbol known, of which a row has come to those who want all.
  watched_symbol& add(const symbol_name& which, std::int64_t today);

  /// The first row of an awaited symbol, if `x` is one: its viewers wait for
  /// one symbol less.
  void note_arrival(const watched_symbol& symbol, const row& x) const;

  /// A staged row is out.
  /// @param before what was the latest one when it was staged.
  void note_sent(symbol_key key, const row_ptr& x, const row_ptr& before,
                 time_point now) const;

  std::size_t num_symbols() const noexcept {
    return keys_.size();
  }

  /// All keys are less.
  symbol_key end_key() const noexcept {
    return static_cast<symbol_key>(symbols_.size());
  }

  /// Whether that subscriber gets rows of this symbol.
  bool wants(const audience_member& who, const symbol_name& which) const;

private:
  audience& find_or_make(const outbox& box, std::vector<symbol_key> symbols,
                         bool everything);

  void move(audience_member& who, audience* to);

  /// Discards what waits of symbols that are not wanted after this.
  void forget_unwanted(outbox& box, const audience& before,
                       const audience& after) const;

  /// @param fresh gets the name if the symbol was not known.
  watched_symbol& find_or_make(const symbol_name& which,
                               std::vector<symbol_name>& fresh,
                               std::int64_t today);

  void release_if_unwanted(symbol_key key, std::vector<symbol_name>& unwanted);

  std::vector<std::unique_ptr<watched_symbol>> symbols_; ///< by key
  std::vector<symbol_key> free_keys_;
  std::unordered_map<symbol_name, symbol_key> keys_;

  std::map<audience_key, std::unique_ptr<audience>> all_;
  std::vector<audience*> everything_;

  std::unordered_map<outbox*, audience_member> members_;
  std::map<std::uint64_t, const audience_member*> by_age_;
  std::uint64_t joined_ = 0;

  /// Since when every symbol's rows are asked for, see `watched_symbol::since`.
  std::int64_t everything_since_ = 0;
};

} // namespace livegrid
