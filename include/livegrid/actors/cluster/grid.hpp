#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "livegrid/actors.hpp"
#include "livegrid/actors/cluster/batches.hpp"
#include "livegrid/actors/cluster/births.hpp"
#include "livegrid/actors/cluster/ownership.hpp"
#include "livegrid/actors/members/member.hpp"
#include "livegrid/actors/members/peer_word.hpp"
#include "livegrid/actors/prices/tick.hpp"
#include "livegrid/fwd.hpp"

namespace livegrid {

/// Where a listing of the members has how many rows came from one, how many
/// went to it, and how many wait to.
constexpr std::size_t rows_in_column = 7;
constexpr std::size_t rows_out_column = 8;
constexpr std::size_t waiting_column = 9;

/// What a grid needs to know of its surroundings.
struct grid_config {
  std::string cluster;

  /// This node, as the others know it.
  member self;

  market_actor market;

  /// Finds the way to a member and answers with a `link_atom`, sooner or later.
  std::function<void(const member&, const grid_actor&)> dial;

  /// Whether this node may act as a member, right now. Looked at before
  /// anything is done in its name, since a process that was suspended does not
  /// know what it has missed.
  std::function<bool()> valid;

  /// Has said of this node whether it owns symbols, and which are pinned to it.
  std::function<void(bool, std::vector<symbol_name>)> restate;

  /// Where symbols begin of which no node knows more.
  std::vector<tick> first_states;

  counters_ptr stats;

  log_ptr log;

  /// The time of day.
  timestamp (*wall_clock)() = nullptr;
};

/// Stands for the markets of all nodes of a cluster: to the fan-outs and the
/// sources of ticks of this node it is the market, to the grids of the other
/// nodes it is the owner of this node's symbols.
///
/// Who owns what follows from the view alone (`place_of`). A symbol comes to a
/// new owner in this way:
///
///     view      one more member, or one less
///     claim     the new owner asks every member for what it has: rows that it
///               has seen and, of the owner before, the symbols themselves,
///               which that gives up only now
///     adopt     the newest state of each is where the new owner goes on; its
///               rows have the view's epoch and so are newer than any of before
///
/// Ticks that come meanwhile wait where they came in (grid_ticks.cpp). Each
/// symbol's rows also go to the member that will own it next (grid_rows.cpp).
///
/// What a node wants of others, what it owns and what it knows that the owner
/// does not are states, which are compared once a second and mended
/// (grid_agreement.cpp): no message needs to have arrived for ever.
///
/// Lives as long as its node.
struct grid_state : batch_port {
  static inline constexpr const char* name = "grid";

  using time_point = std::chrono::steady_clock::time_point;

  void init(grid_actor::pointer ptr, grid_config how);

  // -- who is there (grid.cpp, grid_links.cpp) --------------------------------

  /// Another member.
  struct link {
    std::string instance;
    std::uint64_t node = 0; ///< see `batch_id::node`
    peer_actor peer;        ///< an invalid handle while there is no way to it

    /// See `row_order::link`.
    std::uint32_t generation = 0;

    bool owns_symbols = false;

    /// Whether it may have symbols that are somebody else's now: it owned some
    /// by the view before.
    bool may_hold = false;

    bool dialing = false;

    /// Who was found there, until it has said that it is that member.
    peer_actor found;

    std::optional<time_point> dial_at;

    time_point up_at{};  ///< when the way to it was found
    unsigned losses = 0; ///< of ways, one soon after the other

    std::uint64_t rows_in = 0; ///< that came from it

    /// Feeds that it has told of.
    std::set<feed_id> feeds;

    /// What it was told of this node's wishes since there is a way to it.
    wish_digest wishes;

    /// Since when its view has not been this node's.
    std::optional<time_point> differs_since;

    /// By which view it has said that it has its share, the last time.
    std::uint64_t settled_by = 0;

    bool audited = false;        ///< it has not answered yet, what it was asked
    std::size_t next_bucket = 0; ///< of `distant`, to be asked about next

    bool up() const noexcept {
      return static_cast<bool>(peer);
    }
  };

  void take_view(cluster_view x);

  /// This node was no member: whoever owns a symbol by that view, and did not
  /// before, could not ask it for what it has.
  void note_unknown(const cluster_view& next);

  void lose();

  caf::result<member> greet(const std::string& cluster, const member& who);

  /// The member of that instance can be spoken to.
  void set_up(const std::string& instance, const peer_actor& peer);

  void set_down(const std::string& name);

  /// Looks for the way to a member.
  void dial(const std::string& name);

