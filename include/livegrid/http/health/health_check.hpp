#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <asio/io_context.hpp>

#include "livegrid/fwd.hpp"
#include "livegrid/http/health/self_probe.hpp"

namespace livegrid {

/// Finds out whether the node can serve a subscriber, by being one. Whoever
/// asks while a probe runs gets what that finds, and whoever asks within a
/// second gets the same, so that asking cannot make the node busy. Belongs to
/// one loop's thread, and outlives that loop's last turn.
class health_check {
public:
  using clock = std::chrono::steady_clock;

  /// Gets what a probe found, or null if there is nothing to prove.
  using callback = std::function<void(const probe_result*)>;

  /// @param probe without a target if no subscriber can come.
  /// @param lifetime how long a result counts.
  health_check(asio::io_context& context, probe_config probe, log_ptr log,
               std::chrono::milliseconds lifetime = std::chrono::seconds{1});

  /// Calls back once, on the loop, unless the loop ends before.
  void ask(callback done);

  /// Whether an upgrade of that path, which shows that proof, is the one that a
  /// probe under way has asked for. That is so once at most.
  /// @returns the symbol that it asks for, or nothing.
  std::optional<std::string> take_proof(std::string_view path,
                                        std::string_view shown);

  /// Whether that is the node's end of a probe's connection. It tells them
  /// apart by both ends, and is good for a place, never for a right.
  bool is_own(const asio::ip::tcp::socket& accepted) const;

private:
  /// A probe and those who wait for it. Belongs to the probe, and so goes with
  /// the loop, before the connections of those who wait.
  struct round {
    std::weak_ptr<self_probe> probe;
    std::vector<callback> waiting;
  };

  asio::io_context& context_;
  probe_config config_;
  log_ptr log_;
  std::weak_ptr<round> running_;
  std::chrono::milliseconds lifetime_;
  std::optional<probe_result> last_;
  clock::time_point last_at_;
};

} // namespace livegrid
