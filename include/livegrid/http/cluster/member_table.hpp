#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "livegrid/actors/members/member.hpp"
#include "livegrid/http/cluster/etcd_messages.hpp"

namespace livegrid {

/// What etcd lists below a cluster's prefix, entry by entry, and the members
/// that those entries stand for.
class member_table {
public:
  /// @param prefix of the members' keys, with the last slash.
  /// @param name of this node.
  /// @param instance of this node.
  member_table(std::string prefix, std::string name, std::string instance);

  /// Starts anew from all the entries there are at revision `at`, which
  /// changed one of them.
  void reset(etcd::revision at, const std::vector<etcd::entry>& entries);

  /// Changes it already knows do nothing.
  void apply(const std::vector<etcd::change>& changes);

  /// The revision of the newest change it knows.
  etcd::revision epoch() const noexcept {
    return epoch_;
  }

  /// That of this node's own entry; 0 if it is not there, or is that of another
  /// instance.
  etcd::revision own_revision() const noexcept;

  /// The same from the same changes, wherever it is made.
  cluster_view view() const;

  /// Why entries are not members, each time that one is found: since the last
  /// call.
  std::vector<std::string> take_complaints();

private:
  struct slot {
    etcd::revision changed = 0;
    member who;
  };

  void put(const etcd::entry& x);

  std::string prefix_;
  std::string name_;
  std::string instance_;
  etcd::revision epoch_ = 0;
  std::map<std::string, slot, std::less<>> slots_;

  /// Entries that are no members, and as of which revision that was said.
  std::map<std::string, etcd::revision, std::less<>> bad_;
  std::vector<std::string> complaints_;
};

} // namespace livegrid
