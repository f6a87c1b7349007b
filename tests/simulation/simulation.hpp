#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "clients.hpp"
#include "membership.hpp"
#include "network.hpp"
#include "process.hpp"
#include "random.hpp"
#include "schedule.hpp"
#include "timeline.hpp"

namespace livegrid::simulation {

/// What came of a run.
struct outcome {
  /// What was not as it must be, the first first; empty if all was.
  std::vector<std::string> complaints;

  std::uint64_t accepted = 0; ///< batches answered 200
  std::uint64_t refused = 0;  ///< 503
  std::uint64_t unknown = 0;  ///< 504, or never answered
  std::uint64_t rows = 0;     ///< that viewers got
  std::uint64_t steps = 0;    ///< messages that actors handled
  std::uint64_t lost = 0; ///< prices answered 200 that died with their owner

  /// Another run of the same schedule must have the same.
  std::uint64_t trace = 0xcbf29ce484222325;
};

/// One cluster, its clients, and what happens to it.
class simulation {
public:
  /// @param tells writes the nodes' logs and the faults to stderr.
  simulation(schedule plan, bool tells);

  ~simulation();

  outcome run();

  /// Has it tell, each time that changes, what nodes know of a symbol.
  void watch(std::string symbol) {
    watched_ = std::move(symbol);
  }

private:
  void start(std::size_t host);

  void end(std::size_t host);

  /// Notes what only that process knows, which ends.
  void note_losses(std::size_t host);

  void plan_faults();

  void begin(const fault& x);

  void finish(const fault& x);

  void heal();

  /// Cuts a cable in one direction, or mends it where nothing else has cut it.
  void cut(std::size_t from, std::size_t to, bool on);

  /// Lets actors work until nothing is left to do at this moment.
  void settle();

  /// Adds to the trace that this happened now.
  void note(std::uint64_t what);

  void advance(instant to);

  void check_end();

  void check_nodes();

  void check_prices();

  void check_viewers();

  void tell_watched();

  void complain(const std::string& what);

  /// The same, with what all nodes know of that symbol.
  void complain_of(const std::string& symbol, const std::string& what);

  void say(const std::string& what);

  schedule plan_;
  bool tells_;
  random chance_;
  timeline time_;
  network net_;
  etcd_cluster etcd_;
  processes all_;
  std::vector<std::uint32_t> runs_;
  std::vector<std::uint32_t> held_down_; ///< faults that keep it from starting
  std::vector<std::uint32_t> suspensions_;
  std::map<std::pair<std::size_t, std::size_t>, std::uint32_t> cuts_;
  std::vector<std::string> symbols_;
  records told_;
  std::vector<std::unique_ptr<publisher>> publishers_;
  std::vector<std::unique_ptr<viewer>> viewers_;
  /// Ticks that only a process knew that has ended: they may be lost.
  std::map<std::string, std::uint64_t> losses_;

  /// Symbols of which nodes that have ended had said that ticks are dropped.
  std::uint64_t dropped_ = 0;

  std::map<std::string, viewer::cell> final_; ///< as its owner has it
  std::string watched_;
  std::vector<std::string> shown_; ///< what was told of it, by node
  outcome result_;
};

} // namespace livegrid::simulation
