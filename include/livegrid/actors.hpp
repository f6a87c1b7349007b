#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <caf/all.hpp>

#include "livegrid/actors/prices/freshness.hpp"
#include "livegrid/messages.hpp"

namespace livegrid {

/// One WebSocket connection that reads rows. See
/// actors/delivery/subscriber.hpp.
using subscriber_actor = caf::typed_actor<
  // What the client asks for.
  caf::reacts_to<subscription>,
  // The client sent something that is no subscription, and why it is none.
  caf::reacts_to<refuse_atom, std::string>,
  // The socket has taken all that it was given.
  caf::reacts_to<resume_atom>,
  // The connection is over: close code and reason.
  caf::reacts_to<gone_atom, std::uint16_t, std::string>,
  // Goes on with a change of its set that had to wait; it sends that to itself.
  caf::reacts_to<step_atom>,
  // The operator ends the connection, for that reason.
  caf::reacts_to<close_atom, std::string>,
  caf::replies_to<status_atom>::with<actor_status>>;

/// A part of a fan-out's subscribers that is small enough for one message.
struct handle_slice {
  std::vector<subscriber_actor> some;
  std::uint64_t next = 0; ///< where the others begin; 0 if there are none

  template <class Inspector>
  friend auto inspect(Inspector& f, handle_slice& x) {
    return f(caf::meta::type_name("handle_slice"), x.some, x.next);
  }
};

/// Where rows go: a fan-out, or the relay to another node.
using row_sink_actor = caf::typed_actor<
  // Rows of symbols that the sink has asked for. It may drop a row that is
  // older than the last one of the same symbol.
  caf::reacts_to<row_batch>>;

/// Carries rows from symbols to the subscribers of one I/O loop. See
/// actors/delivery/fanout.hpp.
using fanout_actor = row_sink_actor::extend<
  // Changes what a subscriber gets; its first message makes it known.
  caf::reacts_to<join_atom, outbox_ptr, subscription>,
  // Forgets a subscriber; what waits for it is discarded.
  caf::reacts_to<leave_atom, outbox_ptr>,
  // A subscriber's socket has taken all that it was given.
  caf::reacts_to<resume_atom, outbox_ptr>,
  // A turn of the loop is over: sends out what has come together.
  caf::reacts_to<flush_atom>,
  // Sends held rows that have become due, and closes the connections of
  // subscribers whose sockets have taken nothing for too long.
  caf::reacts_to<check_atom>,
  // Gives everybody the last rows, then closes (1001).
  caf::reacts_to<drain_atom>,
  // Some subscribers, oldest first, from that place on: 0 for the first, and
  // then what the answer before says.
  caf::replies_to<summary_atom, std::uint64_t>::with<subscriber_slice>,
  // Those of them who get that symbol.
  caf::replies_to<summary_atom, symbol_name,
                  std::uint64_t>::with<subscriber_slice>,
  // The subscriber with that id; an invalid handle if there is none.
  caf::replies_to<resolve_atom, std::uint64_t>::with<subscriber_actor>,
  // The handles of all subscribers, in slices like those of `summary_atom`.
  caf::replies_to<list_atom, std::uint64_t>::with<handle_slice>,
  // What the subscriber with that id shows of a symbol, and how that came.
  caf::replies_to<why_atom, std::uint64_t, symbol_name>::with<viewer_cell>,
  // How many subscribers get each of these symbols.
  caf::replies_to<count_atom,
                  std::vector<symbol_name>>::with<std::vector<std::uint64_t>>,
  // How many subscribers get any of these symbols.
  caf::replies_to<reach_atom, std::vector<symbol_name>>::with<std::uint64_t>,
  // Whether the ledgers add up.
  caf::replies_to<audit_atom>::with<ledger_audit>,
  // All of the subscriber with that id; without facts if there is none.
  caf::replies_to<status_atom, std::uint64_t>::with<actor_status>,
  caf::replies_to<load_atom>::with<actor_load>,
  caf::replies_to<status_atom>::with<actor_status>>;

/// Owns one symbol. See actors/market/symbol.hpp.
using symbol_actor = caf::typed_actor<
  // Applies ticks of this symbol, in order; followers get a row for each.
  caf::reacts_to<apply_atom, tick_batch>,
  // From now on every row goes there, the current one at once.
  caf::reacts_to<follow_atom, row_sink_actor>,
  caf::reacts_to<unfollow_atom, row_sink_actor>,
  // Its life here is over: answers the last row, when all ticks so far are
  // applied, and ends.
  caf::replies_to<evict_atom>::with<row_batch>,
  // Another owner had that row, and this one is an owner since that epoch: it
  // goes on from the newer state. Answers the row whose ticks are dropped, if
  // both had taken some.
  caf::replies_to<merge_atom, row_batch, std::uint64_t>::with<row_batch>,
  // A `freshness`: the market has noticed silence, or its end.
  caf::reacts_to<fresh_atom, std::uint8_t>,
  // It is traded there from now on.
  caf::reacts_to<venue_atom, venue_ptr>,
  // Goes on to a later trade date without a tick, see `price_state::end_day`.
  caf::reacts_to<roll_atom, std::int32_t, bool>,
  // The current row.
  caf::replies_to<row_atom>::with<row_batch>,
  caf::replies_to<summary_atom>::with<symbol_summary>,
  caf::replies_to<status_atom>::with<actor_status>>;

/// A symbol and its owner; an invalid handle if it has not traded.
struct symbol_ref {
  symbol_name symbol;
  symbol_actor owner;
  std::uint8_t fresh = static_cast<std::uint8_t>(freshness::never);
  std::uint64_t milli_rate = 0;      ///< ticks in 1000 s, of late
  std::uint64_t age_ms = UINT64_MAX; ///< since the last tick; or never

