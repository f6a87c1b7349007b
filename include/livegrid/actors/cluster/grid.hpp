#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "livegrid/actors.hpp"
#include "livegrid/actors/cluster/batches.hpp"
#include "livegrid/actors/cluster/births.hpp"
#include "livegrid/actors/cluster/claims.hpp"
#include "livegrid/actors/cluster/distant_rows.hpp"
#include "livegrid/actors/cluster/estates.hpp"
#include "livegrid/actors/cluster/grid_config.hpp"
#include "livegrid/actors/cluster/links.hpp"
#include "livegrid/actors/cluster/outlets.hpp"
#include "livegrid/actors/cluster/ownership.hpp"
#include "livegrid/actors/cluster/questions.hpp"
#include "livegrid/actors/cluster/row_audit.hpp"
#include "livegrid/actors/cluster/untold_states.hpp"
#include "livegrid/actors/members/member.hpp"
#include "livegrid/actors/members/peer_word.hpp"
#include "livegrid/actors/prices/tick.hpp"
#include "livegrid/fwd.hpp"

namespace livegrid {

struct member_list;
struct view_change;

/// Stands for the markets of all nodes of a cluster: to the fan-outs and the
/// sources of ticks of this node it is the market, to the grids of the other
/// nodes it is the owner of this node's symbols.
///
/// It is a parent of plain objects, each with a job and the words for it in its
/// own header: `ownership` (who owns which symbol, what is here), `links` (the
/// ways to the other members), `distant_rows` (rows that came here, and who
/// looks), `outlets` (rows that go to other nodes), `batches` (ticks under
/// way), `claims` (what comes to this node), `estates` (what goes from it) and
/// `questions` (rows and names that somebody asks for).
/// They decide; the grid says in which order, and sends.
///
/// Who owns what follows from the view alone (`place_of`). A symbol comes to a
/// new owner in this way:
///
///     view      one more member, or one less (grid.cpp)
///     claim     the new owner asks every member for what it has: rows that it
///               has seen and, of the owner before, the symbols themselves,
///               which that gives up only now (grid_moves.cpp)
///     adopt     the newest state of each is where the new owner goes on; its
///               rows have the view's epoch and so are newer than any of before
///
/// Ticks that come meanwhile wait where they came in (grid_ticks.cpp). Each
/// symbol's rows also go to the member that will own it next (grid_rows.cpp).
///
/// What a node wants of others, what it owns and what it knows that the owner
/// does not are states, which are compared once a second and mended
/// (grid_words.cpp): no message needs to have arrived for ever.
///
/// Words that all of these use:
///
/// * A *member* is a node of the view. A *peer* is the grid of another node. A
///   *name* that comes without more is a member's, a *symbol* is a symbol's.
/// * A *row* is *held*, *shown* and *relayed*; a *state* is what it shows. To
///   *learn* a state is to go on from it if it is newer.
/// * Ticks are *taken* by a market, or refused; nothing else is.
/// * To *offer* is to tell an owner a state that it may not know.
/// * A *word* is what two nodes tell each other once a second (`peer_word`).
///
/// Lives as long as its node.
struct grid_state : batch_port, distant_port {
  static inline constexpr const char* name = "grid";

  using time_point = std::chrono::steady_clock::time_point;

  void init(grid_actor::pointer ptr, grid_config how);

  time_point now() const override;

  /// Looks after what is late.
  void check();

  /// Asks for a check by then at the latest.
  void check_at(time_point when) override;

  // -- who is there -----------------------------------------------------------

  /// Goes by that view from now on.
  void enter_view(cluster_view x);

  /// Brings the links of those who were members up to date, and ends those of
  /// others. Returns whether one of them owns no symbols any more.
  bool update_links();

  /// Links the members that have come.
  void add_links(const view_change& change);

  /// Comes to this node's share.
  /// @param from_all whether any member may have something of it
  void claim_share(bool from_all);

  /// This node is no member any more.
  void lose_view();

  // -- ways to other nodes (grid_ways.cpp) ------------------------------------

