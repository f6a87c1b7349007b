#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "livegrid/actors.hpp"
#include "livegrid/actors/stats/counters.hpp"
#include "livegrid/actors/stats/sampler.hpp"

namespace livegrid {

struct page_of_list;

/// Whom the operator may ask about, and what the node knows of itself.
struct console_config {
  market_actor market;

  std::vector<fanout_actor> fanouts;
  std::vector<ingress_actor> ingresses;
  std::vector<feed_actor> feeds;

  /// May be missing.
  monitor_actor monitor;

  /// An invalid handle if the node is alone.
  grid_actor grid;

  counters_ptr stats;
  log_ptr log;

  /// What the operating system says of the process: CPU, memory, descriptors.
  std::function<std::vector<actor_status::fact>()> process;

  /// Name, value and default of each setting.
  std::vector<std::vector<std::string>> settings;

  /// The time of day.
  timestamp (*wall_clock)() = nullptr;
};

/// A line of the operator's, taken apart.
struct console_command {
  std::string name;
  std::vector<std::string> args;
  std::map<std::string, std::string> options; ///< `--sort=age`, `--sort age`

  /// Splits at blanks.
  static console_command parse(std::string_view line);

  /// A line that reads as this.
  std::string str() const;
};

/// Answers the operator by asking the others. An actor that does not answer in
/// time shows as its error in its place, and the rest is shown. Lists are
/// sorted and cut into pages here, so that they are never sent whole. Published
/// at the console's port; lives as long as its node.
struct console_state {
  static inline constexpr const char* name = "console";

  using time_point = std::chrono::steady_clock::time_point;

  using promise = caf::typed_response_promise<console_answer>;

  console_actor::pointer self = nullptr;

  console_config config;

  promise ask(const std::string& line);

  /// Time is up for a question that several were asked.
  void check(std::uint64_t number);

private:
  friend console_actor::behavior_type
  console(console_actor::stateful_pointer<console_state> self,
          console_config config);

  /// What one of several has answered, or why it has not.
  template <class T>
  struct outcome {
    T value{};
    std::string error = "no answer in time";
  };

  /// Asks before all that waits for `whom` already.
  template <class Handle, class... Ts>
  auto ask_now(const Handle& whom, Ts... what);

  /// Asks all of `whom` the same and goes on with their outcomes, in order,
  /// once all have answered or time is up.
  template <class T, class Handle, class Done, class... Ts>
  void gather(std::vector<Handle> whom, Done done, Ts... what);

  /// The same, but time is up at `end`, and nobody is asked after that.
  template <class T, class Handle, class Done, class... Ts>
  void gather_until(time_point end, std::vector<Handle> whom, Done done,
                    Ts... what);

  /// Asks all fan-outs for slices, one after the other of each, hands each
  /// slice to `take`, and goes on with why some is missing, if so.
  template <class Slice, class Take, class Done, class... Ts>
  void walk_fanouts(Take take, Done done, Ts... what);

  /// Goes on when so much time has passed that a second sample of somebody's
  /// counters makes a rate.
  void after_a_while(std::function<void()> next);

  /// One of the parts of the node, and what it says of itself.
  struct part {
    const char* kind;
    outcome<actor_status> said;
  };

  /// Goes on with all parts but symbols and subscribers.
  void ask_parts(std::function<void(std::vector<part>&)> done);

  /// What an actor says of itself, or its error in that place.
  static actor_status part_of(outcome<actor_status>& x,
                              const std::string& kind);

  struct entry;

  static const std::vector<entry>& table();

  /// That a word is none, and which one it could be.
  static std::string no_command(std::string_view word);

  // -- one function a command -------------------------------------------------

  void status(const console_command&, promise);
  void symbols(const console_command&, promise);
  void symbol(const console_command&, promise);
  void subscribers(const console_command&, promise);
  void subscriber(const console_command&, promise);
  void why(const console_command&, promise);
  void ledger(const console_command&, promise);
  void feeds(const console_command&, promise);
  void pause(const console_command&, promise);
  void resume(const console_command&, promise);
  void actors(const console_command&, promise);
  void watch(const console_command&, promise);
  void top(const console_command&, promise);
  void settings(const console_command&, promise);
  void log(const console_command&, promise);
  void events(const console_command&, promise);
  void close(const console_command&, promise);
  void help(const console_command&, promise);
  void nodes(const console_command&, promise);

  /// @param again whether it has been asked before, to see what has changed.
  void list_nodes(bool again, promise to);

  /// Makes totals rates. Returns false if some are not known of late.
  bool rate_links(listing& nodes);

  void where(const console_command&, promise);
  void move(const console_command&, promise);
  void drain(const console_command&, promise);
  void rebalance(const console_command&, promise);

  /// Goes on with the newest row of a symbol, wherever it is, and how far that
  /// can be believed.
  void find_newest(const symbol_name& which,
                   std::function<void(freshness, row_ptr)> done,
                   std::function<void(caf::error&)> fail);

