#define CAF_SUITE actors.delivery.conflation

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "livegrid/actors/delivery/fanout.hpp"
#include "livegrid/actors/delivery/outbox.hpp"
#include "livegrid/actors/market/market.hpp"
#include "livegrid/actors/prices/subscription.hpp"
#include "livegrid/actors/prices/view.hpp"

#include "scripted_sink.hpp"

#include "actor_fixture.hpp"

using namespace livegrid;
using namespace livegrid::test;
using namespace std::chrono_literals;

namespace {

/// Every tick of a symbol counts `n` up, so that a row says which it is.
const strings cells{"symbol", "price", "volume", "bid", "n"};

using state = std::map<std::string, std::string>;

/// All that a symbol has been, by `n`.
using history = std::vector<state>;

/// What a run may do.
struct plan {
  /// Somebody who keeps up wants all symbols from beginning to end.
  bool watcher;

  /// Subscribers may want all.
  bool want_all;

  /// They may want what has not traded yet.
  bool want_vacant;
};

/// One subscriber, and what it may expect.
struct reader {
  int id = 0;
  fanout_actor fan;
  std::shared_ptr<scripted_sink> sink;
  outbox_ptr box;
  delivery_options options;
  bool stalls = false;

  std::set<std::string> wanted;
  bool all = false;

  /// Symbols whose membership changed since everything was settled, and those
  /// of which something may still be under way.
  std::set<std::string> moved;

  std::size_t seen = 0; ///< rows that were looked at
  std::map<std::string, state> rows;
  std::map<std::string, std::uint64_t> last;
  std::map<std::string, std::chrono::steady_clock::time_point> when;

  bool wants(const std::string& symbol) const {
    return all || wanted.count(symbol) > 0;
  }

  bool keeps_up() const {
    return !stalls && options.interval.count() == 0;
  }
};

/// Two loops, a market, symbols and subscribers who do whatever comes to their
/// mind, and a model of what each of them may read.
class world : public actor_fixture {
public:
  world(std::uint32_t seed, plan what)
    : seed_(seed), plan_(what), random_(seed) {
    market_ = own(sys.spawn(market, market_of({}, 1000)));
    for (auto& fan : fans_) {
      fanout_config config;
      config.market = market_;
      config.frame = frame_with_size;
      config.stats = stats;
      config.log = quiet;
      config.wall_clock = test_clock;
      fan = own(sys.spawn(fanout, std::move(config)));
      if (plan_.watcher) {
        auto& x = add_reader(fan, {}, false);
        want_all(x);
      }
    }
    settle();
    for (int i = 0; i < 5; ++i)
      new_symbol();
    settle();
    for (int i = 0; i < 6; ++i)
      add_random_reader();
    settle();
  }

  /// Does `n` things at random, then lets all come to rest.
  void run(int n) {
    for (step_ = 1; step_ <= n && faults.empty(); ++step_) {
      act();
      for (auto i = pick(12); i > 0 && sched.try_run_once(); --i)
        look();
      if (pick(8) == 0)
        settle();
    }
    rest();
    if (faults.empty())
      drain();
  }

  /// What should not have been.
  strings faults;

  /// How much happened at all.
  std::uint64_t rows_read = 0;

private:
  // -- chance -----------------------------------------------------------------

  std::uint32_t pick(std::size_t n) {
    return static_cast<std::uint32_t>(random_() % n);
  }

  template <class Container>
  auto& any(Container& xs) {
    return xs[pick(std::size(xs))];
  }

  // -- what may happen --------------------------------------------------------

  void act() {
    switch (pick(20)) {
    case 0:
      if (symbols_.size() < 12)
        new_symbol();
      break;
    case 1:
      subscribe(any_reader());
      break;
    case 2:
      advance_time(std::chrono::milliseconds{pick(40)});
      break;
    case 3:
      if (pick(3) == 0)
        exchange_reader();
      break;
    case 4:
    case 5:
      if (auto& x = any_reader(); x.stalls)
        x.sink->room = pick(200);
      break;
    case 6:
    case 7:
    case 8:
      if (auto& x = any_reader(); x.stalls)
        unblock(x, pick(300));
      break;
    default:
      tick_some();
    }
  }