  template <class Inspector>
  friend auto inspect(Inspector& f, symbol_ref& x) {
    auto load = [&]() -> caf::error {
      return x.fresh < num_freshness ? caf::none
                                     : caf::error{caf::sec::invalid_argument};
    };
    return f(caf::meta::type_name("symbol_ref"), x.symbol, x.owner, x.fresh,
             x.milli_rate, x.age_ms, caf::meta::load_callback(load));
  }
};

/// A source of ticks. See actors/feeds/simulator.hpp and
/// actors/feeds/replay.hpp.
using feed_actor = caf::typed_actor<
  // These symbols are this node's from now on; only a source that invents ticks
  // cares.
  caf::reacts_to<row_batch>,
  // Sends what is due; feeds send it to themselves.
  caf::reacts_to<step_atom>,
  // Holds back, or goes on.
  caf::reacts_to<pause_atom, bool>,
  caf::replies_to<status_atom>::with<actor_status>>;

/// Where a fan-out says what it wants: all that it sees of the market.
using interest_actor = caf::typed_actor<
  // The sink wants the rows of these symbols, whether they have traded or not;
  // it gets a vacant row for those that have not.
  caf::reacts_to<watch_atom, std::vector<symbol_name>, row_sink_actor>,
  caf::reacts_to<unwatch_atom, std::vector<symbol_name>, row_sink_actor>,
  // The sink wants (no longer wants) every symbol, also those to come.
  caf::reacts_to<watch_atom, row_sink_actor>,
  caf::reacts_to<unwatch_atom, row_sink_actor>>;

/// Where ticks go in.
using entry_actor = caf::typed_actor<
  // Hands ticks to the owners of their symbols: all of them or, with a refusal,
  // none. Answers how many were taken, once the owners have them.
  caf::replies_to<publish_atom, tick_batch>::with<std::uint64_t>,
  // A feed is up or down, and who it is where it is a connection.
  caf::reacts_to<feed_atom, feed_id, bool, std::string>,
  // A feed has broken off, without a word.
  caf::reacts_to<gone_atom, feed_id>,
  // Ticks were refused before they came here: from whom, of which symbol
  // (empty if that is not known), why the last time, and how often.
  caf::reacts_to<refuse_atom, feed_id, std::string, std::string,
                 std::uint64_t>>;

/// Knows which actor owns which symbol. See actors/market/market.hpp.
using market_actor = interest_actor::extend_with<entry_actor>::extend<
  // Whether that batch could be taken. It will be, or not, when one of the next
  // two comes; answers how many ticks it has.
  caf::replies_to<prepare_atom, tick_batch>::with<std::uint64_t>,
  // Takes what was prepared, like `publish_atom`.
  caf::replies_to<commit_atom, batch_id>::with<std::uint64_t>,
  // Forgets what was prepared; with the number 0, all that is of that node.
  caf::reacts_to<abort_atom, batch_id>,
  // Takes what another owner has prepared, whatever the limits say.
  caf::replies_to<commit_atom, tick_batch>::with<std::uint64_t>,
  // These symbols, if they are here, live elsewhere from now on. Answers their
  // last rows, of those that have one, when they can have no more.
  caf::replies_to<evict_atom, std::vector<symbol_name>>::with<row_batch>,
  // The symbols of these rows live here from now on, since that epoch, and so
  // do the symbols to come.
  caf::reacts_to<adopt_atom, row_batch, std::uint64_t>,
  // Like a symbol's.
  caf::replies_to<merge_atom, row_batch, std::uint64_t>::with<row_batch>,
  // The rows of these symbols, in this order.
  caf::replies_to<fetch_atom, std::vector<symbol_name>>::with<row_batch>,
  // The owners of these symbols, in this order.
  caf::replies_to<resolve_atom,
                  std::vector<symbol_name>>::with<std::vector<symbol_ref>>,
  // All symbols, oldest first, from that place on, at most so many and at most
  // `max_symbols_listed`; none if there are no more. Who asks again and again
  // may miss some where symbols leave meanwhile.
  caf::replies_to<list_atom, std::uint64_t,
                  std::uint64_t>::with<std::vector<symbol_ref>>,
  // A feed has an actor, whose end is its own.
  caf::reacts_to<join_atom, feed_id, feed_actor>,
  // Pauses the feed that the operator calls so, or lets it go on. Answers how
  // many symbols it feeds.
  caf::replies_to<pause_atom, std::string, bool>::with<std::uint64_t>,
  // A symbol's trade date, in days since 1970, is another from now on.
  caf::reacts_to<roll_atom, symbol_name, std::int32_t>,
  // Tells a symbol, or all of a venue, to do so. Answers how many they are.
  caf::replies_to<roll_atom, std::string, std::int32_t>::with<std::uint64_t>,
  // The venues, and the trade dates of their symbols.
  caf::replies_to<venue_atom>::with<listing>,
  // Looks for silence and for dates that have come; it sends that to itself.
  caf::reacts_to<check_atom>,
  // All feeds.
  caf::replies_to<feed_atom>::with<std::vector<feed_summary>>,
  // The symbols that a feed feeds.
  caf::replies_to<feed_atom, std::string>::with<std::vector<symbol_name>>,
  // What there is to know of one symbol's feed and silence.
  caf::replies_to<status_atom, symbol_name>::with<actor_status>,
  caf::replies_to<load_atom>::with<actor_load>,
  caf::replies_to<status_atom>::with<actor_status>>;

/// Answers the operator. See actors/operator/console.hpp.
using console_actor = caf::typed_actor<
  // Another feed that it may be asked about.
  caf::reacts_to<join_atom, feed_actor>,
  // Does what a line of the operator's says, and answers it.
  caf::replies_to<ask_atom, std::string>::with<console_answer>,
  // Answers the question of that number with what has come until now; it sends
  // that to itself.
  caf::reacts_to<check_atom, std::uint64_t>>;

/// Where a node says of which cluster it is, and who.
using join_actor = caf::typed_actor<
  // Answers who the other is; the sender and whoever answers are roll-calls.
  caf::replies_to<join_atom, std::string, member>::with<member>>;

/// Finds out which nodes of a list are there. See actors/cluster/rollcall.hpp.
using rollcall_actor = join_actor::extend<
  // Who the members are, by the sender.
  caf::reacts_to<cluster_view>,
  // What is to be said of the sender from now on.
  caf::reacts_to<member>,
  // The way to an address is found, or why it is not.
  caf::reacts_to<link_atom, std::string, join_actor>,
  caf::reacts_to<link_atom, std::string, std::string>,
  // What is to be said of this node from now on: whether it owns symbols, and
  // which are pinned to it.
  caf::reacts_to<pin_atom, bool, std::vector<symbol_name>>,
  // Looks whether it was suspended, and for who is not there; it sends that to
  // itself.
  caf::reacts_to<check_atom>>;

/// Where rows from other nodes arrive.
using inlet_actor = caf::typed_actor<
  // Rows from the node of that `batch_id::node`. Answers how many they were,
  // once they are handed on.
  caf::replies_to<relay_atom, std::uint64_t, row_batch>::with<std::uint64_t>>;

/// Carries the rows of this node's symbols to one other node. See
/// actors/cluster/relay.hpp.
using relay_actor = row_sink_actor::extend<
  // Sends what has come together.
  caf::reacts_to<flush_atom>, caf::replies_to<load_atom>::with<actor_load>,
  caf::replies_to<status_atom>::with<actor_status>>;

/// What the nodes of a cluster do for each other. Whoever sends one of these is
/// a `peer_actor` himself. An epoch is that of the sender's view; `errc::moved`
/// says that by the receiver's view the symbols are not his (yet, or any more).
using peer_actor = inlet_actor::extend<
  // For the roll-call, if the node has one.
  caf::replies_to<join_atom, std::string, member>::with<member>,
  // Of which cluster one is, and who; answers who the other is.
  caf::replies_to<hello_atom, std::string, member>::with<member>,
  // The sender is no member any more, and knows nobody.
  caf::reacts_to<leave_atom>,
  // Like `entry_actor`'s.
  caf::replies_to<publish_atom, std::uint64_t, tick_batch>::with<std::uint64_t>,
  // Like `market_actor`'s.
  caf::replies_to<prepare_atom, std::uint64_t, tick_batch>::with<std::uint64_t>,
  caf::replies_to<commit_atom, batch_id>::with<std::uint64_t>,
  caf::reacts_to<abort_atom, batch_id>,
  caf::replies_to<commit_atom, std::uint64_t, tick_batch>::with<std::uint64_t>,
  // Rows of these symbols (no longer) go to the sender, or those of all.
  caf::reacts_to<watch_atom, std::vector<symbol_name>>,
  caf::reacts_to<unwatch_atom, std::vector<symbol_name>>,
  caf::reacts_to<watch_atom>, caf::reacts_to<unwatch_atom>,
  // A part of all that the sender wants, which is that alone from then on.
  caf::reacts_to<wish_part>,
  // What the sender is at, and what it thinks that it has asked for. Answers
  // the same of the receiver's.
  caf::replies_to<beat_atom, peer_word>::with<peer_word>,
  // Epoch and version of the rows of these symbols, one after the other; 0
  // where the receiver has none.
  caf::replies_to<audit_atom,
                  std::vector<symbol_name>>::with<std::vector<std::uint64_t>>,
  // The sender has these states of symbols that the receiver owns. Answers how
  // many they are, once the newer of each two is where it goes on.
  caf::replies_to<merge_atom, row_batch>::with<std::uint64_t>,
  // The member of that name owns its share since that epoch: whoever has newer
  // rows of it or still owns some of it hands them over, a part an answer.
  caf::replies_to<claim_atom, std::uint64_t, std::string>::with<handover>,
  // A feed of the sender's is up or down, or has broken off.
  caf::reacts_to<feed_atom, feed_id, bool, std::string>,
  caf::reacts_to<gone_atom, feed_id>,
  // The rows of these symbols, which the receiver owns.
  caf::replies_to<row_atom, std::vector<symbol_name>>::with<row_batch>,
  // A question of the operator's, to the receiver's console.
  caf::replies_to<ask_atom, std::string>::with<console_answer>,
  // These symbols are not pinned to the receiver any more.
  caf::reacts_to<unpin_atom, std::vector<symbol_name>>,
  caf::replies_to<status_atom>::with<actor_status>,
  // The names of the receiver's symbols, at most so many.
  caf::replies_to<list_atom, std::uint64_t>::with<std::vector<symbol_name>>,
  // A number that is another whenever the receiver has other symbols.
  caf::replies_to<count_atom>::with<std::uint64_t>>;

/// Stands for the markets of all nodes of a cluster. See
/// actors/cluster/grid.hpp.
using grid_actor = peer_actor::extend_with<interest_actor>::extend<
  caf::replies_to<publish_atom, tick_batch>::with<std::uint64_t>,
  caf::reacts_to<refuse_atom, feed_id, std::string, std::string, std::uint64_t>,
  // Who is there from now on.
  caf::reacts_to<cluster_view>,
  // This node can no longer know that it is a member.
  caf::reacts_to<lost_atom>,
  // The way to the member of that instance is found, or why it is not.
  caf::reacts_to<link_atom, std::string, peer_actor>,
  caf::reacts_to<link_atom, std::string, std::string>,
  // A source of ticks that wants to know which symbols are this node's.
  caf::reacts_to<join_atom, feed_actor>,
  // Looks after what is late; it sends that to itself.
  caf::reacts_to<check_atom>,
  // Answers when this node owns nothing that another could: it has said that it
  // will own no symbols, and the others have fetched them.
  caf::replies_to<drain_atom>::with<bool>,
  // The rows of these symbols, in this order.
  caf::replies_to<fetch_atom, std::vector<symbol_name>>::with<row_batch>,
  // The names of all symbols, at most so many.
  caf::replies_to<fetch_atom, std::uint64_t>::with<std::vector<symbol_name>>,
  // A number that is another whenever some of those have changed.
  caf::replies_to<fetch_atom>::with<std::uint64_t>,
  // Who answers the operator here, and who calls the roll.
  caf::reacts_to<join_atom, console_actor>,
  caf::reacts_to<join_atom, rollcall_actor>,
  // A question of the operator's, to the console of the member of that name.
  caf::replies_to<ask_atom, std::string, std::string>::with<console_answer>,
  // All members, a line each.
  caf::replies_to<list_atom>::with<listing>,
  // Where a symbol is.
  caf::replies_to<where_atom, symbol_name>::with<actor_status>,
  // Moves a symbol to this node.
  caf::replies_to<pin_atom, symbol_name>::with<bool>,
  // Whether this node is to own symbols; of its own accord it has its share
  // only.
  caf::replies_to<pin_atom, bool>::with<bool>,
  caf::replies_to<load_atom>::with<actor_load>>;

/// Knows the names of all symbols. See actors/market/directory.hpp.
using directory_actor =
  caf::typed_actor<caf::replies_to<list_atom, name_query>::with<name_page_ptr>,
                   caf::replies_to<status_atom>::with<actor_status>>;

/// Takes ticks from outside to the market and the answer back. See
/// actors/market/ingress.hpp.
using ingress_actor = caf::typed_actor<
  caf::reacts_to<publish_atom, tick_batch, replier_ptr>,
  // What the market hears of a feed, in order with its ticks: that it is up or
  // down or has broken off, and that it sent what is no ticks.
  caf::reacts_to<feed_atom, feed_id, bool, std::string>,
  caf::reacts_to<gone_atom, feed_id>,
  caf::reacts_to<refuse_atom, feed_id, std::string, std::string, std::uint64_t>,
  // Answers those who have waited too long; it sends that to itself.
  caf::reacts_to<check_atom>, caf::replies_to<load_atom>::with<actor_load>,
  caf::replies_to<status_atom>::with<actor_status>>;

/// Watches over the node. See actors/operator/monitor.hpp.
using monitor_actor = caf::typed_actor<
  // Looks after everybody; it sends that to itself.
  caf::reacts_to<check_atom>, caf::replies_to<status_atom>::with<actor_status>>;

} // namespace livegrid

