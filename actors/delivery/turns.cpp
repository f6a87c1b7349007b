#include "livegrid/actors/delivery/turns.hpp"

namespace livegrid {

namespace {

/// So many rows are sent at once.
constexpr std::size_t enough_rows = 256;

/// What a send costs. Rows wait for others at most as long as it takes to send
/// them, so that gathering never more than doubles their way.
constexpr std::chrono::microseconds send_cost{3};

/// A turn without anything to do takes about 1 us: one more of them for every
/// so many subscribers is about 1 % of what more rows a flush can save.
constexpr std::size_t subscribers_per_quiet_turn = 50;

} // namespace

bool turns::wait(std::size_t rows, std::size_t subscribers,
                 time_point now) noexcept {
  if (rows > rows_before_)
    quiet_ = 0;
  else
    ++quiet_;
  auto patience = send_cost * subscribers;
  if (quiet_ > subscribers / subscribers_per_quiet_turn || rows >= enough_rows
      || now - since_ >= patience)
    return false;
  rows_before_ = rows;
  return true;
}

} // namespace livegrid
