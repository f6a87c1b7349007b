// A cluster in bad weather, to be looked at by hand: see help_text().

#include <signal.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "etcd_process.hpp"
#include "networks.hpp"
#include "options.hpp"
#include "plan.hpp"
#include "storm.hpp"

namespace livegrid::storm {

namespace {

using namespace livegrid::test;

/// How long all may take to be as they should, once the faults are over.
constexpr std::chrono::seconds calm_time{10};

/// Between two posts of a publisher: fifty viewers are shown each.
constexpr milliseconds publish_pause{100};

class storm {
public:
  explicit storm(const options& x)
    : options_(x), net_(x.nodes + 2), plan_(x.seed, x.nodes, x.with_etcd) {
    // nop
  }

  bool possible() const noexcept {
    return net_.there();
  }

  /// @returns the exit code.
  int run() {
    start();
    for (std::size_t done = 0; done < options_.faults;) {
      auto faults = plan_.next(options_.faults - done);
      done += faults.size();
      befall(faults);
      look(std::to_string(done) + " faults");
    }
    finish();
    leave_logs();
    return report();
  }

private:
  std::size_t etcd_place() const {
    return options_.nodes + 1;
  }

  static std::string seconds(clock::duration x) {
    char text[32];
    std::snprintf(text, sizeof text, "%.1f s",
                  std::chrono::duration<double>(x).count());
    return text;
  }

  void say(const std::string& what) const {
    std::printf("%8s %s\n", seconds(clock::now() - begun_).c_str(),
                what.c_str());
    std::fflush(stdout);
  }

  // -- the cluster ------------------------------------------------------------

  void start() {
    for (std::size_t i = 0; i <= options_.nodes; ++i)
      nodes_.push_back(std::make_unique<storm_node>(node_name(i), &net_, i));
    if (options_.with_etcd) {
      etcd_ = std::make_unique<etcd_process>(networks::address(etcd_place()));
      start_etcd();
      settings_ = {"--cluster.etcd=" + etcd_->endpoint()};
    } else {
      std::string list;
      for (auto& x : nodes_)
        list += (list.empty() ? "" : ",") + x->address();
      settings_ = {"--cluster.join=" + list};
    }
    for (std::size_t i = 0; i < options_.nodes; ++i)
      nodes_[i]->start(settings_);
    auto there = base();
    wait_until("all to be ready", [&] {
      return std::all_of(there.begin(), there.end(),
                         [](const auto* x) { return x->ready(); });
    });
    market_.emplace(there, publish_pause);
    using wish = storm_viewer::wish;
    constexpr wish wishes[] = {wish::all, wish::some, wish::everything};
    for (std::size_t i = 0; i < options_.viewers; ++i) {
      // One that wants everything has its node sent all rows: at the first node
      // there is none, at the second they are mixed.
      auto at = i % there.size();
      auto nth = i / there.size();
      viewers_.push_back(std::make_unique<storm_viewer>(
        *there[at], at == 1 ? wishes[nth % 3] : wishes[nth % 2],
        static_cast<int>(nth)));
    }
    look("the start");
  }

  void start_etcd() {
    net_.inside(etcd_place(), [this] { etcd_->start(); });
  }

  /// The nodes that are there when there is no fault.
  storm_nodes base() const {
    storm_nodes result;
    for (std::size_t i = 0; i < options_.nodes; ++i)
      result.emplace_back(nodes_[i].get());
    return result;
  }

  // -- faults -----------------------------------------------------------------

  /// Lets them begin and end, each in its time.
  void befall(const salvo& faults) {
    struct step {
      milliseconds at;
      const fault* which;
      bool begins;
    };
    std::vector<step> steps;
    for (const auto& x : faults) {
      steps.push_back({x.begin, &x, true});
      steps.push_back({x.begin + x.length, &x, false});
    }
    std::stable_sort(steps.begin(), steps.end(),
                     [](const auto& a, const auto& b) { return a.at < b.at; });
    auto from = clock::now();
    for (const auto& x : steps) {
      std::this_thread::sleep_until(from + x.at);
      if (x.begins) {
        say(x.which->text());
        begin(*x.which);
      } else {
        end(*x.which);
      }
    }
    auto splits = std::any_of(faults.begin(), faults.end(), [](const auto& x) {
      return x.kind == fault_kind::cut_off || x.kind == fault_kind::cut
             || x.kind == fault_kind::cut_one_way;
    });
    // Only a list lets both sides of a split go on.
    if (splits && !options_.with_etcd)
      splits_.emplace_back(from, clock::now() + calm_time);
  }

  void begin(const fault& x) {
    auto& node = *nodes_[x.node];
    switch (x.kind) {
    case fault_kind::kill:
      node.signal(SIGKILL);
      return;
    case fault_kind::suspend:
      node.signal(SIGSTOP);
      return;
    case fault_kind::stop:
      node.signal(SIGTERM);
      return;
    case fault_kind::cut_off:
      net_.plug_all(x.node, false);
      return;
    case fault_kind::cut:
      net_.plug(x.node, x.other, false);
      return;
    case fault_kind::cut_one_way:
      net_.plug_one_way(x.node, x.other, false);
      return;
    case fault_kind::join:
      node.start(settings_);
      return;
    case fault_kind::no_etcd:
      etcd_->stop();
      return;
    }
  }

  void end(const fault& x) {
    auto& node = *nodes_[x.node];
    switch (x.kind) {
    case fault_kind::kill:
    case fault_kind::stop:
      node.wait_for_exit();
      node.start_again();
      return;
    case fault_kind::suspend:
      node.signal(SIGCONT);
      return;
    case fault_kind::cut_off:
      net_.plug_all(x.node, true);
      return;
    case fault_kind::cut:
      net_.plug(x.node, x.other, true);
      return;
    case fault_kind::cut_one_way:
      net_.plug_one_way(x.node, x.other, true);
      return;
    case fault_kind::join:
      node.signal(SIGTERM);
      node.wait_for_exit();
      return;
    case fault_kind::no_etcd:
      start_etcd();
      return;
    }
  }

