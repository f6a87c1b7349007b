#define CAF_SUITE actors.messages

#include "livegrid/messages.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>
#include <memory>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "livegrid/actors/feeds/simulator.hpp"
#include "livegrid/actors/market/ingress.hpp"
#include "livegrid/actors/market/market.hpp"
#include "livegrid/actors/market/symbol.hpp"

#include "actor_fixture.hpp"

using namespace livegrid;
using namespace livegrid::test;
using namespace std::chrono_literals;

namespace {

// -- one value of each type, nothing in it at its default ---------------------

tick rich_tick() {
  tick result;
  result.symbol = name_of("BRK.B");
  for (std::size_t i = 0; i < num_fields; ++i)
    result.set(static_cast<field>(i), 0.1 + static_cast<double>(i));
  result.time = timestamp{-1ns};
  result.seq = std::numeric_limits<std::int64_t>::min();
  result.extras = {{"note", "\"\\u00e4\""}, {"flag", "true"}};
  return result;
}

row_ptr rich_row() {
  cell_set changed;
  changed.set(index(cell::price));
  changed.set(fixed_cells);
  row_builder result{name_of("AAPL"), {.epoch = 5, .version = 7}, changed};
  result.set(cell::symbol, "\"AAPL\"");
  result.set(cell::price, "150.5");
  result.add_extra("note", "\"a\"");
  result.stamp({source::socket, 3, 1, 2, 3});
  result.mark({{{9, 8}, 7}});
  result.count(4, {{5, 6}, {UINT64_MAX, INT64_MAX}});
  lineage past;
  past.add({2, UINT64_MAX});
  result.state({3, 4}, past);
  result.restated();
  return std::move(result).finish();
}

void make(symbol_name& x) {
  x = name_of("BRK.B");
}

void make(tick_batch& x) {
  x = batch_of({rich_tick(), trade("A", 1)}, source::replay);
  x.feed = 7;
  x.id = {1, 2};
  x.publisher = UINT64_MAX;
  x.seq_of = 3;
}

void make(member& x) {
  x = {.name = "a",
       .instance = std::string(32, 'f'),
       .address = "::1",
       .port = 7781,
       .owns_symbols = false,
       .serves_http = false,
       .protocol = 3,
       .pinned = names_of({"A", "B"}),
       .since = 5};
}

void make(cluster_view& x) {
  x.epoch = 9;
  make(x.members.emplace_back());
}

void make(batch_id& x) {
  x = {3, 4};
}

void make(row_batch& x) {
  x.rows = {rich_row(), row::vacant(name_of("NEW")), nullptr};
}

void make(handover& x) {
  make(x.rows);
  x.last = true;
}

void make(peer_word& x) {
  x = {.epoch = 1,
       .members = UINT64_MAX,
       .settled = true,
       .wishes = {2, UINT64_MAX - 1},
       .everything = true,
       .wishes_agree = false};
}

void make(wish_part& x) {
  x = {.names = names_of({"MSFT", "AAPL"}),
       .everything = true,
       .first = true,
       .last = true};
}

void make(refusal& x) {
  x = {errc::too_big,  3,  "price", "must be greater than 0",
       "greater_than", "A"};
  x.others = {{4, "symbol", "no room", "too_many_symbols"}};
  x.more = {7, 9};
}

void make(subscription& x) {
  x.what = subscription::change::replace;
  x.symbols = names_of({"MSFT", "AAPL"});
  x.bad = {"A B", std::string("\0\xff", 2)};
  x.too_many = true;
}

void make(actor_status& x) {
  x = {"fanout", "1", {{"rows", 5}, {"slow", ""}, {"on", true}}, {7, 1, 2, 3}};
}

void make(symbol_summary& x) {
  x = {name_of("AAPL"), "1.5", "-0.5", 3, 1, -5, {7, 1, 2, 3}, "late"};
}

void make(actor_load& x) {
  x = {7, 1, 2, 3};
}

void make(tcp_status& x) {
  x = {1, 2, 3, 4, 5, 6, 7, 8, 9};
}

void make(subscriber_summary& x) {
  x = {7, "[::1]:5", 1, 2, true, 9, 4, 3, 1, 8, true, 1, 250};
  make(x.link);
  x.key = "desk";
  x.agent = "python";
}

void make(subscriber_slice& x) {
  x.some.resize(2);
  make(x.some[0]);
  x.next = 258;
}

void make(handle_slice& x) {
  x = {{subscriber_actor{}}, 258};
}

void make(ledger_audit& x) {
  x = {1, 2, 10, 5, 2, 1};
}

void make(viewer_cell& x) {
  x.found = x.wanted = true;
  make(x.viewer);
  x.shown = rich_row();
  x.text = "{}";
  x.handed = 5;
  x.taken = 4;
  x.waited_us = 6;
  x.merged = 7;
  x.waiting = rich_row();
  x.waiting_since = 8;
  x.waiting_merged = 9;
}

void make(feed_id& x) {
  x = {source::socket, 3};
}

void make(feed_summary& x) {
  x = {{source::socket, 3}, "[::1]:5", "up", 2, 3, 4, 5, 6, "no"};
}

void make(std::uint64_t& x) {
  x = 7;
}

void make(subscriber_actor&) {
  // No handle is one as well.
}

void make(listing& x) {
  x = {"busy", {"a", "b"}, {{"1", ""}, {"", "2"}}, 60, 2, 2};
}

void make(console_answer& x) {
  make(x.lists.emplace_back());
  x.parts = {{"node", "", {{"rows", "5"}}}};
  x.note = "fine";
}

void make(symbol_ref& x) {
  x.symbol = name_of("NEW");
  x.fresh = 1;
  x.milli_rate = 1500;
  x.age_ms = 20;
}

template <class T>
void make(std::vector<T>& xs) {
  xs.resize(2);
  for (auto& x : xs)
    make(x);
}

/// Handles of nobody; those of somebody have a test of their own.
template <class... Sigs>
void make(caf::typed_actor<Sigs...>& x) {
  x = nullptr;
}

// -- whether two are the same -------------------------------------------------

template <class T>
bool same(const T& x, const T& y) {
  return x == y;
}

bool same(const tick_batch& x, const tick_batch& y) {
  return x.from == y.from && x.received == y.received && x.ticks == y.ticks
         && x.feed == y.feed && x.id == y.id && x.publisher == y.publisher
         && x.seq_of == y.seq_of;
}

bool same(const row_batch& x, const row_batch& y) {
  auto same_row = [](const row_ptr& a, const row_ptr& b) {
    if (!a || !b)
      return a == b;
    for (std::size_t i = 0; i < fixed_cells; ++i)
      if (a->text(static_cast<cell>(i)) != b->text(static_cast<cell>(i)))
        return false;
    if (a->num_extras() != b->num_extras())
      return false;
    for (std::size_t i = 0; i < a->num_extras(); ++i)
      if (a->extra_name(i) != b->extra_name(i)
          || a->extra_text(i) != b->extra_text(i))
        return false;
    return a->symbol() == b->symbol() && a->order() == b->order()
           && a->state() == b->state() && a->past() == b->past()
           && a->marks() == b->marks() && a->seq_of() == b->seq_of()
           && a->seqs() == b->seqs() && a->changed() == b->changed()
           && a->stamp() == b->stamp() && a->is_restated() == b->is_restated();
  };
  return std::equal(x.rows.begin(), x.rows.end(), y.rows.begin(), y.rows.end(),
                    same_row);
}

bool same(const handover& x, const handover& y) {
  return same(x.rows, y.rows) && x.last == y.last;
}

bool same(const peer_word& x, const peer_word& y) {
  return x.epoch == y.epoch && x.members == y.members && x.settled == y.settled
         && x.wishes == y.wishes && x.everything == y.everything
         && x.wishes_agree == y.wishes_agree;
}

bool same(const wish_part& x, const wish_part& y) {
  return x.names == y.names && x.everything == y.everything
         && x.first == y.first && x.last == y.last;
}

bool same(const symbol_ref& x, const symbol_ref& y) {
  return x.symbol == y.symbol && x.owner == y.owner && x.fresh == y.fresh
         && x.milli_rate == y.milli_rate && x.age_ms == y.age_ms;
}

bool same(const symbol_summary& x, const symbol_summary& y) {
  return x.symbol == y.symbol && x.price == y.price && x.change == y.change
         && x.applied == y.applied && x.repeats == y.repeats
         && x.received == y.received && x.load == y.load && x.error == y.error;
}

bool same(const subscriber_summary& x, const subscriber_summary& y) {
  auto all = [](const subscriber_summary& s) {
    return std::tie(s.id, s.peer, s.age_ms, s.symbols, s.everything,
                    s.published, s.delivered, s.merged, s.discarded, s.unsent,
                    s.blocked, s.held, s.interval_ms, s.link, s.key, s.agent);
  };
  return all(x) == all(y);
}

bool same(const subscriber_slice& x, const subscriber_slice& y) {
  return std::equal(x.some.begin(), x.some.end(), y.some.begin(), y.some.end(),
                    [](const auto& a, const auto& b) { return same(a, b); })
         && x.next == y.next;
}

bool same(const handle_slice& x, const handle_slice& y) {
  return x.some == y.some && x.next == y.next;
}

bool same(const ledger_audit& x, const ledger_audit& y) {
  return x.off == y.off && x.held == y.held && x.published == y.published
         && x.delivered == y.delivered && x.merged == y.merged
         && x.discarded == y.discarded;
}

bool same(const feed_summary& x, const feed_summary& y) {
  return x.id == y.id && x.peer == y.peer && x.state == y.state
         && x.symbols == y.symbols && x.ticks == y.ticks
         && x.milli_rate == y.milli_rate && x.age_ms == y.age_ms
         && x.refused == y.refused && x.last_refusal == y.last_refusal;
}

bool same(const viewer_cell& x, const viewer_cell& y) {
  return x.found == y.found && x.wanted == y.wanted && same(x.viewer, y.viewer)
         && same(row_batch{{x.shown, x.waiting}},
                 row_batch{{y.shown, y.waiting}})
         && x.text == y.text && x.handed == y.handed && x.taken == y.taken
         && x.waited_us == y.waited_us && x.merged == y.merged
         && x.waiting_since == y.waiting_since
         && x.waiting_merged == y.waiting_merged;
}

bool same(const listing& x, const listing& y) {
  return x.title == y.title && x.columns == y.columns && x.rows == y.rows
         && x.total == y.total && x.page == y.page && x.pages == y.pages;
}

template <class T>
bool same(const std::vector<T>& xs, const std::vector<T>& ys) {
  return std::equal(xs.begin(), xs.end(), ys.begin(), ys.end(),
                    [](const T& x, const T& y) { return same(x, y); });
}

bool same(const console_answer& x, const console_answer& y) {
  return x.parts == y.parts && same(x.lists, y.lists) && x.note == y.note;
}

class messages_fixture : public actor_fixture {
public:
  /// Reads `x` from bytes, as another node does.
  template <class T>
  caf::error load(const byte_buffer& bytes, T& x) {
    caf::binary_deserializer source{sys, bytes};
    return source(x);
  }

