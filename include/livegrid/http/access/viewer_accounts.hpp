#pragma once

#include <cstddef>
#include <string>
#include <unordered_map>

#include "livegrid/actors/access/caller.hpp"
#include "livegrid/actors/access/viewer_account.hpp"

namespace livegrid {

/// The accounts of all who read rows here, by key or else by address. An
/// account outlives its connections while it owes something: else whoever comes
/// back would owe nothing. Belongs to the loop's thread.
class viewer_accounts {
public:
  viewer_account_ptr
  of(const caller& who,
     viewer_account::time_point now = std::chrono::steady_clock::now());

  std::size_t size() const noexcept {
    return accounts_.size();
  }

private:
  std::unordered_map<std::string, viewer_account_ptr> accounts_;
  std::size_t tidy_at_ = 64;
};

} // namespace livegrid