  // -- what is seen -----------------------------------------------------------

  /// Waits until what is published from now on is seen everywhere.
  void look(const std::string& after) {
    auto from = clock::now();
    auto next = market_->wait_for_next(from + calm_time);
    std::vector<std::string> damage{"a post waits for its answer"};
    if (next)
      damage = storm_damage(base(), viewers_, *next, from + calm_time);
    for (const auto* x : base())
      if (!x->running())
        damage.push_back(x->name() + " has ended by itself");
    count(damage, after);
    if (damage.empty())
      worst_ = std::max(worst_, clock::now() - from);
    // Once is enough to be counted.
    if (next)
      for (auto& x : viewers_)
        if (!x->behind(*next).empty())
          x->connect_again();
  }

  void finish() {
    auto deadline = clock::now() + calm_time;
    auto last = market_->finish(deadline);
    std::vector<std::string> damage{"a post waits for its answer"};
    if (last)
      damage = storm_damage(base(), viewers_, *last, deadline);
    count(damage, "all");
  }

  void count(const std::vector<std::string>& damage, const std::string& after) {
    // Many viewers are stuck alike.
    std::map<std::string, std::size_t> lines;
    for (const auto& line : damage) {
      ++lines[line];
      ++(line.starts_with("a viewer")   ? stuck_
         : line.starts_with("owners")   ? owners_differed_
         : line.starts_with("old rows") ? old_rows_
                                        : others_);
    }
    for (const auto& [line, n] : lines)
      say("! after " + after + ": " + line
          + (n > 1 ? " (" + std::to_string(n) + " times)" : ""));
  }

  void leave_logs() const {
    if (options_.logs.empty())
      return;
    std::filesystem::create_directories(options_.logs);
    for (const auto& x : nodes_)
      std::ofstream{options_.logs + '/' + x->name() + ".log"} << x->log();
  }

  bool in_split(clock::time_point when) const {
    return std::any_of(splits_.begin(), splits_.end(), [&](const auto& x) {
      return when >= x.first && when <= x.second;
    });
  }

  int report() {
    std::size_t back = 0;
    std::size_t lost = 0;
    std::set<int> symbols;
    // What all viewers of a node saw is one line.
    std::map<std::string, int> steps;
    for (const auto& x : viewers_)
      for (const auto& step : x->steps_back()) {
        if (in_split(step.when)) {
          ++lost;
          continue;
        }
        ++back;
        symbols.insert(step.symbol);
        ++steps[stormy_symbol(step.symbol) + " went back from "
                + std::to_string(step.from) + " to " + std::to_string(step.to)
                + " at " + x->node() + ", " + seconds(step.when - begun_)];
      }
    for (const auto& [text, n] : steps)
      say("! " + text + " (" + std::to_string(n) + " viewers)");
    auto half = half_applied(*market_, viewers_);
    for (const auto& line : half)
      say("! " + line);
    auto line = [](const char* what, const std::string& is) {
      std::printf("%-30s %s\n", what, is.c_str());
    };
    std::string which;
    for (auto x : symbols)
      which += ' ' + stormy_symbol(x);
    line("seed", std::to_string(options_.seed));
    line("faults", std::to_string(options_.faults));
    line("posts by answer", market_->answers_text());
    line("viewers stuck", std::to_string(stuck_));
    line("prices that went back", std::to_string(back) + which);
    if (!options_.with_etcd)
      line("of those that a split loses", std::to_string(lost));
    line("posts half applied", std::to_string(half.size()));
    line("nodes with old rows", std::to_string(old_rows_));
    line("times that owners differed", std::to_string(owners_differed_));
    line("other damage", std::to_string(others_));
    line("longest until all was well", seconds(worst_));
    return stuck_ + back + half.size() + old_rows_ + owners_differed_ + others_
               == 0
             ? 0
             : 1;
  }

  const options& options_;
  networks net_;
  plan plan_;
  clock::time_point begun_ = clock::now();
  std::unique_ptr<etcd_process> etcd_;
  std::vector<std::string> settings_;
  std::vector<std::unique_ptr<storm_node>> nodes_;
  std::optional<storm_market> market_;
  storm_viewers viewers_;
  std::vector<std::pair<clock::time_point, clock::time_point>> splits_;
  std::size_t stuck_ = 0;
  std::size_t old_rows_ = 0;
  std::size_t owners_differed_ = 0;
  std::size_t others_ = 0;
  clock::duration worst_{0};
};

int run(const options& x) {
  ::setenv("LIVEGRID_PROGRAM", x.program.c_str(), 1);
  storm weather{x};
  if (!weather.possible()) {
    std::fprintf(stderr, "network namespaces take root, iproute2 and "
                         "/dev/net/tun\n");
    return 2;
  }
  return weather.run();
}

} // namespace

} // namespace livegrid::storm

int main(int argc, char** argv) {
  using namespace livegrid::storm;
  auto parsed = parse_options(argc, argv);
  if (!parsed) {
    std::fprintf(stderr, "%s\n", parsed.error().c_str());
    return 2;
  }
  auto& x = *parsed;
  if (x.help) {
    std::fputs(help_text().c_str(), stdout);
    return 0;
  }
  try {
    return run(x);
  } catch (const std::exception& e) {
    std::fprintf(stderr, "%s\n", e.what());
    return 3;
  }
}