  void new_symbol() {
    auto name = "S" + std::to_string(symbols_.size());
    symbols_.push_back(name);
    if (past_[name].empty())
      past_[name].push_back(vacant(name));
    send({next_tick(name)});
  }

  void tick_some() {
    std::vector<tick> batch;
    for (auto n = 1 + pick(6); n > 0; --n)
      batch.push_back(next_tick(any(symbols_)));
    send(std::move(batch));
  }

  void send(std::vector<tick> batch) {
    caf::anon_send(market_, publish_atom_v, batch_of(std::move(batch)));
  }

  static state vacant(const std::string& name) {
    state result;
    for (const auto& key : cells)
      result[key] = "null";
    result["symbol"] = '"' + name + '"';
    return result;
  }

  tick next_tick(const std::string& name) {
    auto& past = past_[name];
    auto now = past.back();
    auto x = make_tick(name, {});
    struct {
      field which;
      const char* name;
    } const fields[] = {
      {field::price, "price"}, {field::volume, "volume"}, {field::bid, "bid"}};
    for (const auto& f : fields)
      if (pick(2) == 0) {
        auto value = 1 + pick(4);
        x.set(f.which, value);
        now[f.name] = std::to_string(value);
      }
    now["n"] = std::to_string(past.size());
    x.extras.push_back({"n", now["n"]});
    past.push_back(std::move(now));
    return x;
  }

  // -- subscribers ------------------------------------------------------------

  reader& add_reader(const fanout_actor& fan, delivery_options options,
                     bool stalls) {
    auto x = std::make_unique<reader>();
    x->id = ++ids_;
    x->fan = fan;
    x->sink = std::make_shared<scripted_sink>();
    // So that buffers are used again.
    x->sink->keep_buffers = false;
    x->box = std::make_shared<outbox>(x->sink, shown_, options, frame_with_size,
                                      stats);
    x->options = options;
    x->stalls = stalls;
    caf::anon_send(fan, join_atom_v, x->box, subscription{});
    readers_.push_back(std::move(x));
    return *readers_.back();
  }

  void add_random_reader() {
    constexpr std::chrono::milliseconds intervals[] = {0ms, 0ms, 20ms, 100ms};
    delivery_options options;
    options.changes_only = pick(2) == 0;
    options.as_array = pick(2) == 0;
    options.interval = any(intervals);
    auto stalls = pick(2) == 0;
    subscribe(add_reader(any(fans_), options, stalls));
  }

  /// Not one of those who watch from beginning to end.
  reader& any_reader() {
    auto first = plan_.watcher ? std::size(fans_) : 0u;
    return *readers_[first + pick(readers_.size() - first)];
  }

  void exchange_reader() {
    auto& x = any_reader();
    caf::anon_send(x.fan, leave_atom_v, x.box);
    settle();
    if (x.box->books().waiting() != 0 || !x.box->closed())
      fault(x, "has left, and rows wait for it");
    for (auto& slot : readers_)
      if (slot.get() == &x) {
        gone_.push_back(std::move(slot));
        std::swap(slot, readers_.back());
        readers_.pop_back();
        break;
      }
    add_random_reader();
  }

  void want_all(reader& x) {
    caf::anon_send(x.fan, join_atom_v, x.box,
                   subscription{subscription::change::all, {}, {}, false});
    x.all = true;
    note_moves(x);
  }

  void subscribe(reader& x) {
    if (plan_.want_all && pick(5) == 0) {
      want_all(x);
      return;
    }
    note_moves(x);
    x.all = false;
    x.wanted.clear();
    subscription what{subscription::change::replace, {}, {}, false};
    for (auto n = pick(6); n > 0; --n) {
      auto name = any(symbols_);
      if (plan_.want_vacant && pick(4) == 0) {
        name = "S" + std::to_string(pick(12));
        if (past_[name].empty())
          past_[name].push_back(vacant(name));
      }
      if (x.wanted.insert(name).second)
        what.symbols.push_back(name_of(name));
    }
    caf::anon_send(x.fan, join_atom_v, x.box, std::move(what));
    note_moves(x);
  }

