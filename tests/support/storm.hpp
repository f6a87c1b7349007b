#pragma once

// A market that goes on while its nodes die, stand still and are cut off: nodes
// that are always found at the same addresses, a publisher that does not give
// up, and viewers that remember all they were shown.

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "networks.hpp"
#include "node_process.hpp"
#include "ws_client.hpp"

namespace livegrid::test {

/// The symbols that are traded in a storm: enough that each of three nodes
/// owns some of any three.
constexpr int num_stormy = 24;

std::string stormy_symbol(int i);

/// A price of each symbol that is traded.
using storm_prices = std::vector<int>;

/// A node that may end and begin again, always at the same addresses.
class storm_node {
public:
  /// @param name of the node.
  /// @param net where it is; null for this test's own network.
  /// @param place which of these networks.
  explicit storm_node(std::string name, const networks* net = nullptr,
                      std::size_t place = 0);

  const std::string& name() const noexcept {
    return name_;
  }

  std::size_t place() const noexcept {
    return place_;
  }

  /// Where the other nodes find it, `host:port`.
  std::string address() const;

  /// Starts it, or starts it again; waits for nothing.
  void start(const std::vector<std::string>& settings);

  /// Starts it again with the settings that it had.
  void start_again() {
    start(settings_);
  }

  void signal(int number) {
    process_->signal(number);
  }

  /// Waits until it has ended, after a signal that ends it.
  void wait_for_exit();

  bool running() const {
    return process_ && process_->running();
  }

  /// A connection to its HTTP port, from beside it. Thread-safe.
  tcp_socket connect() const;

  /// Whether it says that it is ready; not if it does not answer.
  bool ready() const;

  /// How many symbols it owns; -1 if it does not answer.
  int owned() const;

  /// The price of each symbol that is traded, as it shows them; 0 for none.
  storm_prices prices() const;

  /// Who owns each symbol that is traded, as its console says.
  std::vector<std::string> owners() const;

  /// All that it has logged, in each of its lives.
  std::string log() const;

  /// Does something beside it.
  void beside(const std::function<void()>& f) const;

  /// What it answers to a GET.
  http_response get(std::string_view target) const;

private:
  std::string name_;
  const networks* net_;
  std::size_t place_;
  std::uint16_t http_port_ = 0;
  std::uint16_t console_port_ = 0;
  std::uint16_t cluster_port_ = 0;
  std::vector<std::string> settings_;
  std::string past_lives_; ///< what these have logged
  std::unique_ptr<node_process> process_;
};

using storm_nodes = std::vector<storm_node*>;

/// Posts prices of some symbols, each a request of its own and each higher than
/// all before, at one node as long as that answers 200 and then at the next.
class storm_publisher {
public:
  /// @param first, count which symbols.
  /// @param pause between two posts.
  /// @param posted the last price that was posted before.
  storm_publisher(storm_nodes at, int first, int count,
                  std::chrono::milliseconds pause, int posted);

  ~storm_publisher();

  int first() const noexcept {
    return first_;
  }

  int count() const noexcept {
    return count_;
  }

  /// How often each status was the answer; 0 for none.
  std::map<int, std::size_t> answers() const;

  /// Waits until a price was answered 200 that had not been posted before this
  /// call; returns it, or nothing at the deadline.
  std::optional<int> wait_for_next(clock::time_point deadline);

  /// Goes on until the next 200 and then posts no more; does not wait.
  void finish();

  /// Waits until it has finished. Returns the last price taken, or nothing at
  /// the deadline.
  std::optional<int> wait_for_end(clock::time_point deadline);

  /// The prices that were answered 503: nobody may ever see one.
  std::set<int> refused() const;

private:
  void run();

  /// Posts a price; returns the status, 0 if there was no answer.
  int post(int price);

  storm_nodes at_;
  int first_;
  int count_;
  std::chrono::milliseconds pause_;
  std::size_t now_at_ = 0;
  std::unique_ptr<http_client> client_;
  mutable std::mutex mutex_;
  std::condition_variable news_;
  int posted_;
  int taken_ = 0;
  std::map<int, std::size_t> answers_;
  std::set<int> refused_;
  bool finishing_ = false;
  bool stopping_ = false;
  std::thread thread_;
};

/// Publishers of all symbols, each of its own: some of many in one request,
/// which then have several owners, and some of one.
class storm_market {
public:
  /// @param posted the highest price that was posted before.
  explicit storm_market(
    const storm_nodes& at,
    std::chrono::milliseconds pause = std::chrono::milliseconds{5},
    int posted = 0);

  std::map<int, std::size_t> answers() const;

  /// The same in a few words.
  std::string answers_text() const;

  /// Waits until each has had a new price answered 200.
  std::optional<storm_prices> wait_for_next(clock::time_point deadline);

  /// Ends it: returns the last prices that were answered 200, or nothing if a
  /// publisher still waits for that at the deadline.
  std::optional<storm_prices> finish(clock::time_point deadline);

  const std::vector<std::unique_ptr<storm_publisher>>&
  publishers() const noexcept {
    return publishers_;
  }

private:
  std::vector<std::unique_ptr<storm_publisher>> publishers_;
};

/// Looks at symbols at one node, and connects to it again when the connection
/// ends.
class storm_viewer {
public:
  /// What a viewer asks for: all symbols by their names, some of them, or
  /// whatever there is. A node with one of the last kind is sent all rows.
  enum class wish { all, some, everything };

  /// @param number which ones, of those that want some.
  storm_viewer(const storm_node& at, wish what, int number = 0);

  ~storm_viewer();

  const std::string& node() const noexcept {
    return at_.name();
  }

  /// A price that was lower than the one before, on one connection.
  struct step_back {
    clock::time_point when;
    int symbol;
    int from;
    int to;
  };

  std::vector<step_back> steps_back() const;

  /// Waits until it was shown these prices, or higher ones, on the connection
  /// that it has. Returns false at the deadline.
  bool wait_for(const storm_prices& xs, clock::time_point deadline);

  /// The symbols that it wants and whose last price is below these.
  std::string behind(const storm_prices& xs) const;

  /// How many of some symbols were shown at that price.
  int shown(int first, int count, int price) const;

  /// Ends the connection that it has.
  void connect_again();

  /// How often it had to connect.
  std::size_t connections() const;

private:
  void run();

  void watch();

  void take(const std::string& text);

  const storm_node& at_;
  std::string wanted_;          ///< as it is subscribed to
  std::vector<bool> is_wanted_; ///< of all symbols
  mutable std::mutex mutex_;
  std::condition_variable news_;
  std::shared_ptr<ws_client> client_;
  storm_prices last_; ///< on this connection; 0 for none
  std::vector<std::set<int>> seen_;
  std::vector<step_back> steps_back_;
  std::size_t connections_ = 0;
  bool stopping_ = false;
  std::thread thread_;
};

using storm_viewers = std::vector<std::unique_ptr<storm_viewer>>;

/// What is wrong once the faults are over: each a line.
/// @param running the nodes that are there.
/// @param last the last prices answered 200.
std::vector<std::string> storm_damage(const storm_nodes& running,
                                      const storm_viewers& viewers,
                                      const storm_prices& last,
                                      clock::time_point deadline);

/// The posts that were answered 503 and seen all the same: each a line.
std::vector<std::string> half_applied(const storm_market& market,
                                      const storm_viewers& viewers);

} // namespace livegrid::test