  caf::result<member> greet(const std::string& cluster, const member& who);

  /// Looks for the way to a member.
  void dial(const std::string& whom);

  /// Does that when it is this node's turn.
  void dial_soon(const std::string& whom, std::chrono::milliseconds pause);

  /// The way to a member was found, or was not, and why.
  void end_dialing(const std::string& instance, const peer_actor& peer);
  void end_dialing(const std::string& instance, const std::string& why);

  /// The member of that instance can be spoken to.
  void raise_link(const std::string& instance, const peer_actor& peer);

  /// There is no way to that member any more.
  void lower_link(const std::string& whom);

  /// An actor of another node is gone, or the way to it is.
  void note_gone(const caf::actor_addr& who);

  /// Nothing comes over that way any more.
  void lose_way(const peer_actor& to);

  /// The node that sent the message in hand. An invalid handle if this node has
  /// no way to it: its answers would not arrive, and the sender says hello
  /// again once it notices.
  peer_actor sender() const;

  /// The same, if it is a member; else null.
  member_link* link_of_sender();

  // A feed is told of by the node that has it, to all others.

  void tell_feed(feed_id which, bool up, const std::string& peer);
  void lose_feed(feed_id which);

  /// Whether it is a feed of this node, which gets its number then.
  bool note_feed(feed_id& which, bool up, const std::string& peer);

  /// A node's way to this one is gone, and with it what it told of feeds.
  void forget_feeds(std::set<feed_id>& which);

  /// A feed's number that no other node has given.
  std::uint64_t own_feed(std::uint64_t number) const noexcept;

  // -- rows (grid_rows.cpp) ---------------------------------------------------

  /// Rows from another node. Returns how many they were.
  std::uint64_t receive_rows(std::uint64_t node, row_batch& batch);

  /// Gives rows to this node's fan-outs.
  void show(row_batch out);

  /// See `distant_port`.
  std::optional<std::uint32_t> way_to(std::size_t member) const override;
  bool may_be_split() const override;
  void note_dropped(const row& what) override;

  void watch(const std::vector<symbol_name>& which, const row_sink_actor& who);
  void unwatch(const std::vector<symbol_name>& which,
               const row_sink_actor& who);
  void watch_all(const row_sink_actor& who);
  void unwatch_all(const row_sink_actor& who);

  /// Tells the owners all that this node wants, after the view has changed.
  void restate_wishes();

  /// The same, to that member only.
  void restate_wishes_to(const std::string& whom);

  /// Tells that member these wishes, which are all that this node has.
  void send_wishes(member_link& to, std::vector<symbol_name> all);

  /// Asks that member for rows of these symbols, or no more.
  void wish(const std::string& whom, std::vector<symbol_name> which);
  void wish_no_more(const std::string& whom, std::vector<symbol_name> which);

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

  /// See `ownership`; tells the market whose rows go to nobody next.
  void end_births(const std::vector<symbol_name>& unborn, bool taken);

  /// See `births::await`. What was awaited of that batch before is over.
  std::uint64_t await_commit(const batch_id& id,
                             std::vector<symbol_name> unborn);

  /// The market has not prepared that batch.
  /// @param time what `await_commit` has returned
  void refuse_births(const batch_id& id, std::uint64_t time);

  // -- moves (grid_moves.cpp) -------------------------------------------------

  /// Asks members for what they have of this node's share: all, or those that
  /// are in doubt.
  void start_claims(bool from_all);

  void claim_from(const std::string& whom);

  /// Gives up on members that have not answered in time.
  void check_claims();

  /// Takes over this node's share: no claim is open any more.
  void settle();

  /// Holds the first states of symbols of which no node knows more.
  void hold_first_states();

  /// Owns these symbols from now on, which go on from the rows that are held.
  void adopt(const std::vector<symbol_name>& which);

  /// Somebody has these states: each symbol that is here, or should be, goes on
  /// from the newest.
  void learn(const row_batch& had);

  /// The same, of a node that takes this one for their owner.
  caf::result<std::uint64_t> learn_from_peer(const row_batch& had);