  template <class T>
  void check_trips(const char* name) {
    CAF_MESSAGE(name);
    T x{};
    make(x);
    auto bytes = serialize(x);
    T y{};
    CAF_CHECK_EQUAL(load(bytes, y), caf::none);
    CAF_CHECK(same(x, y));
    // What is cut off is refused wherever it ends.
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      T z{};
      CAF_CHECK(load({bytes.data(), bytes.data() + size}, z));
    }
    auto letter = roundtrip(caf::make_message(ok_atom_v, x, std::uint16_t{1}));
    auto known =
      letter.template match_elements<caf::ok_atom, T, std::uint16_t>();
    CAF_CHECK(known);
    if (known)
      CAF_CHECK(same(letter.template get_as<T>(1), x));
  }

  /// All types from `Begin` on.
  template <caf::type_id_t Begin, caf::type_id_t... Is>
  void check_all(std::integer_sequence<caf::type_id_t, Is...>) {
    (check_trips<typename caf::type_by_id<Begin + Is>::type>(
       caf::type_name_by_id<Begin + Is>::value),
     ...);
  }

  template <class Block>
  void check_block() {
    check_all<Block::begin>(
      std::make_integer_sequence<caf::type_id_t, Block::end - Block::begin>{});
  }

  template <class Atom>
  void check_atom(Atom x, const std::string& text) {
    auto letter = roundtrip(caf::make_message(x, std::uint16_t{1}));
    CAF_MESSAGE(to_string(letter));
    bool known = letter.template match_elements<Atom, std::uint16_t>();
    CAF_CHECK(known);
    CAF_CHECK_EQUAL(to_string(letter.template get_as<caf::atom_value>(0)),
                    text);
  }

