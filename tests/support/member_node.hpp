#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "livegrid/http/cluster/etcd_membership.hpp"

#include "child_process.hpp"

namespace livegrid::test {

/// What a membership told.
struct told {
  std::string kind; ///< view, lost, refused or waiting

  std::uint64_t epoch = 0;

  /// The members' names with commas between them, or the reason.
  std::string text;

  static told of(const membership_event& x);

  /// As one line, and back.
  std::string to_line() const;

  static told of_line(std::string_view line);
};

/// The configuration of a node of that name in the cluster `test`.
membership_config member_config(std::vector<std::string> endpoints,
                                std::string name, std::chrono::seconds ttl);

/// Something that tells what a membership does.
class member_source {
public:
  virtual ~member_source() = default;

  /// Waits for what it tells next.
  virtual told next() = 0;

  /// The next that is none of a `waiting`.
  told next_fact();

  /// Waits for that view; gives up if anything but other views comes before.
  /// @returns its epoch.
  std::uint64_t wait_for_view(std::string_view names);
};

/// A membership in this process.
class member_node : public member_source {
public:
  explicit member_node(membership_config config);

  ~member_node() override;

  told next() override;

  const std::string& instance() const noexcept {
    return instance_;
  }

  etcd_membership& membership() noexcept {
    return *membership_;
  }

private:
  std::string instance_;
  std::mutex mutex_;
  std::condition_variable grown_;
  std::deque<told> events_;
  std::optional<etcd_membership> membership_;
};

/// A membership in a process of its own, which can be killed and suspended.
class member_process : public member_source {
public:
  explicit member_process(const membership_config& config);

  told next() override;

  void signal(int number) {
    process_.signal(number);
  }

private:
  child_process process_;
};

} // namespace livegrid::test
