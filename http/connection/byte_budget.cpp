#include "livegrid/http/connection/byte_budget.hpp"

#include <utility>

namespace livegrid {

bool byte_budget::change(const std::string& owner, std::uint64_t before,
                         std::uint64_t now) {
  auto refuse = [&] {
    refused_.store(refused() + 1, std::memory_order_relaxed);
    return false;
  };
  if (now > before && used() - before + now > most_)
    return refuse();
  auto owned_before = before < small ? 0 : before;
  auto owned_now = now < small ? 0 : now;
  if (owned_before != owned_now) {
    auto i = by_owner_.try_emplace(owner).first;
    auto owned = i->second - owned_before + owned_now;
    auto fits = now <= before || owned <= most_ / parts;
    if (fits)
      i->second = owned;
    if (i->second == 0)
      by_owner_.erase(i);
    if (!fits)
      return refuse();
  }
  used_.store(used() - before + now, std::memory_order_relaxed);
  return true;
}

byte_share::byte_share(std::shared_ptr<byte_budget> of, std::string owner)
  : of_(std::move(of)), owner_(std::move(owner)) {
  // nop
}

byte_share::byte_share(byte_share&& other) noexcept
  : of_(std::move(other.of_)),
    owner_(std::move(other.owner_)),
    size_(std::exchange(other.size_, 0)) {
  // nop
}

byte_share& byte_share::operator=(byte_share&& other) noexcept {
  std::swap(of_, other.of_);
  std::swap(owner_, other.owner_);
  std::swap(size_, other.size_);
  return *this;
}

byte_share::~byte_share() {
  if (of_)
    of_->change(owner_, size_, 0);
}

bool byte_share::resize(std::uint64_t bytes) {
  if (!of_->change(owner_, size_, bytes))
    return false;
  size_ = bytes;
  return true;
}

bool byte_share::give_to(std::string owner) {
  auto bytes = size_;
  resize(0);
  owner_ = std::move(owner);
  return resize(bytes);
}

} // namespace livegrid