  template <class Handle>
  void check_handle(const Handle& x) {
    CAF_CHECK(roundtrip(x) == x);
    auto letter = roundtrip(caf::make_message(x));
    CAF_REQUIRE(letter.template match_elements<Handle>());
    CAF_CHECK(letter.template get_as<Handle>(0) == x);
  }

  static constexpr caf::ok_atom ok_atom_v{};
};

/// What a tick looks like on its way, for writing such as no tick is.
struct forged_tick {
  symbol_name symbol = name_of("AAPL");
  std::uint16_t given = 0;
  std::uint16_t cleared = 0;
  std::array<std::uint64_t, num_fields> bits{};
  std::uint8_t flags = 0;
  std::int64_t time = 0;
  std::int64_t seq = 0;
  std::vector<extra_cell> extras;

  template <class Inspector>
  friend auto inspect(Inspector& f, forged_tick& x) {
    return f(x.symbol, x.given, x.cleared, x.bits, x.flags, x.time, x.seq,
             x.extras);
  }
};

/// What a batch looks like on its way.
struct forged_batch {
  std::string from = "post";
  std::int64_t received = 0;
  std::vector<forged_tick> ticks;
  std::uint64_t feed = 0;
  batch_id id;
  std::uint64_t publisher = 0;
  std::uint64_t seq_of = 0;
  bool tells_all = false;

