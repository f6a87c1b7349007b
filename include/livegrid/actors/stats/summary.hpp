#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <caf/error.hpp>
#include <caf/meta/load_callback.hpp>
#include <caf/meta/type_name.hpp>
#include <caf/sec.hpp>

#include "livegrid/actors/prices/row.hpp"
#include "livegrid/actors/prices/symbol_name.hpp"
#include "livegrid/actors/stats/status.hpp"
#include "livegrid/actors/stats/tcp_status.hpp"

namespace livegrid {

/// The market lists at most so many symbols at a time, so that no tick waits
/// much longer for a list than for another tick.
constexpr std::uint64_t max_symbols_listed = 1024;

/// A symbol at one moment, as the operator's lists show it.
struct symbol_summary {
  symbol_name symbol;
  std::string price;         ///< as JSON
  std::string change;        ///< as JSON
  std::uint64_t applied = 0; ///< ticks
  std::uint64_t repeats = 0; ///< ticks that were none

  /// When the last tick was received, in nanoseconds since 1970; 0 for never.
  std::int64_t received = 0;

  actor_load load;

  std::string error; ///< why its owner has not answered, if it has not

  template <class Inspector>
  friend auto inspect(Inspector& f, symbol_summary& x) {
    return f(caf::meta::type_name("symbol_summary"), x.symbol, x.price,
             x.change, x.applied, x.repeats, x.received, x.load, x.error);
  }
};

/// A subscriber at one moment, as the operator's lists show it.
struct subscriber_summary {
  std::uint64_t id = 0;
  std::string peer;          ///< address and port
  std::uint64_t age_ms = 0;  ///< since it connected
  std::uint64_t symbols = 0; ///< that it named
  bool everything = false;   ///< it wants all instead
  std::uint64_t published = 0;
  std::uint64_t delivered = 0;
  std::uint64_t merged = 0;
  std::uint64_t discarded = 0;
  std::uint64_t unsent = 0; ///< bytes that its socket owes
  bool blocked = false;     ///< its socket is full
  std::uint64_t held = 0;   ///< rows that it holds, and so should be waiting
  std::uint64_t interval_ms = 0; ///< least time between updates that it wants
  tcp_status link;
  std::string key;   ///< the name of his API key, or `none`
  std::string agent; ///< what he says that his program is

  /// Whether published = delivered + merged + discarded + held.
  bool adds_up() const noexcept {
    return waiting() == held;
  }

  /// Rows that it shall get and has not got yet.
  std::uint64_t waiting() const noexcept {
    return published - delivered - merged - discarded;
  }

  template <class Inspector>
  friend auto inspect(Inspector& f, subscriber_summary& x) {
    return f(caf::meta::type_name("subscriber_summary"), x.id, x.peer, x.age_ms,
             x.symbols, x.everything, x.published, x.delivered, x.merged,
             x.discarded, x.unsent, x.blocked, x.held, x.interval_ms, x.link,
             x.key, x.agent);
  }
};

/// A part of a fan-out's subscribers that is small enough for one message.
struct subscriber_slice {
  std::vector<subscriber_summary> some;
  std::uint64_t next = 0; ///< where the others begin; 0 if there are none

  template <class Inspector>
  friend auto inspect(Inspector& f, subscriber_slice& x) {
    return f(caf::meta::type_name("subscriber_slice"), x.some, x.next);
  }
};

/// The ledgers of a fan-out at one moment, and the node's beside them.
struct ledger_audit {
  std::uint64_t off = 0;  ///< subscribers whose ledger does not add up
  std::uint64_t held = 0; ///< rows that wait for any of them

  // Of the node since it started, its subscribers gone included.
  std::uint64_t published = 0;
  std::uint64_t delivered = 0;
  std::uint64_t merged = 0;
  std::uint64_t discarded = 0;

  template <class Inspector>
  friend auto inspect(Inspector& f, ledger_audit& x) {
    return f(caf::meta::type_name("ledger_audit"), x.off, x.held, x.published,
             x.delivered, x.merged, x.discarded);
  }
};

/// One viewer's one row: what it shows, from which tick, and how that came.
struct viewer_cell {
  bool found = false;  ///< there is such a subscriber here
  bool wanted = false; ///< it wants the symbol
  subscriber_summary viewer;

  row_ptr shown;    ///< what its socket was given last; null for nothing yet
  std::string text; ///< that row as JSON, as the viewer's widget has it

  /// When the socket was given it, in nanoseconds since 1970.
  std::int64_t handed = 0;

  /// When the kernel had taken all that it was given with; 0 if some of that
  /// still waits in the node.
  std::int64_t taken = 0;

  std::uint64_t waited_us = 0; ///< that a row of the symbol waited before
  std::uint64_t merged = 0;    ///< older rows that it overtook meanwhile

  row_ptr waiting; ///< a newer row that waits; null if none does

  /// Since when a row of the symbol has been waiting, in nanoseconds since
  /// 1970.
  std::int64_t waiting_since = 0;

  std::uint64_t waiting_merged = 0; ///< older rows that `waiting` overtook

  template <class Inspector>
  friend auto inspect(Inspector& f, viewer_cell& x) {
    return f(caf::meta::type_name("viewer_cell"), x.found, x.wanted, x.viewer,
             x.shown, x.text, x.handed, x.taken, x.waited_us, x.merged,
             x.waiting, x.waiting_since, x.waiting_merged);
  }
};

/// One page of a list.
struct listing {
  std::string title; ///< where an answer has several
  std::vector<std::string> columns;
  std::vector<std::vector<std::string>> rows; ///< each a cell a column
  std::uint64_t total = 0;                    ///< rows of all pages
  std::uint64_t page = 1;
  std::uint64_t pages = 1;

  /// Loading rows that have more or fewer cells than columns is an error.
  template <class Inspector>
  friend auto inspect(Inspector& f, listing& x) {
    auto load = [&]() -> caf::error {
      for (const auto& cells : x.rows)
        if (cells.size() != x.columns.size())
          return caf::sec::invalid_argument;
      return caf::none;
    };
    return f(caf::meta::type_name("listing"), x.title, x.columns, x.rows,
             x.total, x.page, x.pages, caf::meta::load_callback(load));
  }
};

/// What the operator gets for a command: what actors say of themselves, then
/// lists, then a sentence; any of them may be empty.
struct console_answer {
  std::vector<actor_status> parts;
  std::vector<listing> lists;
  std::string note;

  template <class Inspector>
  friend auto inspect(Inspector& f, console_answer& x) {
    return f(caf::meta::type_name("console_answer"), x.parts, x.lists, x.note);
  }
};

} // namespace livegrid