  /// Tells that member the states of its symbols that are newer here.
  void offer(const std::string& whom);

  /// The member of that name claims its share by that epoch.
  caf::result<handover> hand_over(std::uint64_t epoch, const std::string& to);

  void answer_claim(std::uint64_t epoch, estates::claim x);

  /// Answers claims that came before the view.
  void answer_kept_claims();

  /// Forgets what nobody will fetch, since there is a newer view.
  void drop_old_estates();

  /// Answers who has waited for them.
  void complete_estates();

  /// Takes symbols from the market and holds their last rows.
  void evict(std::vector<symbol_name> which);

  /// The market has given them up.
  void end_eviction(const std::vector<symbol_name>& which,
                    const row_batch& last);

  /// Owns nothing any more, and says so to whoever looks.
  void give_up_all();

  /// Answers who waits for this node to be done.
  void tell_if_done();

  // -- words (grid_words.cpp) -------------------------------------------------

  /// Exchanges words with all members, once a second.
  void beat();

  /// What this node is at, and what it has asked that member for.
  peer_word word_for(const member_link& x) const;

  caf::result<peer_word> answer_word(const peer_word& x);

  /// A member has said what it is at.
  void note_word(member_link& from, const peer_word& x);

  /// The same, in answer to this node's word.
  void note_answer(const std::string& whom, const peer_word& x);

  /// Gives up what that member owns, which takes its share for complete, and
  /// offers it what it does not know.
  void give_up_left_over(const std::string& instance);

  /// Asks a member for the versions of some of the symbols that this node wants
  /// of it.
  void audit(const std::string& whom);

  caf::result<std::vector<std::uint64_t>>
  answer_audit(const std::vector<symbol_name>& which);

  void note_audit(const std::string& whom,
                  const std::vector<symbol_name>& which,
                  const std::vector<std::uint64_t>& orders);

  /// Counts who differs, and what is missing.
  void count_disagreement();

  /// See `questions::fetch`; for another node, which this one may refuse.
  caf::result<row_batch> fetch_for_peer(const std::vector<symbol_name>& which);

  // -- for the operator (grid_operator.cpp) -----------------------------------

  actor_status status() const;

  caf::result<console_answer> ask_console(const std::string& whom,
                                          const std::string& line);

  /// All members, see `member_list`.
  caf::result<listing> list_members();

  /// Asks the member of that index, and the relay to it.
  void ask_member(const member_link& x, std::size_t i,
                  const std::shared_ptr<member_list>& list);

  caf::result<actor_status> find(const symbol_name& which) const;

  caf::result<bool> pin(const symbol_name& which);

  void unpin(const std::vector<symbol_name>& which);

  /// Whether this node is to own symbols. Nothing is pinned to it then.
  caf::result<bool> set_owning(bool on);

  // -- state ------------------------------------------------------------------

  grid_actor::pointer self = nullptr;
  grid_config config;
  std::uint64_t node_id = 0; ///< see `batch_id::node`

  // The objects that do the work.
  ownership symbols;
  births awaited;
  links peers;
  distant_rows rows{symbols, *this};
  untold_states untold{symbols, rows};
  row_audit missing{symbols, rows};
  outlets outgoing{symbols, peers};
  batches under_way{symbols, *this};
  claims share;
  estates heritage;
  questions asker{symbols, peers, rows, share};

  std::vector<feed_actor> sources;
  std::map<feed_id, std::string> feeds; ///< of this node that are up

  console_actor operators;
  rollcall_actor roll;      ///< an invalid handle if etcd knows who is there
  bool may_own = true;      ///< by its settings
  bool asked_to_own = true; ///< by the operator, last

  /// Who waits for this node to be done.
  std::vector<caf::typed_response_promise<bool>> draining;

  std::optional<time_point> next_check;
  std::optional<time_point> next_beat;
};

grid_actor::behavior_type grid(grid_actor::stateful_pointer<grid_state> self,
                               grid_config config);

} // namespace livegrid
