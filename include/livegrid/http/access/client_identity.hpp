#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>

#include "livegrid/actors/access/caller.hpp"

namespace livegrid {

/// Whose limits a client uses up: those of its key or, without one, those of
/// its address.
std::string client_name(const caller& x);

/// A number for that name, the same on all nodes and after each start; never 0.
std::uint64_t client_number(std::string_view name);

/// See `tick_batch::publisher`. 0, for no quota, stands for those who publish
/// from this host without a key: they cannot be told apart.
std::uint64_t publisher_of(const caller& x);

/// See `tick_batch::seq_of`, of ticks that are posted.
std::uint64_t poster_of(const caller& x);

/// Whose count of `seq` a publisher's WebSocket goes on with: its key's. Those
/// without keys are told apart by address and by how many of that are there at
/// the same time: who comes back goes on where it was, who comes beside another
/// has a count of its own. Belongs to the loop's thread.
class publisher_seats {
public:
  struct seat {
    std::uint64_t seq_of = 0;
    std::shared_ptr<void> held; ///< as long as the connection
  };

  seat take(const caller& x);

private:
  /// Which seats of an address are taken, from 0.
  using map = std::map<std::string, std::set<std::size_t>>;

  std::shared_ptr<map> taken_ = std::make_shared<map>();
};

} // namespace livegrid
