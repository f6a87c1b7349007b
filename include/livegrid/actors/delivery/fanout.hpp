#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "livegrid/actors.hpp"
#include "livegrid/actors/delivery/outbox.hpp"
#include "livegrid/frame_sink.hpp"
#include "livegrid/fwd.hpp"

namespace livegrid {

/// What a fan-out needs to know of its surroundings.
struct fanout_config {
  interest_actor market;

  framer frame = nullptr;

  /// Makes the loop send the actor a `flush_atom` after whatever is ready now,
  /// so that a busy loop flushes more rows at once. By default the actor sends
  /// it to itself.
  std::function<void(const fanout_actor&)> after_turn;

  counters_ptr stats;

  log_ptr log;

  /// The time of day.
  timestamp (*wall_clock)() = nullptr;
};

/// Carries rows from the symbols to the subscribers of one I/O loop.
///
/// Subscribers who want the same symbols in the same form are one audience: the
/// rows of a flush are joined once, and each connection sends those bytes with
/// one system call. A subscriber that does not keep up stays in its audience,
/// but gets its rows one by one, conflated, from its own outbox until it has
/// caught up.
///
/// Rows come from the symbols, memberships from the subscribers of this loop.
/// Lives as long as its loop.
class fanout_state {
public:
  static inline constexpr const char* name = "fanout";

  using time_point = outbox::time_point;

  void init(fanout_actor::pointer self, fanout_config config);

  void take(const row_batch& batch);

  void join(const outbox_ptr& who, const subscription& what);

  void leave(const outbox_ptr& who);

  void resume(const outbox_ptr& who);

  /// Flushes, unless rows are still coming in and those at hand are few.
  void end_turn();

  void flush();

  void check();

  void drain();

  /// The next subscribers by age.
  subscriber_slice summaries(std::uint64_t from) const;

  /// Those of them who get that symbol.
  subscriber_slice summaries(const symbol_name& which,
                             std::uint64_t from) const;

  /// The subscriber with that id, or an invalid handle.
  subscriber_actor find(std::uint64_t id) const;

  handle_slice subscribers(std::uint64_t from) const;

  /// What the subscriber with that id shows of a symbol.
  viewer_cell explain(std::uint64_t id, const symbol_name& which);

  /// How many subscribers get each of these symbols.
  std::vector<std::uint64_t> count(const std::vector<symbol_name>& xs) const;

  /// How many subscribers get any of these symbols.
  std::uint64_t reach(const std::vector<symbol_name>& xs) const;

  /// Whether the ledgers add up.
  ledger_audit audit() const;

  /// What there is to know of one subscriber here; no facts if there is none.
  actor_status status_of(std::uint64_t id) const;

  actor_status status() const;

private:
  using symbol_key = outbox::symbol_key;

  struct audience;

  struct watched_symbol {
    symbol_name name;
    symbol_key key = 0;
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
  };

  /// What makes the bytes differ that subscribers get.
  struct audience_key {
    const view* shown = nullptr;
    bool changes_only = false;
    bool as_array = false;
    bool everything = false;
    symbol_filter_ptr filter;        ///< of `everything`: which of it
    std::vector<symbol_key> symbols; ///< sorted

    friend auto operator<=>(const audience_key&, const audience_key&) = default;
  };

  /// Subscribers who get the same bytes.
  struct audience {
    explicit audience(const audience_key& x) : key(x) {
      // nop
    }

    const audience_key& key; ///< in `audiences_`
    std::vector<outbox*> members;
    std::vector<std::uint32_t> staged; ///< rows of this flush, see `staged_`
  };

  struct member {
    outbox_ptr box;
    audience* where = nullptr;
    std::size_t place = 0;    ///< in `where->members`
    std::uint64_t number = 0; ///< see `by_age_`

    // What its last change of the set brought, whose rows came with it.
    time_point changed{};
    std::vector<symbol_key> added; ///< sorted
    bool added_all = false;
  };

  struct staged_row {
    row_ptr row;
    symbol_key key;
    bool whole;     ///< show all of it even to those who want changes only
    row_ptr before; ///< what was the latest one
    bool follows;   ///< `before` is of this flush, too
    bool old;       ///< its tick came before the row was asked for
  };

  /// The texts of this flush's rows in one form; empty where not made yet, or
  /// where there is nothing to see.
  struct form {
    const view* shown;
    bool changes_only;
    bool framed;
    std::vector<std::optional<std::string_view>> texts;
  };

