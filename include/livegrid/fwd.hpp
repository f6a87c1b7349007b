#pragma once

#include <memory>

#include <caf/fwd.hpp>
#include <caf/intrusive_ptr.hpp>

namespace livegrid {

class frame_sink;
class outbox;
class price_state;
class replier;
class row;
class symbol_name;
class tick_source;
class view;

struct name_page;
struct name_query;

class logger;

struct actor_status;
struct counters;
struct refusal;
struct subscriber_slice;
struct subscriber_summary;
struct subscription;
struct tick;
struct tick_batch;

/// A row is immutable once made, so that every viewer can share it.
using row_ptr = caf::intrusive_ptr<const row>;
using view_ptr = std::shared_ptr<const view>;
using counters_ptr = std::shared_ptr<counters>;
using log_ptr = std::shared_ptr<logger>;
using outbox_ptr = std::shared_ptr<outbox>;
using replier_ptr = std::shared_ptr<replier>;
using frame_sink_ptr = std::shared_ptr<frame_sink>;

/// Bytes that many connections may send at once.
using bytes_ptr = std::shared_ptr<const std::string>;

/// A list that many askers share.
using name_page_ptr = std::shared_ptr<const name_page>;

} // namespace livegrid