  /// The symbol that word `i` names; refuses the question if it is none.
  static std::optional<symbol_name> symbol_of(const console_command& x,
                                              std::size_t i, promise& to);

  /// Asks the grid and answers with what `put` makes of what it says.
  template <class T, class... Ts>
  void ask_grid(promise to, std::function<void(T&, console_answer&)> put,
                Ts... what);

  /// Has another node of the cluster answer, or `all`.
  void forward(const std::string& node, const std::string& line, promise to);

  void forward_to_all(const std::string& line, promise to);

  /// Has the node answer that owns the symbol.
  void forward_to_owner(const symbol_name& which, console_command x,
                        promise to);

  /// Whether this node is to own symbols.
  void set_owning(bool on, promise to);

  /// The node's totals and rates.
  actor_status node();

  /// In a line: whether all is well, or what is not.
  /// @param parts what the others have said.
  actor_status verdict(const std::vector<actor_status>& parts) const;

  static void refuse(promise& to, caf::error why) {
    to.deliver(std::move(why));
  }

  /// Whom the end of a feed would affect.
  struct reach {
    std::uint64_t viewers = 0;
    std::uint64_t symbols = 0;
    std::string missing; ///< why some viewers are not counted, if so

    /// It as a sentence.
    std::string str() const;
  };

  /// Goes on with whom a feed reaches.
  void ask_reach(const std::string& feed, promise to,
                 std::function<void(const reach&)> done);

  /// Answers whom the end of a feed would affect, by name as far as they are
  /// few.
  void show_reach(const std::string& feed, const reach& affected, promise to);

  /// Pauses a feed or lets it go on, and says whom that affects.
  void set_paused(const std::string& feed, bool on, promise to);

  struct symbol_line;
  struct subscriber_line;

  using symbol_lines = std::vector<symbol_line>;

  using lines_taker = std::function<void(symbol_lines&)>;

  /// The fan-outs that one question is for; who does not answer is asked no
  /// more.
  using fanouts_asked = std::shared_ptr<std::vector<fanout_actor>>;

  fanouts_asked all_fanouts() const;

  /// Goes on with lines that know how many subscribers each symbol has.
  void count_subscribers(fanouts_asked whom, symbol_lines lines,
                         lines_taker done);

  /// Goes on with lines that know what their symbols' owners say before `end`.
  void fill(time_point end, symbol_lines lines, lines_taker done);

  /// Takes a slice of all symbols, and goes on with the next one when told to.
  using slice_taker = std::function<void(symbol_lines&, std::function<void()>)>;

  /// Hands all symbols to `take`, oldest first, their owners not yet asked, and
  /// then goes on.
  void all_symbols(promise to, slice_taker take, std::function<void()> done,
                   std::uint64_t start = 0);

  /// Subscribers, and why some are not among them, if so.
  struct subscriber_list {
    std::vector<subscriber_line> known;
    std::string missing;
  };

  using subscribers_taker = std::function<void(subscriber_list&)>;

  /// Goes on with all subscribers, or those of one symbol.
  void summarize_subscribers(std::optional<symbol_name> which,
                             subscribers_taker done);

  /// The same, with their rates of late.
  void rate_subscribers(std::optional<symbol_name> which,
                        subscribers_taker done);

  /// Goes on with all who get any of these symbols, each once.
  void summarize_viewers(std::vector<symbol_name> which,
                         subscribers_taker done);

  /// Sorts by `age`, `lag`, `merged` or `rate`, the most of it first.
  static void sort_subscribers(std::vector<subscriber_line>& xs,
                               std::string_view by);

  struct worker;
  struct work_list;

  /// Goes on with the busiest actors of all.
  void all_workers(promise to, std::shared_ptr<work_list> all,
                   std::function<void()> done);

  /// Goes on with the subscriber of that id, or tells that there is none.
  void find_subscriber(const console_command& x, promise to,
                       std::function<void(subscriber_actor)> done);

  /// Delivers a page of the subscribers, with `parts` before it.
  void show(subscriber_list& all, const console_command& x,
            std::vector<actor_status> parts, promise to) const;

  /// A list of symbols, and of subscribers.
  static listing list_of(const symbol_lines& some);
  listing list_of(const std::vector<subscriber_line>& some) const;

  /// The loop's lag of late.
  std::chrono::nanoseconds loop_lag() const {
    return std::chrono::nanoseconds{get(config.stats->loop_lag)};
  }

  std::map<std::uint64_t, std::function<void()>> open_;
  std::uint64_t questions_ = 0;

  time_point started_{};

  sampler work_;  ///< messages and busy time of actors
  sampler rows_;  ///< delivered to subscribers
  sampler links_; ///< rows from other nodes and to them
};

console_actor::behavior_type
console(console_actor::stateful_pointer<console_state> self,
        console_config config);

} // namespace livegrid