  void note_moves(reader& x) {
    x.moved.insert(x.wanted.begin(), x.wanted.end());
    if (x.all)
      for (const auto& [name, past] : past_)
        x.moved.insert(name);
  }

  void unblock(reader& x, std::size_t room) {
    ++x.sink->acked;
    if (x.sink->take(room))
      caf::anon_send(x.fan, resume_atom_v, x.box);
    look(x);
  }

  // -- what must hold ---------------------------------------------------------

  void look() {
    for (auto& x : readers_)
      look(*x);
  }

  void look(reader& x) {
    for (; x.seen < x.sink->rows.size(); ++x.seen)
      read(x, x.sink->rows[x.seen]);
  }

  void read(reader& x, const read_row& r) {
    ++rows_read;
    auto quoted = r.at("symbol");
    auto name = quoted.substr(1, quoted.size() - 2);
    auto moved = x.moved.count(name) > 0;
    if (!x.wants(name) && !moved)
      return fault(x, name + " is not wanted");
    if (!x.options.changes_only && r.size() != cells.size())
      return fault(x, name + " came in part");
    auto [known, fresh] = x.rows.try_emplace(name, vacant(name));
    for (const auto& [key, text] : r)
      known->second[key] = text;
    const auto& past = past_[name];
    const auto& text = known->second["n"];
    auto n = text == "null" ? 0u : std::stoul(text);
    if (n == 0 && x.all && !moved)
      return fault(x, name + " has not traded");
    if (n >= past.size())
      return fault(x, name + " came before it was published");
    for (const auto& [key, value] : past[n])
      if (known->second[key] != value)
        return fault(x, name + ' ' + key + " is " + known->second[key] + ", "
                          + value + " in row " + text);
    auto last = fresh ? 0 : x.last[name];
    if (!fresh && (n < last || (n == last && !moved)))
      return fault(x, name + ' ' + text + " after " + std::to_string(last));
    if (!fresh && x.keeps_up() && !moved && n != last + 1)
      return fault(x, name + ' ' + text + " next to " + std::to_string(last));
    x.last[name] = n;
    auto& when = x.when[name];
    if (!fresh && !x.stalls && !moved && !draining_
        && now() - when < x.options.interval)
      return fault(x, name + ' ' + text + " is too early");
    when = now();
  }

  /// All messages have arrived: who keeps up has everything.
  void settle() {
    while (sched.try_run_once())
      look();
    look();
    ledger sum;
    auto tally = [&](const reader& x) {
      const auto& books = x.box->books();
      sum.published += books.published;
      sum.delivered += books.delivered;
      sum.merged += books.merged;
      sum.discarded += books.discarded;
    };
    for (auto& x : gone_)
      tally(*x);
    for (auto& x : readers_) {
      tally(*x);
      check(*x);
    }
    if (sum.published != get(stats->rows_published)
        || sum.delivered != get(stats->rows_delivered)
        || sum.merged != get(stats->rows_merged)
        || sum.discarded != get(stats->rows_discarded))
      faults.push_back(where() + "the totals are not the sum of the ledgers");
  }

  void check(reader& x) {
    for (const auto& what : x.sink->misuse)
      fault(x, what);
    const auto& books = x.box->books();
    auto under_way = x.box->blocked() ? x.sink->handed_last : 0;
    if (x.box->closed())
      return;
    if (books.delivered + under_way != x.sink->handed)
      fault(x, "delivered is not what it was given");
    // Of each symbol at most one row waits.
    if (books.waiting() - under_way > past_.size())
      fault(x, "too many rows wait");
    if (x.keeps_up() && books.merged + books.waiting() > 0)
      fault(x, "keeps up, and rows were merged or wait");
    if (x.keeps_up())
      check_latest(x);
    if (x.box->blocked())
      return;
    for (const auto& name : x.moved)
      // Wanting all gets no row of what has not traded: what came of it when it
      // was wanted by name starts no interval any more.
      if (!x.wants(name) || (x.all && past_[name].size() == 1)) {
        x.rows.erase(name);
        x.last.erase(name);
        x.when.erase(name);
      }
    x.moved.clear();
  }