  /// Does that when it is this node's turn. Of two, one dials after `pause`,
  /// since two connections would be in each other's way; the other does if
  /// there is no way after a while: when it was lost, it may be that one alone
  /// noticed.
  void dial_soon(const std::string& name, std::chrono::milliseconds pause);

  /// The way to a member, or why there is none.
  void dialed(const std::string& instance, const peer_actor& peer);
  void dialed(const std::string& instance, const std::string& why);

  using link_map = std::map<std::string, link>;

  link_map::iterator find_link(const std::string& instance);

  /// A node's way to this one is gone, and with it what it told of feeds.
  void forget_feeds(std::set<feed_id>& which);

  /// The node that sent the message in hand. An invalid handle if this node has
  /// no way to it: its answers would not arrive, and the sender says hello
  /// again once it notices.
  peer_actor sender();

  /// The feeds of the node whose grid has sent the message in hand; null if it
  /// comes from this node.
  std::set<feed_id>* feeds_of_sender();

  void take_down(const caf::actor_addr& who);

  /// Nothing comes over that way any more.
  void lose_way(const peer_actor& to);

  void check();

  time_point now() const override;

  /// Asks for a check by then at the latest.
  void check_at(time_point when) override;

  actor_status status() const;

  // -- rows (grid_rows.cpp) ---------------------------------------------------

  /// A symbol that another node owns.
  struct distant_symbol {
    row_ptr held; ///< the newest row that came here

    /// Somebody looks who has not been given that, since it may be old.
    bool awaited = false;

    std::vector<row_sink_actor> sinks;
  };

  /// What goes to one other node.
  struct outlet {
    peer_actor to;
    relay_actor relay;
    bool everything = false;
    std::unordered_set<symbol_name> watched;
    wish_digest wishes; ///< of `watched`

    /// What it has said anew, of what it has not said all.
    std::optional<std::unordered_set<symbol_name>> restated;
  };

  /// Rows from another node.
  std::uint64_t take_rows(std::uint64_t node, row_batch& batch);

  /// Gives rows to this node's fan-outs.
  void show(row_batch out);

  /// What may be shown of a symbol that is not here: that row, or that its
  /// owner is out of reach.
  row_ptr shown(const symbol_name& which, const row_ptr& held);

  /// Takes a row that may have the newest state.
  void hold(const row_ptr& x);

  /// That row may show less than somebody has seen, of one that is held: it is
  /// marked for a while.
  void note_gone_back(const row& newer, const row& older);

  /// Takes the marks away that have been seen for long enough.
  void show_again();

  /// Somebody has these states: each symbol that is here, or should be, goes on
  /// from the newest.
  void learn(const row_batch& had);

  /// The same, of a node that takes this one for their owner.
  caf::result<std::uint64_t> learn_from_peer(const row_batch& had);

  /// Ticks of a symbol are dropped, which the operator is told.
  void note_dropped(const row& what);

  /// Tells that member the states of its symbols that are newer here.
  void offer(const std::string& name);

  void watch(const std::vector<symbol_name>& names, const row_sink_actor& who);

  void unwatch(const std::vector<symbol_name>& names,
               const row_sink_actor& who);

  void watch_all(const row_sink_actor& who);

  void unwatch_all(const row_sink_actor& who);

  void watch_for_peer(const std::vector<symbol_name>& names);

  void unwatch_for_peer(const std::vector<symbol_name>& names);

  void watch_all_for_peer(bool on);

  /// Tells the owners all that this node wants, after the view has changed;
  /// with a name, that member only.
  void restate_wishes(const std::string* only = nullptr);

  /// Asks that member for rows of these symbols, or no more.
  void wish(link& from, std::vector<symbol_name> names);
  void wish_no_more(link& from, std::vector<symbol_name> names);

  /// A part of all that another node wants of this one.
  void take_wishes(wish_part& x);

  /// Shows whoever looks that nothing is known of that member's symbols.
  void show_down(const std::string& name);

  outlet& outlet_to(const peer_actor& peer);

  void drop_outlet(const peer_actor& peer);

  /// Sends the rows of symbols of this node to who will own them next.
  void stand_by(const std::vector<symbol_name>& names);

  /// These are not here any more: their rows go to nobody next.
  void stop_standing_by(const std::vector<ownership::forgotten>& names);

  // -- ticks (grid_ticks.cpp) -------------------------------------------------

  caf::result<std::uint64_t> publish(tick_batch& batch);

  /// See `batch_port`.
  bool reachable(std::size_t member) const override;
  void send_part(std::uint64_t number, const batch_part& what,
                 bool by_id) override;
  void abort_part(const batch_part& what) override;