  template <class Inspector>
  friend auto inspect(Inspector& f, forged_batch& x) {
    return f(x.from, x.received, x.ticks, x.feed, x.id, x.publisher, x.seq_of,
             x.tells_all);
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(messages_tests, messages_fixture)

CAF_TEST(every type of ours travels) {
  check_block<caf::id_block::livegrid>();
  check_block<caf::id_block::livegrid_handles>();
}

CAF_TEST(the two blocks of types do not overlap) {
  CAF_CHECK(caf::id_block::livegrid::end
            <= caf::id_block::livegrid_handles::begin);
}

CAF_TEST(every atom travels) {
  check_atom(apply_atom_v, "apply");
  check_atom(ask_atom_v, "ask");
  check_atom(audit_atom_v, "audit");
  check_atom(beat_atom_v, "beat");
  check_atom(check_atom_v, "check");
  check_atom(livegrid::close_atom_v, "close");
  check_atom(drain_atom_v, "drain");
  check_atom(livegrid::flush_atom_v, "flush");
  check_atom(follow_atom_v, "follow");
  check_atom(gone_atom_v, "gone");
  check_atom(livegrid::join_atom_v, "join");
  check_atom(livegrid::leave_atom_v, "leave");
  check_atom(list_atom_v, "list");
  check_atom(merge_atom_v, "merge");
  check_atom(livegrid::publish_atom_v, "publish");
  check_atom(refuse_atom_v, "refuse");
  check_atom(livegrid::resolve_atom_v, "resolve");
  check_atom(resume_atom_v, "resume");
  check_atom(row_atom_v, "row");
  check_atom(status_atom_v, "status");
  check_atom(step_atom_v, "step");
  check_atom(summary_atom_v, "summary");
  check_atom(unfollow_atom_v, "unfollow");
  check_atom(unwatch_atom_v, "unwatch");
  check_atom(watch_atom_v, "watch");
}

CAF_TEST(handles of somebody travel) {
  auto script = std::make_shared<market_script>();
  auto mkt = make_market(script);
  auto owner = make_symbol(std::make_shared<symbol_script>());
  check_handle(mkt);
  check_handle(owner);
  check_handle(make_fanout(std::make_shared<fanout_script>()));
  check_handle(own(sys.spawn(
    simulator, mkt, std::vector<tick>{}, std::uint64_t{1},
    +[] { return timestamp{}; })));
  symbol_ref x{name_of("AAPL"), owner};
  auto y = roundtrip(x);
  CAF_CHECK(y.symbol == x.symbol);
  CAF_CHECK(y.owner == owner);
  std::vector<symbol_ref> xs{x, {name_of("NEW"), symbol_actor{}}};
  auto letter = roundtrip(caf::make_message(xs));
  CAF_REQUIRE(letter.match_elements<std::vector<symbol_ref>>());
  const auto& ys = letter.get_as<std::vector<symbol_ref>>(0);
  CAF_CHECK(same(ys, xs));
}

CAF_TEST(numbers travel bit by bit) {
  using limits = std::numeric_limits<double>;
  double cases[] = {
    0.1,
    1. / 3,
    max_value,
    limits::min(),
    limits::denorm_min(),
    1 + limits::epsilon(),
    std::nextafter(max_value, 0),
    4503599627370497.5,
    9007199254740992,
  };
  auto check = [&](field f, double value) {
    auto x = make_tick("AAPL", {{f, value}});
    auto letter = roundtrip(caf::make_message(batch_of({x})));
    CAF_REQUIRE(letter.match_elements<tick_batch>());
    const auto& ticks = letter.get_as<tick_batch>(0).ticks;
    CAF_REQUIRE_EQUAL(ticks.size(), 1u);
    CAF_CHECK_EQUAL(std::bit_cast<std::uint64_t>(ticks[0].get(f)),
                    std::bit_cast<std::uint64_t>(value));
    CAF_CHECK_EQUAL(ticks[0].given, x.given);
  };
  for (std::size_t i = 0; i < num_fields; ++i) {
    auto f = static_cast<field>(i);
    CAF_MESSAGE(to_string(f));
    for (auto value : cases)
      check(f, value);
    // One bit of each place of the exponent and of the mantissa.
    for (int bit = 0; bit < 62; ++bit)
      if (auto value = std::bit_cast<double>(std::uint64_t{1} << bit);
          acceptable(f, value))
        check(f, value);
    for (auto value : {0., -0., -37.63, -1e18})
      if (acceptable(f, value))
        check(f, value);
  }
}

CAF_TEST(numbers that cannot be are refused) {
  using limits = std::numeric_limits<double>;
  double cases[] = {
    limits::infinity(),
    -limits::infinity(),
    limits::quiet_NaN(),
    -limits::quiet_NaN(),
    limits::signaling_NaN(),
    std::bit_cast<double>(~std::uint64_t{0}),
    std::bit_cast<double>(std::uint64_t{0x7ff0000000000001}),
    limits::max(),
    limits::lowest(),
    std::nextafter(max_value, limits::max()),
    std::nextafter(-max_value, limits::lowest()),
    -1,
    -limits::denorm_min(),
  };
  auto refused = [&](field f, double value) {
    forged_batch x;
    x.ticks.resize(2);
    x.ticks[1].given =
      static_cast<std::uint16_t>(1u << static_cast<unsigned>(f));
    x.ticks[1].bits[static_cast<std::size_t>(f)] =
      std::bit_cast<std::uint64_t>(value);
    tick_batch y;
    CAF_CHECK_EQUAL(load(serialize(x), y), caf::sec::invalid_argument);
    // The same bits harm nobody where the number is not given.
    x.ticks[1].given = 0;
    CAF_CHECK_EQUAL(load(serialize(x), y), caf::none);
    CAF_CHECK(y.ticks.at(1).empty());
  };
  for (std::size_t i = 0; i < num_fields; ++i) {
    auto f = static_cast<field>(i);
    CAF_MESSAGE(to_string(f));
    for (auto value : cases)
      if (!acceptable(f, value))
        refused(f, value);
  }
}

CAF_TEST(a message with a number that cannot be is refused) {
  for (auto value : {std::numeric_limits<double>::infinity(),
                     std::numeric_limits<double>::quiet_NaN()}) {
    auto x = make_tick("AAPL", {{field::price, value}});
    auto bytes = serialize(caf::make_message(batch_of({x})));
    caf::binary_deserializer source{sys, bytes};
    caf::message y;
    // CAF's own way to ask for it keeps the error to itself.
    CAF_CHECK_EQUAL(y.load(source), caf::sec::invalid_argument);
    CAF_CHECK(y.empty());
  }
}

CAF_TEST(ticks that cannot be are refused) {
  struct {
    const char* name;
    void (*spoil)(forged_batch&);
  } cases[] = {
    {"a field of its own",
     [](forged_batch& x) { x.ticks[0].given = 1u << num_fields; }},
    {"a field of its own taken back",
     [](forged_batch& x) { x.ticks[0].cleared = 1u << num_fields; }},
    {"no name of a source", [](forged_batch& x) { x.from = "a b"; }},
    {"no name", [](forged_batch& x) { x.ticks[0].symbol = {}; }},
  };
  forged_batch good;
  good.ticks.resize(1);
  tick_batch y;
  CAF_REQUIRE_EQUAL(load(serialize(good), y), caf::none);
  for (const auto& c : cases) {
    CAF_MESSAGE(c.name);
    auto x = good;
    c.spoil(x);
    CAF_CHECK_EQUAL(load(serialize(x), y), caf::sec::invalid_argument);
  }
}

CAF_TEST(lists whose rows do not fit their columns are refused) {
  for (std::vector<std::string> cells :
       {std::vector<std::string>{}, {"1"}, {"1", "2", "3"}}) {
    console_answer x;
    make(x);
    x.lists[0].rows.push_back(cells);
    console_answer y;
    CAF_CHECK_EQUAL(load(serialize(x), y), caf::sec::invalid_argument);
  }
}

CAF_TEST(a refusal travels in an error) {
  refusal why;
  make(why);
  auto x = roundtrip(make_error(why));
  CAF_CHECK(x == make_error(why));
  CAF_CHECK(to_refusal(x) == why);
  auto letter = roundtrip(caf::make_message(make_error(why)));
  CAF_REQUIRE(letter.match_elements<caf::error>());
  CAF_CHECK(to_refusal(letter.get_as<caf::error>(0)) == why);
  auto short_one = to_refusal(roundtrip(make_error(errc::malformed, "no")));
  CAF_CHECK_EQUAL(short_one.message, "no");
}

CAF_TEST(errors of CAF travel) {
  caf::error late = caf::sec::request_timeout;
  CAF_CHECK(to_refusal(roundtrip(late)).code == errc::timed_out);
  caf::error down = caf::exit_reason::user_shutdown;
  CAF_CHECK(to_refusal(roundtrip(down)).code == errc::unavailable);
  CAF_CHECK(!roundtrip(caf::error{}));
}

CAF_TEST_FIXTURE_SCOPE_END()
