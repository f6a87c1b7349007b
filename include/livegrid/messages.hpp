#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <caf/all.hpp>

#include "livegrid/actors/base/error.hpp"
#include "livegrid/actors/day/venue.hpp"
#include "livegrid/actors/members/member.hpp"
#include "livegrid/actors/members/peer_word.hpp"
#include "livegrid/actors/prices/feed.hpp"
#include "livegrid/actors/prices/name_page.hpp"
#include "livegrid/actors/prices/row.hpp"
#include "livegrid/actors/prices/subscription.hpp"
#include "livegrid/actors/prices/symbol_name.hpp"
#include "livegrid/actors/prices/tick.hpp"
#include "livegrid/actors/stats/load.hpp"
#include "livegrid/actors/stats/status.hpp"
#include "livegrid/actors/stats/summary.hpp"
#include "livegrid/fwd.hpp"

// Every type that a message may carry to another node, and every atom.
CAF_BEGIN_TYPE_ID_BLOCK(livegrid, caf::first_custom_type_id)

CAF_ADD_TYPE_ID(livegrid, (livegrid::symbol_name))
CAF_ADD_TYPE_ID(livegrid, (livegrid::batch_id))
CAF_ADD_TYPE_ID(livegrid, (livegrid::tick_batch))
CAF_ADD_TYPE_ID(livegrid, (livegrid::row_batch))
CAF_ADD_TYPE_ID(livegrid, (livegrid::refusal))
CAF_ADD_TYPE_ID(livegrid, (livegrid::subscription))
CAF_ADD_TYPE_ID(livegrid, (livegrid::actor_status))
CAF_ADD_TYPE_ID(livegrid, (livegrid::symbol_summary))
CAF_ADD_TYPE_ID(livegrid, (livegrid::subscriber_summary))
CAF_ADD_TYPE_ID(livegrid, (livegrid::subscriber_slice))
CAF_ADD_TYPE_ID(livegrid, (livegrid::listing))
CAF_ADD_TYPE_ID(livegrid, (livegrid::console_answer))
CAF_ADD_TYPE_ID(livegrid, (livegrid::actor_load))
CAF_ADD_TYPE_ID(livegrid, (livegrid::feed_id))
CAF_ADD_TYPE_ID(livegrid, (livegrid::feed_summary))
CAF_ADD_TYPE_ID(livegrid, (livegrid::tcp_status))
CAF_ADD_TYPE_ID(livegrid, (livegrid::ledger_audit))
CAF_ADD_TYPE_ID(livegrid, (livegrid::viewer_cell))
CAF_ADD_TYPE_ID(livegrid, (livegrid::member))
CAF_ADD_TYPE_ID(livegrid, (livegrid::cluster_view))
CAF_ADD_TYPE_ID(livegrid, (livegrid::handover))
CAF_ADD_TYPE_ID(livegrid, (livegrid::peer_word))
CAF_ADD_TYPE_ID(livegrid, (livegrid::wish_part))
CAF_ADD_TYPE_ID(livegrid, (std::vector<livegrid::symbol_name>))
CAF_ADD_TYPE_ID(livegrid, (std::vector<livegrid::actor_status>))
CAF_ADD_TYPE_ID(livegrid, (std::vector<livegrid::subscriber_summary>))
CAF_ADD_TYPE_ID(livegrid, (std::vector<livegrid::feed_summary>))
CAF_ADD_TYPE_ID(livegrid, (std::vector<std::uint64_t>))