  /// Does that where this node itself is the owner.
  void send_to_market(std::uint64_t number, const batch_part& what, bool by_id);

  /// Why this node cannot take these ticks, by its own view; else the symbols
  /// of which no tick has been taken here yet, and which are here from now on.
  caf::expected<std::vector<symbol_name>> admit(std::uint64_t epoch,
                                                const tick_batch& batch);

  /// This node's market is about to have these symbols. Returns those of which
  /// no tick has been taken here yet.
  std::vector<symbol_name> bring(const tick_batch& batch);

  /// Like the market's `publish_atom`, `commit_atom`, `prepare_atom` and
  /// `abort_atom`, of ticks that came from another node.
  caf::result<std::uint64_t> take_published(std::uint64_t epoch,
                                            tick_batch& batch);
  caf::result<std::uint64_t> take_committed(std::uint64_t epoch,
                                            tick_batch& batch);
  caf::result<std::uint64_t> prepare_here(std::uint64_t epoch,
                                          tick_batch& batch);
  caf::result<std::uint64_t> commit_here(const batch_id& id);
  void abort_here(const batch_id& id);

  /// Has the market take ticks that this node was to take.
  /// @param unborn what `admit` has returned
  template <class Atom>
  caf::result<std::uint64_t> hand_to_market(Atom what, tick_batch& batch,
                                            std::vector<symbol_name> unborn);

  /// Asks the market for what makes these symbols, and notes whether it did.
  template <class Atom, class What>
  caf::result<std::uint64_t> ask_market(std::vector<symbol_name> unborn,
                                        Atom how, What what);

  /// See `ownership`; tells the market whose rows go to nobody next.
  void end_births(const std::vector<symbol_name>& unborn, bool taken);

  /// See `births::await`. What was awaited of that batch before is over.
  std::uint64_t await_commit(const batch_id& id,
                             std::vector<symbol_name> unborn);

  /// The market has not prepared that batch.
  /// @param time what `await_commit` has returned
  void refuse_births(const batch_id& id, std::uint64_t time);

  // Feeds are in grid_links.cpp.

  void tell_feed(feed_id which, bool up, const std::string& peer);

  void lose_feed(feed_id which);

  /// Whether it is a feed of this node, which gets its number then.
  bool note_feed(feed_id& which, bool up, const std::string& peer);

  /// A feed's number that no other node has given.
  std::uint64_t own_feed(std::uint64_t number) const noexcept;

  // -- moves (grid_moves.cpp) -------------------------------------------------

  /// What is left to a new owner, who fetches it part by part.
  struct estate {
    std::uint64_t epoch = 0;
    std::vector<row_ptr> rows;
    std::size_t next = 0;
    bool complete = false;
    std::vector<caf::typed_response_promise<handover>> asked;
  };

  /// Asks members for what they have of this node's share: all, or those that
  /// are doubtful.
  void start_claims(bool from_all);

  void claim_from(const std::string& name);

  /// Gives up on members that have not answered in time.
  void check_claims();

  /// Takes over this node's share.
  void settle();

  caf::result<handover> hand_over(std::uint64_t epoch, const std::string& to);

  void answer_claim(std::uint64_t epoch, const std::string& to,
                    caf::typed_response_promise<handover> promise);

  void prepare_estate(std::uint64_t epoch, const std::string& to);

  /// Forgets what nobody will fetch, since there is a newer view.
  void drop_old_estates();

  /// Answers who has waited for it.
  void complete_estates();

  static handover next_part(estate& x);

  /// Owns these symbols from now on, which go on from the rows that are held.
  void adopt(const std::vector<symbol_name>& names);

  /// Takes symbols from the market and holds their last rows.
  void evict(std::vector<symbol_name> names);

  /// Owns nothing any more, and says so to whoever looks.
  void give_up();

  /// Answers who waits for this node to be done.
  void tell_if_done();

  // -- what nodes do not agree on (grid_agreement.cpp) ------------------------

  /// Exchanges words with all members, once a second.
  void beat();

  /// What this node is at, and what it has asked that member for.
  peer_word word_for(const link& x) const;

  caf::result<peer_word> answer_word(const peer_word& x);

  /// A member has said what it is at.
  void note_word(link& from, const peer_word& x);

  void take_answer(const std::string& name, const peer_word& x);

  /// Gives up what that member owns, which takes its share for complete, and
  /// offers it what it does not know.
  void give_up_left_over(const std::string& instance);

  /// Asks a member for the versions of some of the symbols that this node wants
  /// of it.
  void audit(const std::string& name);

