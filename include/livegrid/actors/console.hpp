#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "livegrid/actors.hpp"
#include "livegrid/counters.hpp"

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
  std::map<std::string, std::string> options; ///< `--sort=age`

  /// Splits at blanks.
  static console_command parse(std::string_view line);
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

  /// Asks all of `whom` the same and goes on with their outcomes, in order,
  /// once all have answered or time is up.
  template <class T, class Handle, class Done, class... Ts>
  void gather(std::vector<Handle> whom, Done done, Ts... what);

  /// One of the parts of the node, and what it says of itself.
  struct part {
    std::string kind;
    outcome<actor_status> said;
  };

  /// Goes on with all parts but symbols and subscribers.
  void ask_parts(std::function<void(std::vector<part>&)> done);

  /// What an actor says of itself, or its error in that place.
  static actor_status part_of(outcome<actor_status>& x,
                              const std::string& kind);

  struct entry;

  static const std::vector<entry>& table();

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
  void close(const console_command&, promise);
  void help(const console_command&, promise);

  /// The node's totals and rates.
  actor_status node();

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

  /// Pauses a feed or lets it go on, and says whom that affects.
  void set_paused(const std::string& feed, bool on, promise to);

  /// A symbol as the lists show it.
  struct symbol_line {
    symbol_ref ref;
    symbol_summary summary;
    std::uint64_t subscribers = 0;
  };

  /// Goes on with the summaries of these symbols, in that order.
  void summarize(const std::vector<symbol_ref>& refs,
                 std::function<void(std::vector<symbol_summary>&)> done);

  /// Goes on with lines that know how many subscribers each symbol has.
  void count_subscribers(std::vector<symbol_line> lines,
                         std::function<void(std::vector<symbol_line>&)> done);

  /// Goes on with lines that know what their symbols' owners say.
  void fill(std::vector<symbol_line> lines,
            std::function<void(std::vector<symbol_line>&)> done);

  /// Goes on with all symbols, in no order, their owners not yet asked.
  void all_symbols(promise to,
                   std::function<void(std::vector<symbol_line>&)> done);

  /// Subscribers, and why some are not among them, if so.
  struct subscriber_list {
    std::vector<subscriber_summary> known;
    std::string missing;
  };

  /// Goes on with all subscribers, or those of one symbol.
  void summarize_subscribers(const symbol_name* which,
                             std::function<void(subscriber_list&)> done);

  /// Goes on with the subscriber of that id, or tells that there is none.
  void find_subscriber(const console_command& x, promise to,
                       std::function<void(subscriber_actor)> done);

  /// Delivers a page of the subscribers, with `parts` before it.
  void show(subscriber_list& all, const console_command& x,
            std::vector<actor_status> parts, promise to) const;

  /// A list of symbols, and of subscribers.
  static listing list_of(const std::vector<symbol_line>& some);
  listing list_of(const std::vector<subscriber_summary>& some) const;

  /// The loop's lag of late.
  std::chrono::nanoseconds loop_lag() const {
    return std::chrono::nanoseconds{get(config.stats->loop_lag)};
  }

  std::map<std::uint64_t, std::function<void()>> open_;
  std::uint64_t questions_ = 0;

  time_point started_{};
};

console_actor::behavior_type
console(console_actor::stateful_pointer<console_state> self,
        console_config config);

} // namespace livegrid
