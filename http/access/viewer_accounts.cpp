#include "livegrid/http/access/viewer_accounts.hpp"

#include <algorithm>

#include "livegrid/http/access/client_identity.hpp"

namespace livegrid {

viewer_account_ptr viewer_accounts::of(const caller& who,
                                       viewer_account::time_point now) {
  auto& result = accounts_[client_name(who)];
  if (!result)
    result = std::make_shared<viewer_account>();
  auto found = result;
  if (accounts_.size() >= tidy_at_) {
    std::erase_if(accounts_, [&](const auto& x) {
      return x.second != found && x.second.use_count() == 1
             && x.second->settled(now);
    });
    tidy_at_ = std::max<std::size_t>(64, 2 * accounts_.size());
  }
  return found;
}

} // namespace livegrid