CAF_ADD_ATOM(livegrid, livegrid, abort_atom, "abort")
CAF_ADD_ATOM(livegrid, livegrid, adopt_atom, "adopt")
CAF_ADD_ATOM(livegrid, livegrid, apply_atom, "apply")
CAF_ADD_ATOM(livegrid, livegrid, ask_atom, "ask")
CAF_ADD_ATOM(livegrid, livegrid, audit_atom, "audit")
CAF_ADD_ATOM(livegrid, livegrid, beat_atom, "beat")
CAF_ADD_ATOM(livegrid, livegrid, check_atom, "check")
CAF_ADD_ATOM(livegrid, livegrid, claim_atom, "claim")
CAF_ADD_ATOM(livegrid, livegrid, close_atom, "close")
CAF_ADD_ATOM(livegrid, livegrid, commit_atom, "commit")
CAF_ADD_ATOM(livegrid, livegrid, count_atom, "count")
CAF_ADD_ATOM(livegrid, livegrid, drain_atom, "drain")
CAF_ADD_ATOM(livegrid, livegrid, feed_atom, "feed")
CAF_ADD_ATOM(livegrid, livegrid, fetch_atom, "fetch")
CAF_ADD_ATOM(livegrid, livegrid, flush_atom, "flush")
CAF_ADD_ATOM(livegrid, livegrid, follow_atom, "follow")
CAF_ADD_ATOM(livegrid, livegrid, evict_atom, "evict")
CAF_ADD_ATOM(livegrid, livegrid, fresh_atom, "fresh")
CAF_ADD_ATOM(livegrid, livegrid, gone_atom, "gone")
CAF_ADD_ATOM(livegrid, livegrid, hello_atom, "hello")
CAF_ADD_ATOM(livegrid, livegrid, join_atom, "join")
CAF_ADD_ATOM(livegrid, livegrid, leave_atom, "leave")
CAF_ADD_ATOM(livegrid, livegrid, link_atom, "link")
CAF_ADD_ATOM(livegrid, livegrid, list_atom, "list")
CAF_ADD_ATOM(livegrid, livegrid, load_atom, "load")
CAF_ADD_ATOM(livegrid, livegrid, lost_atom, "lost")
CAF_ADD_ATOM(livegrid, livegrid, merge_atom, "merge")
CAF_ADD_ATOM(livegrid, livegrid, pause_atom, "pause")
CAF_ADD_ATOM(livegrid, livegrid, pin_atom, "pin")
CAF_ADD_ATOM(livegrid, livegrid, prepare_atom, "prepare")
CAF_ADD_ATOM(livegrid, livegrid, publish_atom, "publish")
CAF_ADD_ATOM(livegrid, livegrid, reach_atom, "reach")
CAF_ADD_ATOM(livegrid, livegrid, refuse_atom, "refuse")
CAF_ADD_ATOM(livegrid, livegrid, relay_atom, "relay")
CAF_ADD_ATOM(livegrid, livegrid, resolve_atom, "resolve")
CAF_ADD_ATOM(livegrid, livegrid, resume_atom, "resume")
CAF_ADD_ATOM(livegrid, livegrid, roll_atom, "roll")
CAF_ADD_ATOM(livegrid, livegrid, row_atom, "row")
CAF_ADD_ATOM(livegrid, livegrid, status_atom, "status")
CAF_ADD_ATOM(livegrid, livegrid, step_atom, "step")
CAF_ADD_ATOM(livegrid, livegrid, summary_atom, "summary")
CAF_ADD_ATOM(livegrid, livegrid, unfollow_atom, "unfollow")
CAF_ADD_ATOM(livegrid, livegrid, unpin_atom, "unpin")
CAF_ADD_ATOM(livegrid, livegrid, unwatch_atom, "unwatch")
CAF_ADD_ATOM(livegrid, livegrid, venue_atom, "venue")
CAF_ADD_ATOM(livegrid, livegrid, watch_atom, "watch")
CAF_ADD_ATOM(livegrid, livegrid, where_atom, "where")
CAF_ADD_ATOM(livegrid, livegrid, why_atom, "why")

CAF_END_TYPE_ID_BLOCK(livegrid)

// These stay within one process.
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(livegrid::name_page_ptr)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(livegrid::name_query)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(livegrid::outbox_ptr)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(livegrid::replier_ptr)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(livegrid::venue_ptr)