CAF_BEGIN_TYPE_ID_BLOCK(livegrid_handles, caf::id_block::livegrid::end)

CAF_ADD_TYPE_ID(livegrid_handles, (livegrid::row_sink_actor))
CAF_ADD_TYPE_ID(livegrid_handles, (livegrid::inlet_actor))
CAF_ADD_TYPE_ID(livegrid_handles, (livegrid::relay_actor))
CAF_ADD_TYPE_ID(livegrid_handles, (livegrid::join_actor))
CAF_ADD_TYPE_ID(livegrid_handles, (livegrid::rollcall_actor))
CAF_ADD_TYPE_ID(livegrid_handles, (livegrid::peer_actor))
CAF_ADD_TYPE_ID(livegrid_handles, (livegrid::grid_actor))
CAF_ADD_TYPE_ID(livegrid_handles, (livegrid::fanout_actor))
CAF_ADD_TYPE_ID(livegrid_handles, (livegrid::symbol_actor))
CAF_ADD_TYPE_ID(livegrid_handles, (livegrid::market_actor))
CAF_ADD_TYPE_ID(livegrid_handles, (livegrid::subscriber_actor))
CAF_ADD_TYPE_ID(livegrid_handles, (livegrid::feed_actor))
CAF_ADD_TYPE_ID(livegrid_handles, (std::vector<livegrid::subscriber_actor>))
CAF_ADD_TYPE_ID(livegrid_handles, (livegrid::handle_slice))
CAF_ADD_TYPE_ID(livegrid_handles, (livegrid::console_actor))
CAF_ADD_TYPE_ID(livegrid_handles, (livegrid::symbol_ref))
CAF_ADD_TYPE_ID(livegrid_handles, (std::vector<livegrid::symbol_ref>))

CAF_END_TYPE_ID_BLOCK(livegrid_handles)
