#include "livegrid/actors/members/peer_word.hpp"

#include "livegrid/actors/members/member.hpp"

namespace livegrid {

void wish_digest::add(const symbol_name& x) noexcept {
  ++names;
  sum += agreed_hash(x.str());
}

void wish_digest::remove(const symbol_name& x) noexcept {
  --names;
  sum -= agreed_hash(x.str());
}

} // namespace livegrid