  subscriber_summary summary_of(const member& who) const;

  const member* find_member(std::uint64_t id) const;

  bool wants(const member& who, const symbol_name& which) const;

  /// Calls `f` with the next members by age, no more than the rows of others
  /// can wait for.
  /// @returns where those after them begin; 0 if there are none.
  template <class F>
  std::uint64_t for_some(std::uint64_t from, F f) const;

  // -- memberships ------------------------------------------------------------

  audience& find_or_make_audience(const outbox& box,
                                  std::vector<symbol_key> symbols,
                                  bool everything);

  /// Forgets what waits of symbols that the next audience does not want.
  void forget_unwanted(outbox& box, const audience_key& before,
                       const audience_key& after) const;

  /// Writes down what a change of the set brings.
  void note_change(member& who, const audience_key& before,
                   const audience_key& after);

  /// How many of the symbols have no row yet.
  std::uint64_t count_awaited(const std::vector<symbol_key>& which) const;

  void move(member& who, audience* to);

  void release(audience* x);

  watched_symbol& find_or_make(const symbol_name& which,
                               std::vector<symbol_name>& fresh);

  void release_if_unwanted(symbol_key key, std::vector<symbol_name>& unwanted);

  void send_snapshot(member& who, const audience* before,
                     const std::vector<symbol_key>& wanted);

  /// Whether a symbol has no row yet.
  static bool is_awaited(const watched_symbol& x) noexcept;

  /// The first row of a symbol that was awaited, if `x` is one.
  void note_arrival(watched_symbol& symbol, const row& x);

  /// Whether a row is what those who want all get, or these names.
  static bool shows(const audience& where, const row& x);

  // -- those who are behind, in catching_up.cpp -------------------------------

  /// Lets it fall behind if more waits for its account than may.
  void keep_in_share(outbox& box, time_point now);

  /// Gives it more of what it is behind with, as long as its socket takes it.
  void catch_up(outbox& box, time_point now);

  /// The same for all who are behind.
  void catch_up_all(time_point now);

  // -- delivery ---------------------------------------------------------------

  void deliver(audience& to, time_point now);

  /// Writes down that all that is staged is out.
  void note_flush();

  /// Whether a row is for those who see this: not one that shows time passing,
  /// if they do not see that; nor one that tells what was before they came, if
  /// they append what they get to what they have.
  static bool passes(const view& shown, const staged_row& x);

  std::string_view text_of(form& as, std::uint32_t staged);

  form& form_for(const outbox& box, bool framed);

  /// Keeps an eye on an outbox that does not keep up, or holds rows back.
  void track(outbox& box, time_point now);

  void check_at(time_point when);

  fanout_actor::pointer self_ = nullptr;
  fanout_config config_;
  bool draining_ = false;

  std::vector<std::unique_ptr<watched_symbol>> symbols_; ///< by key
  std::vector<symbol_key> free_keys_;
  std::unordered_map<symbol_name, symbol_key> keys_;
  std::map<audience_key, std::unique_ptr<audience>> audiences_;
  std::vector<audience*> everything_; ///< audiences of every symbol
  std::unordered_map<outbox*, member> members_;

  /// By the number that they got when they joined, from 1.
  std::map<std::uint64_t, const member*> by_age_;
  std::uint64_t joined_ = 0;

  std::vector<staged_row> staged_;
  std::vector<audience*> dirty_;
  bool flush_due_ = false;
  std::size_t rows_last_turn_ = 0; ///< of `staged_`, when the last turn ended
  std::size_t quiet_turns_ = 0;    ///< the last ones, without a new row
  time_point gathering_since_{};   ///< when the first of `staged_` came
  std::vector<form> forms_;
  std::vector<std::string> arena_; ///< what the forms' texts point into
  std::shared_ptr<std::string> buffer_;

  std::unordered_set<outbox*> slow_;

  /// Those who are behind, of the slow ones.
  std::unordered_set<outbox*> behind_;

  /// Since when every symbol's rows are asked for, see `watched_symbol::since`.
  std::int64_t everything_since_ = 0;
  std::optional<time_point> next_check_;
};

fanout_actor::behavior_type
fanout(fanout_actor::stateful_pointer<fanout_state> self, fanout_config config);

} // namespace livegrid