  caf::result<std::vector<std::uint64_t>>
  answer_audit(const std::vector<symbol_name>& names);

  void take_audit(const std::string& name,
                  const std::vector<symbol_name>& names,
                  const std::vector<std::uint64_t>& orders);

  /// Counts who differs, and what is missing.
  void count_disagreement();

  /// Of another node's grid: the member that sent the message in hand, if what
  /// is answered would arrive there.
  link* link_of_sender();

  // -- questions --------------------------------------------------------------

  /// How long other nodes may take to answer.
  static constexpr std::chrono::seconds fetch_timeout{4};

  /// The newer one of what somebody said and what is held here: an owner that
  /// has just come back may know less.
  row_ptr newest(row_ptr told);

  /// Why nothing can be said of a symbol.
  std::string why_unknown(const symbol_name& which) const;

  /// @param asked_by_peer then this node alone answers.
  caf::result<row_batch> fetch(const std::vector<symbol_name>& names,
                               bool asked_by_peer);

  caf::result<std::vector<symbol_name>> fetch_names(std::uint64_t limit);

  /// Stands for the names of all symbols.
  caf::result<std::uint64_t> fetch_version();

  // -- for the operator (grid_operator.cpp) -----------------------------------

  caf::result<console_answer> ask_console(const std::string& whom,
                                          const std::string& line);

  /// All members: what they are and have, how far away they are, and how many
  /// rows came from them and went to them since there is a way to them.
  caf::result<listing> list_members();

  caf::result<actor_status> find(const symbol_name& which);

  caf::result<bool> pin(const symbol_name& which);

  void unpin(const std::vector<symbol_name>& names);

  /// Whether this node is to own symbols. Nothing is pinned to it then.
  caf::result<bool> set_owning(bool on);

  // -- state ------------------------------------------------------------------

  grid_actor::pointer self = nullptr;
  grid_config config;

  ownership symbols;
  link_map links; ///< by name

  /// A node that greets this one before the view has it.
  struct stranger {
    peer_actor peer;
    std::set<feed_id> feeds;
  };

  std::map<std::string, stranger> strangers; ///< by instance
  std::uint32_t generation = 0;              ///< of links, so far
  bool settled = false;                      ///< this node's share is here

  /// Whether another member owns it, and can be asked.
  bool reachable_owner(const whereabouts& x) const;

  births awaited;
  std::unordered_map<symbol_name, distant_symbol> distant;
  std::vector<row_sink_actor> sinks;      ///< whoever has watched anything
  std::vector<row_sink_actor> everything; ///< who wants every symbol
  std::map<caf::actor_addr, outlet> outlets;

  console_actor operators;
  rollcall_actor roll;      ///< an invalid handle if etcd knows who is there
  bool may_own = true;      ///< by its settings
  bool asked_to_own = true; ///< by the operator, last

  std::uint64_t node_id = 0;
  batches under_way{symbols, *this};
  std::vector<feed_actor> sources;
  std::map<feed_id, std::string> feeds; ///< of this node that are up

  /// Members that have not handed over all they have.
  std::set<std::string> claims;

  /// Members that may own symbols of this node's share as well.
  std::set<std::string> doubtful;

  /// Symbols of other owners of which a newer state may be held here; whether
  /// the owner has been told, and has not answered yet.
  std::unordered_map<symbol_name, bool> unknown_to_owner;

  time_point claims_begun{};
  std::map<std::string, estate> estates;
  std::size_t evicting = 0; ///< times that the market has not answered

  /// Symbols that it has not answered for, and what has come of them since:
  /// rows of another owner, who may know less.
  struct early_row {
    std::uint64_t node = 0;
    row_ptr row;
  };

  std::unordered_map<symbol_name, early_row> leaving;
  std::vector<caf::typed_response_promise<bool>> draining;
  std::map<std::uint64_t,
           std::vector<std::pair<std::string,
                                 caf::typed_response_promise<handover>>>>
    early_claims; ///< by an epoch that this node has not seen

  std::optional<time_point> next_check;

  std::optional<time_point> next_beat;

  /// Rows that an owner has and that have not come here.
  struct missing_row {
    row_order order;
    time_point since; ///< when that was heard of
    bool asked = false;
  };

  std::unordered_map<symbol_name, missing_row> missing;

  /// Symbols of which a row shows less than was shown here before, and since
  /// when that has been told to whoever looks: they are shown as down.
  std::unordered_map<symbol_name, std::optional<time_point>> gone_back;
};

grid_actor::behavior_type grid(grid_actor::stateful_pointer<grid_state> self,
                               grid_config config);

} // namespace livegrid
