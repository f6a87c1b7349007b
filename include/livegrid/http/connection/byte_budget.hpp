#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>

namespace livegrid {

/// How many bytes may be kept for clients at a time, of all together and of one
/// of them, so that none can take what the others need. Belongs to one thread;
/// any may ask how much it is.
class byte_budget {
public:
  /// One client may have that part of it.
  static constexpr std::uint64_t parts = 4;

  /// Less than that is counted, but not whose it is.
  static constexpr std::uint64_t small = 16 * 1024;

  /// @param most bytes.
  explicit byte_budget(std::uint64_t most) noexcept : most_(most) {
    // nop
  }

  std::uint64_t used() const noexcept {
    return used_.load(std::memory_order_relaxed);
  }

  /// How often there was no room.
  std::uint64_t refused() const noexcept {
    return refused_.load(std::memory_order_relaxed);
  }

private:
  friend class byte_share;

  /// Lets a share have `now` bytes instead of `before`; false if it may not.
  bool change(const std::string& owner, std::uint64_t before,
              std::uint64_t now);

  std::uint64_t most_;
  std::atomic<std::uint64_t> used_ = 0;
  std::atomic<std::uint64_t> refused_ = 0;
  std::unordered_map<std::string, std::uint64_t> by_owner_;
};

/// What is kept for one request of one client. Gives it back when it goes.
class byte_share {
public:
  byte_share(std::shared_ptr<byte_budget> of, std::string owner);

  byte_share(byte_share&& other) noexcept;

  byte_share& operator=(byte_share&& other) noexcept;

  ~byte_share();

  /// Has so many bytes from now on. False if there is no room for them: then it
  /// has as many as before.
  bool resize(std::uint64_t bytes);

  /// Belongs to somebody else from now on. False if he has no room for it.
  bool give_to(std::string owner);

  std::uint64_t size() const noexcept {
    return size_;
  }

private:
  std::shared_ptr<byte_budget> of_;
  std::string owner_;
  std::uint64_t size_ = 0;
};

} // namespace livegrid