  void check_latest(reader& x) {
    for (const auto& [name, past] : past_) {
      // One that has not traded is none of all.
      if (!x.wants(name) || (x.all && past.size() == 1))
        continue;
      auto n = past.size() - 1;
      if (x.rows.count(name) == 0)
        fault(x, "has nothing of " + name);
      else if (x.last[name] != n)
        fault(x, "has " + name + ' ' + std::to_string(x.last[name])
                   + " and not " + std::to_string(n));
    }
  }

  /// Everybody takes all there is.
  void rest() {
    for (auto& x : readers_)
      unblock(*x, scripted_sink::unlimited);
    settle();
    for (int i = 0; i < 30; ++i) {
      advance_time(5ms);
      settle();
    }
    for (auto& x : readers_) {
      if (x->box->books().waiting() != 0)
        fault(*x, "rows wait in the end");
      check_latest(*x);
    }
  }

  void drain() {
    draining_ = true;
    for (auto& x : readers_)
      if (x->stalls)
        x->sink->room = pick(100);
    for (int i = 0; i < 3; ++i)
      tick_some();
    consume_messages();
    for (const auto& fan : fans_)
      caf::anon_send(fan, drain_atom_v);
    consume_messages();
    for (auto& x : readers_) {
      unblock(*x, scripted_sink::unlimited);
      consume_messages();
      look(*x);
      check_latest(*x);
      if (x->sink->closes != strings{"1001 the node is going down"})
        fault(*x, "was not closed");
    }
    auto left = get(stats->rows_published) - get(stats->rows_delivered)
                - get(stats->rows_merged) - get(stats->rows_discarded);
    if (left != 0)
      faults.push_back(where() + "rows are left over");
  }

  std::string where() const {
    return "seed " + std::to_string(seed_) + " step " + std::to_string(step_)
           + ": ";
  }

  void fault(const reader& x, const std::string& what) {
    faults.push_back(
      where() + "reader " + std::to_string(x.id)
      + (x.options.changes_only ? " changes" : "")
      + (x.options.as_array ? " array" : "") + (x.stalls ? " stalls " : " ")
      + std::to_string(x.options.interval.count()) + "ms: " + what);
  }

  std::uint32_t seed_;
  plan plan_;
  std::mt19937 random_;
  int step_ = 0;
  bool draining_ = false; ///< intervals do not count any more
  int ids_ = 0;
  view_ptr shown_ = std::make_shared<const view>(cells, strings{"symbol"});
  market_actor market_;
  fanout_actor fans_[2];
  strings symbols_; ///< those that trade
  std::map<std::string, history> past_;
  std::vector<std::unique_ptr<reader>> readers_;
  std::vector<std::unique_ptr<reader>> gone_;
};

/// Stops at the first seed that fails, whose number stands in the fault.
void run(plan what, std::uint32_t first_seed) {
  std::uint64_t read = 0;
  std::uint64_t merged = 0;
  std::uint64_t discarded = 0;
  for (auto seed = first_seed; seed < first_seed + 20; ++seed) {
    world x{seed, what};
    x.run(400);
    for (const auto& fault : x.faults)
      CAF_ERROR(fault);
    CAF_REQUIRE(x.faults.empty());
    read += x.rows_read;
    merged += get(x.stats->rows_merged);
    discarded += get(x.stats->rows_discarded);
  }
  CAF_MESSAGE("rows read " << read << " merged " << merged << " discarded "
                           << discarded);
  // Else nothing was tried.
  CAF_CHECK_GREATER(read, 5'000u);
  CAF_CHECK_GREATER(merged, 1'000u);
  CAF_CHECK_GREATER(discarded, 100u);
}

} // namespace

CAF_TEST(everybody reads the truth while somebody watches all) {
  run({.watcher = true, .want_all = true, .want_vacant = false}, 1);
}

CAF_TEST(everybody reads the truth while symbols come and go) {
  run({.watcher = false, .want_all = false, .want_vacant = false}, 101);
}

CAF_TEST(everybody reads the truth of symbols that have not traded) {
  run({.watcher = false, .want_all = false, .want_vacant = true}, 201);
}

CAF_TEST(everybody reads the truth whatever is wanted) {
  run({.watcher = false, .want_all = true, .want_vacant = true}, 301);
}
